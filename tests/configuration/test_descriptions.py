"""What is said of settings, read from the source of their class."""

from ltmc_server.configuration.descriptions import descriptions
from ltmc_server.environment import FromEnvironment
from ltmc_server.settings import Settings
from tests.configuration.samples import Sample


def test_every_setting_of_ours_is_described() -> None:
    assert set(descriptions(Settings)) == set(Settings.model_fields)


def test_a_text_is_that_below_the_setting_and_no_other() -> None:
    assert descriptions(Sample) == {"size": "How large, 100% of it.", "name": "What it is called."}


def test_what_a_class_says_anew_it_describes_anew() -> None:
    class Other(Sample):
        size: int = 6
        loud: bool = False
        """Whether it shouts,
        and how often."""

    assert descriptions(Other) == {
        "name": "What it is called.",
        "loud": "Whether it shouts,\nand how often.",
    }


def test_a_class_without_a_source_has_no_texts() -> None:
    made = type("Made", (FromEnvironment,), {"__annotations__": {"size": int}, "size": 5})

    assert descriptions(made) == {}
