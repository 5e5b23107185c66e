"""Names of files, shown and read back."""

import os
from pathlib import Path

import pytest
from hypothesis import given, strategies as some

from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.names import shown, unshown
from ltmc_server.workspace.secrets import looks_secret


@given(some.binary(max_size=40))
def test_any_name_is_shown_as_text_and_read_back(raw: bytes) -> None:
    name = os.fsdecode(raw)

    text = shown(name)

    assert text.encode().isascii() or not text.isascii()
    assert not any(character in text for character in "\n\r\x1b\x00")
    assert unshown(text) == name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain é 茶.txt", "plain é 茶.txt"),
        ("two\nlines", r"two\nlines"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\udcff", r"a\xff"),
        ("gpj\u202exe", r"gpj\u202exe"),
        ("back\\slash", r"back\\slash"),
    ],
)
def test_what_can_not_be_shown_is_an_escape(name: str, text: str) -> None:
    assert shown(name) == text


def test_a_file_is_opened_by_its_name_as_shown(root: Path) -> None:
    for name in (b"two\nlines", b"not \xff utf-8", b"back\\xff"):
        (root / os.fsdecode(name)).write_bytes(name)

    for text, content in ((r"two\nlines", b"two\nlines"), (r"not \xff utf-8", b"not \xff utf-8")):
        with Workspace.of((root,)).file(text) as file:
            assert (file.path, file.read(100)) == (text, content)
    with Workspace.of((root,)).file("back\\xff") as file:
        assert file.path == r"back\\xff"


@pytest.mark.parametrize(
    "path",
    [
        *(".env", ".env.local", "prod.env", "server.pem", "tls/Server.KEY", "id_rsa", "id_ed25519"),
        *(".netrc", ".npmrc", ".pypirc", "credentials", "credentials.json", "secrets.yaml"),
        *(".ssh/config", "home/.aws/config", ".git/config", ".git-credentials", "store.p12"),
        *("service-account-1.json", "id_rsa.bak", ".docker/config.json"),
    ],
)
def test_a_file_that_looks_as_if_it_held_secrets(path: str) -> None:
    assert looks_secret(path.split("/"))


@pytest.mark.parametrize(
    "path",
    [".env.example", "id_rsa.pub", "secrets.py", "environment", "key.txt", "config", "monkey"],
)
def test_a_file_that_does_not(path: str) -> None:
    assert not looks_secret(path.split("/"))
