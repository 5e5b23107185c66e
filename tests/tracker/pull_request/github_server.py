"""A server on this machine that speaks the few requests of GitHub that a comment takes."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

HEAD: Final = "a" * 40
NUMBER: Final = 7
TOKEN: Final = "a token of the tests"  # noqa: S105  nobody's
REPOSITORY: Final = "someone/ltmc"
BOT: Final = "github-actions[bot]"


@dataclass
class GitHubHere:
    """What it knows, and what it was asked."""

    url: str = ""
    heads: dict[int, str] = field(default_factory=lambda: {NUMBER: HEAD})
    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Given instead of an answer, in turn: a status and headers. 0: do it, and hang up."""

    def say(self, author: str | None, body: str) -> None:
        """Put a comment there."""
        user = {"login": author} if author else None
        self.comments.append({"id": len(self.comments) + 1, "user": user, "body": body})

    def answer(self, method: str, path: str, sent: Any) -> tuple[int, Any]:  # noqa: ANN401  JSON
        """Do what is asked."""
        own = path.removeprefix(f"/repos/{REPOSITORY}")
        if method == "GET" and (match := re.fullmatch(r"/pulls/(\d+)", own)):
            head = self.heads.get(int(match[1]))
            return (200, {"head": {"sha": head}}) if head else (404, {"message": "Not Found"})
        if match := re.fullmatch(rf"/issues/{NUMBER}/comments\?per_page=(\d+)&page=(\d+)", own):
            size, page = int(match[1]), int(match[2])
            return 200, self.comments[(page - 1) * size : page * size]
        if method == "POST" and own == f"/issues/{NUMBER}/comments":
            self.say(BOT, sent["body"])
            return 201, {"html_url": f"{self.url}/new"}
        if method == "PATCH" and (match := re.fullmatch(r"/issues/comments/(\d+)", own)):
            self.comments[int(match[1]) - 1]["body"] = sent["body"]
            return 200, {"html_url": f"{self.url}/old"}
        return 404, {"message": "Not Found"}


@contextmanager
def github_here() -> Iterator[GitHubHere]:
    """Serve until the block ends."""
    state = GitHubHere()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(f"{self.command} {self.path}")
            length = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(length) or b"null")
            status, headers = state.answers.pop(0) if state.answers else (200, {})
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                self.reply(401, {"message": "Bad credentials"}, {})
            elif status == 0:
                state.answer(self.command, self.path, sent)
                self.close_connection = True  # and the answer is lost
            elif status != 200:
                self.reply(status, {"message": "no"}, headers)
            else:
                self.reply(*state.answer(self.command, self.path, sent), {})

        do_POST = do_PATCH = do_GET  # noqa: N815

        def reply(self, status: int, content: object, headers: dict[str, str]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
