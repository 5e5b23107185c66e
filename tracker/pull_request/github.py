"""The four requests of GitHub's interface that a comment takes.

Source: https://docs.github.com/rest/issues/comments, https://docs.github.com/rest/pulls/pulls
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from tracker.pull_request.errors import GitHubRefused, NotInActions

if TYPE_CHECKING:
    import httpx2

_T = TypeVar("_T")

API: Final = "https://api.github.com"

BOT: Final = "github-actions[bot]"
"""Whose comments the token of a workflow writes."""

TIMEOUT_S: Final = 20.0
PAGE: Final = 100
PAGES_MAX: Final = 30
"""A pull request with more than 3,000 comments gets a second one of ours."""

TOO_MANY: Final = frozenset({403, 429})
"""With `retry-after` these say that we asked too often, without it the first is a refusal."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a request is tried, and how long is waited in between."""

    attempts_max: int = 4
    first_wait_s: float = 2.0
    """Doubled each time."""
    wait_max_s: float = 60.0
    """Also where GitHub asks for a longer one."""


class Failed(Exception):
    """One attempt failed, and another may not."""

    def __init__(self, reason: str, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


@dataclass(frozen=True)
class Comment:
    """A comment, as far as we must know it."""

    id: int
    author: str
    body: str


@dataclass(frozen=True)
class GitHub:
    """One repository, and a token that may write comments there."""

    client: "httpx2.Client"
    repository: str
    patience: Patience

    @classmethod
    def of_environment(cls, patience: Patience | None = None) -> Self:
        """Return the repository that the variables of GitHub Actions name.

        Raises:
            NotInActions: one of them is not set.
        """
        import httpx2

        client = httpx2.Client(
            base_url=os.environ.get("GITHUB_API_URL", API).rstrip("/"),
            timeout=TIMEOUT_S,
            follow_redirects=False,  # a redirect must not carry the token elsewhere
            headers={
                "Authorization": f"Bearer {_variable('GITHUB_TOKEN')}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        return cls(client, _variable("GITHUB_REPOSITORY"), patience or Patience())

    def head(self, number: int) -> str:
        """Return the newest commit of a pull request."""
        return self._retried(
            "read the pull request",
            lambda: str(self._ask("GET", f"/pulls/{number}")["head"]["sha"]),
        )

    def put_comment(self, number: int, body: str, marker: str, author: str = BOT) -> str:
        """Update our comment, or write it; return its address.

        All of it is tried again together: where an answer was lost, the comment may be there, and
        is found instead of written twice.
        """

        def once() -> str:
            for comment in self._comments(number):
                if comment.author == author and comment.body.startswith(marker):
                    path = f"/issues/comments/{comment.id}"
                    return str(self._ask("PATCH", path, {"body": body})["html_url"])
            return str(self._ask("POST", f"/issues/{number}/comments", {"body": body})["html_url"])

        return self._retried("write the comment", once)

    def _comments(self, number: int) -> Iterator[Comment]:
        for page in range(1, PAGES_MAX + 1):
            path = f"/issues/{number}/comments?per_page={PAGE}&page={page}"
            listed = self._ask("GET", path)
            for each in listed:
                # Of a deleted account GitHub gives no user.
                author = (each.get("user") or {}).get("login", "")
                yield Comment(int(each["id"]), author, each.get("body") or "")
            if len(listed) < PAGE:
                return

    def _ask(self, method: str, path: str, content: object = None) -> Any:  # noqa: ANN401  JSON
        import httpx2

        try:
            answer = self.client.request(method, f"/repos/{self.repository}{path}", json=content)
        except httpx2.HTTPError as error:
            raise Failed(f"{type(error).__name__}: {error}") from error
        status = answer.status_code
        wait = answer.headers.get("retry-after", "")
        if status >= 500 or status == 429 or (status in TOO_MANY and wait):
            raise Failed(f"status {status}", float(wait) if wait.isdigit() else 0.0)
        if status == 404 and method == "PATCH":
            raise Failed("the comment is gone")
        if not answer.is_success:
            reason = f"{method} {path} was answered with {status} {answer.text[:200]!r}"
            raise GitHubRefused("read or write", reason)
        return answer.json()

    def _retried(self, what: str, once: Callable[[], _T]) -> _T:
        """Try until it works; a wait grows, and what GitHub asks for counts."""
        wait_s = self.patience.first_wait_s
        for left in range(self.patience.attempts_max - 1, -1, -1):
            try:
                return once()
            except Failed as failed:
                if not left:
                    reason = f"{self.patience.attempts_max} attempts failed, the last: {failed}"
                    raise GitHubRefused(what, reason) from failed
                time.sleep(min(max(wait_s, failed.wait_s), self.patience.wait_max_s))
                wait_s *= 2
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise GitHubRefused(
                    what, f"its answer is not what it documents: {error!r}"
                ) from error
        raise AssertionError("the last attempt returns or raises")


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise NotInActions(name)
    return value
