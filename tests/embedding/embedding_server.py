"""An OpenAI-compatible server on this machine, which behaves as a test asks it to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    promised: int = 0
    """Bytes that are announced beyond those that are sent."""


@dataclass(frozen=True)
class Asked:
    """A request that came in."""

    path: str
    key: str | None
    model: str
    texts: list[str]


Behaviour: TypeAlias = Callable[[Asked], Answer]


@dataclass
class EmbeddingServer:
    """Answers with the next of `behaviours`, and with the last one from then on."""

    url: str
    behaviours: list[Behaviour]
    asked: list[Asked] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        self.reached.set()
        at = min(len(self.asked), len(self.behaviours)) - 1
        return self.behaviours[at](asked)

    def never(self, asked: Asked) -> Answer:
        """Answer when the test is over."""
        self.closing.wait(20)
        return good(asked)


def vector(text: str, dimension: int = 3) -> list[float]:
    """Return what `good` makes of a text: not of unit length."""
    return [float(len(text) + at) for at in range(dimension)]


def embeddings(vectors: list[Any]) -> Answer:
    data = [{"object": "embedding", "index": at, "embedding": v} for at, v in enumerate(vectors)]
    return Answer(json.dumps({"object": "list", "data": data, "model": "m"}).encode())


def good(asked: Asked) -> Answer:
    return embeddings([vector(text) for text in asked.texts])


def refusing(status: int, **headers: str) -> Behaviour:
    """Answer with a status, and say again what was sent, as careless servers do."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda asked: Answer(f"{asked.texts} {asked.key}".encode(), status, named)


@contextmanager
def serving(*behaviours: Behaviour) -> Iterator[EmbeddingServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            key = self.headers.get("Authorization")
            answer = served.answer(Asked(self.path, key, request["model"], request["input"]))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) + answer.promised))
            self.end_headers()
            with suppress(OSError):  # Nobody waits for it any more.
                self.wfile.write(answer.body)
            self.close_connection = bool(answer.promised)

        def log_message(self, format: str, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = False
    served = EmbeddingServer(f"http://127.0.0.1:{http.server_port}/v1", list(behaviours))
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        served.closing.set()
        http.shutdown()
        http.server_close()
        thread.join()
