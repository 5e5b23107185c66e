"""Sources that tests describe, and the modules made of them."""

from ltmc_server.documentation.names import Module, module
from ltmc_server.syntax.grammars import language_of
from ltmc_server.syntax.parsing import source

SHOP = '''\
"""A shop."""

class Shop(Base):
    """Sells."""

    goods: list[str] = []
    _till: int = 0

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def open(self) -> bool:
        """Whether it is open."""
        return True

    @open.setter
    def open(self, value: bool) -> None: ...

    def sell(self, what: str, *, count: int = 1) -> float:
        """Sell something.

        Args:
            what: a good.
            count: how many.

        Returns:
            The price.

        Raises:
            SoldOut: there is none.
        """
        if not count:
            raise SoldOut(what)
        return 1.0

    def _count(self): ...


def close(shop, /, *rest, **more):
    def inner(): ...


def _private(): ...
'''


def made(text: str, path: str = "src/shop.py") -> Module:
    """Return the public names of a text."""
    language = language_of(path, text)
    assert language
    return module(source(text, language), path)
