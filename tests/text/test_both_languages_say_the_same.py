"""English and Chinese have the same keys and placeholders, and every text can be filled in."""

from pathlib import Path

import pytest
from templates import placeholders

import sim.text
from sim.text.catalogue import LANGUAGES, MESSAGES, Translator, catalogue

FOLDER = Path(sim.text.__file__).parent


def test_every_language_has_the_same_keys() -> None:
    assert set(catalogue("en")) == set(catalogue("zh"))


def test_every_language_has_the_same_files() -> None:
    names = [{path.name for path in (FOLDER / lang).iterdir()} for lang in LANGUAGES]
    assert names[1] - names[0] == {MESSAGES}  # the model's own words are English
    assert names[0] <= names[1]


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_a_text_has_the_same_placeholders_in_every_language(key: str) -> None:
    assert placeholders(catalogue("en")[key]) == placeholders(catalogue("zh")[key])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_placeholders_are_plain_names(lang: str) -> None:
    names = {name for text in catalogue(lang).values() for name in placeholders(text)}
    assert all(name.isidentifier() for name in names)


def test_a_text_is_filled_in() -> None:
    assert Translator("en")("duration.seconds", n=5) == "5 s"
    assert Translator("zh")("duration.seconds", n=5) == "5 秒"


def test_a_missing_key_or_value_is_a_mistake_of_ours() -> None:
    tr = Translator("en")
    with pytest.raises(KeyError):
        tr("no.such.text")
    with pytest.raises(KeyError):
        tr("duration.seconds")
    assert "duration.seconds" in tr
    assert "no.such.text" not in tr


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="there are en, zh"):
        catalogue("fr")
