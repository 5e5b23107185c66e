"""What docstrings of each style tell of parameters and results."""

import pytest

from ltmc_server.documentation.docstrings import names_word, told

STYLES = {
    "google": "Sell.\n\nArgs:\n    what: a good,\n        of the shop.\n    *rest (int): more.\n"
    "    count: how many.\n\nReturns:\n    The price.\n",
    "numpy": "Sell.\n\nParameters\n----------\nwhat : str\n    A good.\nrest : int\n    More.\n"
    "count : int, optional\n    How many.\n\nReturns\n-------\nfloat\n    The price.\n",
    "sphinx": "Sell.\n\n:param str what: a good\n:param rest: more\n:param count: how many\n"
    ":returns: the price\n",
    "jsdoc": "Sell.\n@param {string} what - a good\n@param {...number} rest\n"
    "@param {number} [count=1] how many\n@returns {number} the price",
    "javadoc": "Sell.\n@param what a good\n@param rest more\n@param count how many\n@return it",
    "doxygen": "Sell.\n\\param[in] what it\n\\param rest more\n\\param[in,out] count\n\\return it",
    "rust": "Sells.\n\n# Arguments\n\n* `what` - a good\n* `rest` - more\n* `count` - how many\n\n"
    "# Returns\n\nThe price.",
}


@pytest.mark.parametrize("style", STYLES)
def test_each_style_is_read(style: str) -> None:
    said = told(STYLES[style])

    assert said.parameters == ("what", "rest", "count")
    assert said.returns
    assert said.describes_returns


def test_prose_describes_no_parameters() -> None:
    said = told("Return the price.\n\nNote:\n    it is: high\n")

    assert said.parameters == ()
    assert (said.returns, said.describes_returns) == (True, False)


def test_a_word_is_not_found_in_another() -> None:
    assert names_word("Raises NotFound.", "NotFound")
    assert not names_word("Raises NotFoundAtAll.", "NotFound")
