"""Say messages of the model in the language of who reads them.

The model says everything in English (`sim.messages`). `<language>/messages.yaml` translates each
English template; text of others within a message (a file's words, a library's) stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from string import Formatter
from types import MappingProxyType

from sim.errors import Problem
from sim.messages import Joined, Message
from sim.text.catalogue import MESSAGES, read_texts

__all__ = ["problem_line", "translated", "translations"]


@cache
def translations(lang: str) -> Mapping[str, str]:
    """Return the templates of a language by English template; none for English itself."""
    return MappingProxyType({} if lang == "en" else read_texts(lang, MESSAGES))


def translated(text: str, lang: str) -> str:
    """Return a message in a language; any other text comes back as it is."""
    if lang == "en" or not isinstance(text, Message):
        return str(text)
    template = translations(lang).get(text.template, text.template)
    if isinstance(text, Joined):
        return template.join(translated(part, lang) for part in text.parts)
    values = {
        name: translated(value, lang) if isinstance(value, Message) else value
        for name, value in text.values.items()
    }
    return _QUOTING.vformat(template, (), values)


def problem_line(problem: Problem, lang: str) -> str:
    """Return a problem as one line: file, line, column, and the message in a language."""
    text = translated(problem.text, lang)
    return f"{problem.file}:{problem.line}:{problem.column}: {text}"


class _ChineseQuotes(Formatter):
    """Fill values in; `!r` puts text in Chinese quotes, with what cannot be printed escaped."""

    def convert_field(self, value: object, conversion: str | None) -> object:
        if conversion == "r" and isinstance(value, str):
            return f"“{repr(value)[1:-1]}”"
        return super().convert_field(value, conversion)


_QUOTING = _ChineseQuotes()
