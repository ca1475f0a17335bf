"""Texts people see, in English and Simplified Chinese.

Each language is a folder of YAML files of flat keys (`page.title: "Report of {scenario}"`); a key
stands in one file only, and every language has the same keys and placeholders. The model itself
never imports this: facts and tables hold codes, and what it says of bad input it says in English;
`messages.yaml` of another language translates that (see `sim.text.translation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType

from sim.scenario.yaml_source import Source, read_file

__all__ = ["LANGUAGES", "MESSAGES", "Translator", "catalogue", "read_texts"]

LANGUAGES = ("en", "zh")
MESSAGES = "messages.yaml"
"""The file of a language that translates messages of the model; English needs none."""


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """Return all texts of a language by key; raise ValueError for an unknown language or file."""
    if lang not in LANGUAGES:
        raise ValueError(f"unknown language {lang!r}: there are {', '.join(LANGUAGES)}")
    texts: dict[str, str] = {}
    with as_file(files("sim.text") / lang) as folder:
        for path in sorted(folder.glob("*.yaml")):
            if path.name == MESSAGES:
                continue
            for key, text in _read(path).items():
                if key in texts:
                    raise ValueError(f"the text {key!r} of {path.name} stands in another file too")
                texts[key] = text
    return MappingProxyType(texts)


class Translator:
    """Say things in one language: `tr = Translator("zh")`, then `tr(key, **values)`."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._texts = catalogue(lang)

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled in; raise KeyError when one is not known."""
        return self._texts[key].format(**values)

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a text for a key."""
        return key in self._texts


def read_texts(lang: str, name: str) -> dict[str, str]:
    """Return the texts of one file of a language by key."""
    with as_file(files("sim.text") / lang / name) as path:
        return _read(path)


def _read(path: Path) -> dict[str, str]:
    root = read_file(path, Source(str(path), path.parent))
    for key, node in root.mapping.items():
        if not isinstance(node.value, str):
            raise ValueError(f"{path}:{node.place.line}: {key}: a text must be in quotes here")
    return {key: str(node.value) for key, node in root.mapping.items()}
