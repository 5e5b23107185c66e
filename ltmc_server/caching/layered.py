"""Caches one behind another: the nearest is asked first, and gets what a farther one had."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Final

from ltmc_server.caching.interfaces import KINDS, Cache, Kind, Server
from ltmc_server.dataclass import dataclass
from ltmc_server.model import now

TTL_S: Final[Mapping[Kind, float]] = {"embeddings": 86_400.0, "queries": 3_600.0}
"""How long each kind is kept. Neither gets wrong by being old; it is to make room."""


@dataclass(slots=True)
class Count:
    """How often something was asked for, and found."""

    hits: int = 0
    misses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one layer holds of one kind, and how it did."""

    hits: int
    misses: int
    entries: int | None = None
    """None where only a walk through all of it would tell."""
    bytes: int | None = None


@dataclass(slots=True)
class LayeredCache:
    """Several caches as one. With none of them it keeps nothing."""

    layers: Sequence[Cache]
    """The nearest first."""
    counts: dict[tuple[str, Kind], Count] = field(default_factory=lambda: defaultdict(Count))
    """By the name of the layer and the kind; the empty name is the whole."""
    evicted_before: dict[str, int] = field(default_factory=dict)
    """By layer, until the counters were last cleared."""
    since: datetime = field(default_factory=now)

    async def get(self, kind: Kind, key: bytes, *, about: str) -> bytes | None:
        """Return what was kept under `key`, if any layer still has it."""
        for depth, layer in enumerate(self.layers):
            value = await layer.get(kind, key)
            self._count(layer.name, kind, found=value is not None)
            if value is not None:
                self._count("", kind, found=True)
                for nearer in self.layers[:depth]:
                    await nearer.set(kind, key, value, about=about, ttl_s=TTL_S[kind])
                return value
        self._count("", kind, found=False)
        return None

    async def set(
        self, kind: Kind, key: bytes, value: bytes, *, about: str, everywhere: bool = True
    ) -> None:
        """Keep `value` in every layer, or in the nearest one alone."""
        for layer in self.layers if everywhere else self.layers[:1]:
            await layer.set(kind, key, value, about=about, ttl_s=TTL_S[kind])

    async def forget(self, kind: Kind, pattern: str = "*") -> Mapping[str, int | None]:
        """Drop what fits from every layer; return how many each had, None where it failed."""
        return {layer.name: await layer.forget(kind, pattern) for layer in self.layers}

    async def held(self) -> Mapping[str, Mapping[Kind, Held]]:
        """Return what each layer holds of each kind."""
        return {layer.name: await self._held_in(layer) for layer in self.layers}

    def whole(self) -> Count:
        """Return the hits and misses of all kinds: a hit in any layer is one."""
        each = [self.counts["", kind] for kind in KINDS]
        return Count(sum(one.hits for one in each), sum(one.misses for one in each))

    def evicted(self) -> Mapping[str, int]:
        """Return how many entries each layer dropped for want of room."""
        return {
            layer.name: layer.evicted - self.evicted_before.get(layer.name, 0)
            for layer in self.layers
        }

    def clear_counters(self) -> int:
        """Begin to count anew; return how many questions had been counted."""
        whole = self.whole()
        self.counts.clear()
        self.evicted_before = {layer.name: layer.evicted for layer in self.layers}
        self.since = now()
        return whole.hits + whole.misses

    def _count(self, layer: str, kind: Kind, *, found: bool) -> None:
        count = self.counts[layer, kind]
        count.hits += found
        count.misses += not found

    async def _held_in(self, layer: Cache) -> Mapping[Kind, Held]:
        sizes = await layer.sizes() or {}
        held: dict[Kind, Held] = {}
        for kind in KINDS:
            count, size = self.counts[layer.name, kind], sizes.get(kind)
            held[kind] = Held(
                hits=count.hits,
                misses=count.misses,
                entries=size.entries if size else None,
                bytes=size.bytes if size else None,
            )
        return held


@dataclass(frozen=True, slots=True)
class Caches:
    """The caches of a server, and the server behind one of them, if it is behind one."""

    layered: LayeredCache
    redis: Server | None = None


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """What the caches count, for whoever watches the server."""

    cached: "Caches"

    def figures(self) -> Mapping[str, float]:
        # Asked from a thread: a copy, as calls add to it meanwhile.
        counts = dict(self.cached.layered.counts)
        told: dict[str, float] = {}
        for (layer, kind), count in counts.items():
            if layer:
                told[f"{layer}_{kind}_hits_total"] = count.hits
                told[f"{layer}_{kind}_misses_total"] = count.misses
        evicted = self.cached.layered.evicted()
        return told | {f"{layer}_evictions_total": number for layer, number in evicted.items()}
