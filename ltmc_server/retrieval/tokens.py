"""How much of a model's context a text takes."""

from typing import Final

TOKENIZER: Final = "utf8-bytes/3"
"""Named in every result that counts tokens."""

BYTES_PER_TOKEN: Final = 3
"""English has above 4 bytes a token, code and Chinese about 3: so a count is rarely too low."""


def count_tokens(text: str) -> int:
    """Return an upper estimate of the tokens of `text`, whatever the model."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)


def cut_to_tokens(text: str, tokens_max: int) -> str:
    """Return the longest beginning of `text` that counts at most `tokens_max` tokens."""
    data = text.encode("utf-8", "surrogatepass")[: tokens_max * BYTES_PER_TOKEN]
    # A character that was cut in two is dropped.
    return data.decode("utf-8", "ignore")
