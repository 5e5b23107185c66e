"""How complex a piece of work sounds: a heuristic that counts words, and says which."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

from ltmc_server.dataclass import dataclass

Complexity: TypeAlias = Literal["trivial", "simple", "medium", "complex", "critical"]
"""How much there is to think of."""

LEVELS: Final[Mapping[Complexity, float]] = {
    "trivial": 0.15,
    "simple": 0.3,
    "medium": 0.55,
    "complex": 0.8,
    "critical": 1.0,
}
"""Each level, with the score at which it ends."""

TOPICS: Final[Mapping[str, frozenset[str]]] = {
    "data": frozenset(
        {"migration", "migrate", "schema", "database", "transaction", "consistency", "backup"}
    ),
    "machines": frozenset(
        {"distributed", "cluster", "replication", "failover", "deployment", "kubernetes"}
    ),
    "at the same time": frozenset(
        {"concurrent", "concurrency", "parallel", "asynchronous", "async", "realtime", "lock"}
    ),
    "safety": frozenset(
        {"security", "authentication", "authorization", "encryption", "compliance", "privacy"}
    ),
    "other systems": frozenset(
        {"integration", "integrate", "api", "protocol", "legacy", "compatibility", "webhook"}
    ),
    "speed": frozenset(
        {"performance", "scalability", "scale", "optimize", "optimization", "latency"}
    ),
    "models": frozenset({"ai", "ml", "embedding", "embeddings", "neural", "inference", "training"}),
}

TOPIC_SCORE, TOPICS_SCORE_MAX = 0.1, 0.5
"""A word counts once, and less after the first of its topic: 0.1, then 0.03."""
AGAIN_SCORE: Final = 0.03
LENGTH_WORDS, LENGTH_SCORE_MAX = 500, 0.2
STEP_SCORE, STEPS_SCORE_MAX = 0.03, 0.15
SKILL_SCORE, SKILLS_SCORE_MAX = 0.04, 0.15

MINUTES_MIN: Final = 15
DOUBLINGS: Final = 6
"""A score of 1 means `MINUTES_MIN` doubled so often: 16 hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """How complex a text sounds, and from what that was told."""

    score: float
    """In [0, 1]: the sum of `parts`."""
    level: Complexity
    minutes: int
    parts: Mapping[str, float]
    found: Mapping[str, Sequence[str]]
    """The words that were counted, by topic."""
    words: int
    steps: int


def estimate(title: str, description: str, skills: Sequence[str] = ()) -> Estimate:
    """Count whole words of a few topics, the length, the steps and the skills."""
    text = f"{title}\n{description}"
    words = re.findall(r"[^\W_]+", text.lower())
    there = set(words)
    found = {topic: sorted(there & own) for topic, own in TOPICS.items() if there & own}
    steps = len(re.findall(r"^\s*(?:[-*•]|\d+[.)])\s+\S", text, flags=re.MULTILINE))
    topics = sum(TOPIC_SCORE + AGAIN_SCORE * (len(own) - 1) for own in found.values())
    parts = {
        "topics": min(topics, TOPICS_SCORE_MAX),
        "length": min(len(words) / LENGTH_WORDS, 1.0) * LENGTH_SCORE_MAX,
        "steps": min(steps * STEP_SCORE, STEPS_SCORE_MAX),
        "skills": min(len(set(skills)) * SKILL_SCORE, SKILLS_SCORE_MAX),
    }
    parts = {name: round(score, 3) for name, score in parts.items()}
    score = round(min(1.0, sum(parts.values())), 3)
    return Estimate(
        score=score,
        level=level_of(score),
        minutes=round(MINUTES_MIN * 2 ** (DOUBLINGS * score)),
        parts=parts,
        found=found,
        words=len(words),
        steps=steps,
    )


def level_of(score: float) -> Complexity:
    """Return the level that a score is in."""
    return next(level for level, end in LEVELS.items() if score <= end)
