"""One comment, written and updated, over HTTP to a server that speaks as GitHub does."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.tracker.pull_request.github_server import (
    BOT,
    HEAD,
    NUMBER,
    REPOSITORY,
    TOKEN,
    GitHubHere,
    github_here,
)
from tracker.__main__ import main
from tracker.pull_request.body import MARKER
from tracker.pull_request.errors import GitHubRefused
from tracker.pull_request.github import GitHub, Patience


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubHere]:
    with github_here() as here:
        monkeypatch.setenv("GITHUB_API_URL", here.url)
        monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        yield here


@pytest.fixture
def github(server: GitHubHere) -> Iterator[GitHub]:
    opened = GitHub.of_environment(Patience(attempts_max=3, first_wait_s=0, wait_max_s=0))
    with opened.client:
        yield opened


@pytest.fixture
def handed(tmp_path: Path) -> Path:
    (tmp_path / "report.md").write_text("**nothing is slower**\n", "utf-8")
    content = json.dumps({"pull_request": NUMBER, "head": HEAD})
    (tmp_path / "pull-request.json").write_text(content, "utf-8")
    return tmp_path


def comment(folder: Path, *options: str, head: str = HEAD) -> int:
    return main(["comment", "--artifact", str(folder), "--head", head, *options])


def test_the_first_report_is_a_comment_the_second_updates_it(
    server: GitHubHere, handed: Path
) -> None:
    server.say(None, "of a deleted account")
    server.say("someone", f"{MARKER} a forgery")

    assert comment(handed) == 0
    (handed / "report.md").write_text("**1 slower**\n", "utf-8")
    assert comment(handed) == 0

    ours = [each["body"] for each in server.comments if each["user"] == {"login": BOT}]
    assert len(ours) == 1
    assert "1 slower" in ours[0]
    assert server.comments[1]["body"] == f"{MARKER} a forgery"


def test_our_comment_is_found_on_the_second_page(server: GitHubHere, handed: Path) -> None:
    for _ in range(120):
        server.say("someone", "me too")
    server.say(BOT, f"{MARKER}\nold")

    assert comment(handed) == 0

    assert len(server.comments) == 121
    assert "nothing is slower" in server.comments[-1]["body"]


def test_a_report_of_another_commit_is_not_posted(
    server: GitHubHere, handed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert comment(handed, head="b" * 40) == 1

    assert server.comments == []
    assert "is at aaaaaaaa, the report is of bbbbbbbb" in capsys.readouterr().err


def test_a_pull_request_that_is_not_there_is_named(
    server: GitHubHere, handed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.heads = {}

    assert comment(handed) == 1

    assert "GET /pulls/7 was answered with 404" in capsys.readouterr().err


def test_a_refusal_says_which_permission_is_missing(server: GitHubHere, github: GitHub) -> None:
    server.answers = [(403, {})]

    with pytest.raises(GitHubRefused, match="permissions: pull-requests: write"):
        github.put_comment(NUMBER, "body", MARKER)
    assert len(server.asked) == 1


@pytest.mark.parametrize("trouble", [(502, {}), (429, {}), (403, {"Retry-After": "5"})])
def test_trouble_that_passes_is_waited_for(
    server: GitHubHere, github: GitHub, trouble: tuple[int, dict[str, str]]
) -> None:
    server.answers = [trouble, trouble]

    github.put_comment(NUMBER, f"{MARKER}\nbody", MARKER)

    assert len(server.comments) == 1


def test_trouble_that_stays_ends_after_a_few_attempts(server: GitHubHere, github: GitHub) -> None:
    server.answers = [(502, {})] * 20

    with pytest.raises(GitHubRefused, match="3 attempts failed, the last: status 502"):
        github.head(NUMBER)
    assert len(server.asked) == 3


def test_a_comment_whose_answer_was_lost_is_not_written_twice(
    server: GitHubHere, github: GitHub
) -> None:
    server.answers = [(200, {}), (0, {})]

    github.put_comment(NUMBER, f"{MARKER}\nbody", MARKER)

    assert len(server.comments) == 1


def test_an_answer_that_is_not_github_s_is_an_error(server: GitHubHere, github: GitHub) -> None:
    server.comments = [{"id": None}]

    with pytest.raises(GitHubRefused, match="not what it documents"):
        github.put_comment(NUMBER, "body", MARKER)


def test_the_token_follows_no_redirect(server: GitHubHere, github: GitHub) -> None:
    server.answers = [(302, {"Location": f"{server.url}/elsewhere"})]

    with pytest.raises(GitHubRefused, match="302"):
        github.head(NUMBER)
    assert len(server.asked) == 1


def test_nobody_there_is_an_error(github: GitHub) -> None:
    nobody = httpx2.Client(base_url="http://127.0.0.1:9", timeout=1)
    with nobody, pytest.raises(GitHubRefused, match="ConnectError"):
        GitHub(nobody, REPOSITORY, github.patience).head(NUMBER)


def test_a_dry_run_asks_nobody(
    server: GitHubHere, handed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert comment(handed, "--dry-run") == 0

    assert capsys.readouterr().out.startswith(f"{MARKER}\n**nothing is slower**")
    assert server.asked == []


def test_without_a_token_the_way_out_is_said(
    handed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)

    assert comment(handed) == 1

    assert "GITHUB_TOKEN is not set" in capsys.readouterr().err
