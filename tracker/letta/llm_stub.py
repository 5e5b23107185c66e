"""`python -m tracker.letta.llm_stub DESCRIPTOR`: a stub of a language model, with OpenAI's API.

    GET  /v1/models                 the models it poses as
    POST /v1/chat/completions       one JSON, or server-sent events with `stream`
    POST /v1/embeddings             numbers, or base64 of float32 with `encoding_format`
    GET  /stats                     how often each was asked
    POST /config                    {"latency_ms": before an answer, "stream_ms": before each piece}

It closes each connection after its answer. With connections kept, Letta stalls for 60 seconds now
and then: openai's client closes them when it is collected, and by then their descriptor may be that
of a connection to PostgreSQL, which asyncio then stops watching (openai-python 2440).
"""

import asyncio
import base64
import itertools
import json
import socket
import struct
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tracker.letta.llm_answers import DIMENSION, Json, Reply, embedding, reply, usage

MODELS: Final = ("gpt-4o-mini", "gpt-4o", "text-embedding-3-small")

PIECE_CHARACTERS: Final = 16
"""What one event of a stream carries. In shorter ones the name of an argument can come apart from
the quote after it, and Letta then loses the text of a `send_message`."""

LATENCY_MS_MAX: Final = 60_000.0
DIMENSION_MAX: Final = 4_096
REQUEST_BYTES_MAX: Final = 32 * 2**20
CREATED_S: Final = 1_700_000_000
"""When every answer was made, as it says: the same answer each time."""


@dataclass(slots=True)
class Latency:
    """What is added to an answer, in milliseconds."""

    latency_ms: float = 0.0
    stream_ms: float = 0.0


@dataclass(slots=True)
class LlmStub:
    """The endpoints, and what they remember."""

    latency: Latency = field(default_factory=Latency)
    asked: Counter[str] = field(default_factory=Counter)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def app(self) -> Starlette:
        """Return them as an ASGI app."""
        return Starlette(
            routes=[
                Route("/v1/models", self.models),
                Route("/v1/chat/completions", self.chat, methods=["POST"]),
                Route("/v1/embeddings", self.embeddings, methods=["POST"]),
                Route("/stats", self.stats),
                Route("/config", self.configure, methods=["POST"]),
            ],
            exception_handlers={ValueError: _refused},
        )

    async def models(self, request: Request) -> Response:
        self.asked["models"] += 1
        models = [
            {"id": name, "object": "model", "created": CREATED_S, "owned_by": "stub"}
            for name in MODELS
        ]
        return JSONResponse({"object": "list", "data": models})

    async def chat(self, request: Request) -> Response:
        asked = await _json(request)
        answer = reply(asked)
        await asyncio.sleep(self.latency.latency_ms / 1e3)
        frame = {
            "id": f"chatcmpl-{next(self.numbers):08d}",
            "created": CREATED_S,
            "model": asked.get("model", MODELS[0]),
        }
        if asked.get("stream"):
            self.asked["chat_streams"] += 1
            events = self._events(frame, answer, usage(asked, answer))
            return StreamingResponse(events, media_type="text/event-stream")
        self.asked["chats"] += 1
        message: dict[str, Any] = {"role": "assistant", "content": answer.text}
        if answer.tool:
            message["tool_calls"] = [_call(frame, answer, answer.arguments)]
        choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason}
        told = {"object": "chat.completion", "usage": usage(asked, answer)}
        return JSONResponse({**frame, **told, "choices": [choice]})

    async def _events(self, frame: Json, answer: Reply, used: Json) -> AsyncIterator[str]:
        chunk = {**frame, "object": "chat.completion.chunk"}

        def event(delta: Json, finish_reason: str | None = None) -> str:
            choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
            return f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n"

        yield event({"role": "assistant", "content": None if answer.tool else ""})
        if answer.tool:
            yield event({"tool_calls": [{"index": 0, **_call(frame, answer, "")}]})
        said = answer.text or answer.arguments
        for first in range(0, len(said), PIECE_CHARACTERS):
            piece = said[first : first + PIECE_CHARACTERS]
            await asyncio.sleep(self.latency.stream_ms / 1e3)
            called = {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}
            yield event(called if answer.tool else {"content": piece})
        yield event({}, answer.finish_reason)
        yield f"data: {json.dumps({**chunk, 'choices': [], 'usage': used})}\n\n"
        yield "data: [DONE]\n\n"

    async def embeddings(self, request: Request) -> Response:
        asked = await _json(request)
        given = asked.get("input", "")
        texts = [str(each) for each in given] if isinstance(given, list) else [str(given)]
        dimension = int(asked.get("dimensions") or DIMENSION)
        if not 1 <= dimension <= DIMENSION_MAX:
            raise ValueError(f"dimensions: {dimension} is not from 1 to {DIMENSION_MAX}")
        self.asked["embeddings"] += len(texts)
        await asyncio.sleep(self.latency.latency_ms / 1e3)
        vectors: list[object] = [embedding(text, dimension) for text in texts]
        if asked.get("encoding_format") == "base64":
            packed = [struct.pack(f"<{dimension}f", *embedding(text, dimension)) for text in texts]
            vectors = [base64.b64encode(each).decode() for each in packed]
        data = [
            {"object": "embedding", "index": index, "embedding": vector}
            for index, vector in enumerate(vectors)
        ]
        used = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
        model = asked.get("model", MODELS[-1])
        return JSONResponse({"object": "list", "model": model, "data": data, "usage": used})

    async def stats(self, request: Request) -> Response:
        return JSONResponse(dict(sorted(self.asked.items())))

    async def configure(self, request: Request) -> Response:
        changed = {**asdict(self.latency), **await _json(request)}
        if unknown := sorted(changed.keys() - {"latency_ms", "stream_ms"}):
            raise ValueError(f"{unknown[0]}: there are latency_ms and stream_ms")
        for name, value in changed.items():
            if not (isinstance(value, int | float) and 0 <= value <= LATENCY_MS_MAX):
                raise ValueError(f"{name}: {value!r} is not from 0 to {LATENCY_MS_MAX:.0f} ms")
        self.latency = Latency(**changed)
        return JSONResponse(changed)


def _call(frame: Json, answer: Reply, arguments: str) -> dict[str, Any]:
    function = {"name": answer.tool, "arguments": arguments}
    return {"id": f"call-{frame['id']}", "type": "function", "function": function}


async def _json(request: Request) -> dict[str, Any]:
    """Return the body.

    Raises:
        ValueError: it is no JSON object, or too large.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > REQUEST_BYTES_MAX:
            raise ValueError(f"the request is larger than {REQUEST_BYTES_MAX} bytes")
    value = json.loads(body)
    if not isinstance(value, dict):
        raise ValueError("the request is no JSON object")  # noqa: TRY004  the caller's value
    return value


async def _refused(request: Request, error: Exception) -> Response:
    told = {"message": str(error), "type": "invalid_request_error"}
    return JSONResponse({"error": told}, status_code=400)


def main(descriptor: int) -> None:
    """Serve on a socket that is inherited, until told to end."""
    config = uvicorn.Config(
        LlmStub().app(),
        headers=[("connection", "close")],
        access_log=False,
        log_level="warning",
        lifespan="off",
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
