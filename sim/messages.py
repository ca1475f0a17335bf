"""Messages to people: English text that remembers how it was made, so it can be said otherwise.

The model says everything in English and knows no other language; `sim.text` finds the translation
by the English template. So a template is always written out where it is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = [
    "NOTHING",
    "Joined",
    "Message",
    "expected",
    "joined",
    "message_of",
    "quoted",
    "say",
    "standing_at",
    "system_words",
    "verbatim",
]


class Message(str):
    """Hold an English text together with its template and the values filled in."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]
    """May be messages themselves."""

    def __new__(cls, template: str, values: Mapping[str, object]) -> Message:
        """Fill the values in; raise KeyError when the template names another one."""
        self = super().__new__(cls, template.format_map(values))
        self.template = template
        self.values = values
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Message, (self.template, self.values)

    def part(self, name: str) -> Message:
        """Return one of the values, as the message it may be."""
        value = self.values[name]
        return value if isinstance(value, Message) else verbatim(str(value))


class Joined(Message):
    """Hold texts one after the other with the same words between them."""

    __slots__ = ("parts",)

    parts: tuple[str, ...]

    def __new__(cls, separator: str, parts: Iterable[str]) -> Joined:
        """Join the parts by a separator, which is the template of this message."""
        texts = tuple(parts)
        self = str.__new__(cls, separator.join(texts))
        self.template = separator
        self.values = {}
        self.parts = texts
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Joined, (self.template, self.parts)


NOTHING = Message("", {})
"""The empty message, for a hint there is not."""


def say(template: str, /, **values: object) -> Message:
    """Return a message from its English template, written out here, and the values in it."""
    return Message(template, values)


def verbatim(text: str) -> Message:
    """Return a text of others, such as a library's, as a message that is the same everywhere."""
    return text if isinstance(text, Message) else Message("{text}", {"text": text})


def joined(separator: str, parts: Iterable[str], /) -> Joined:
    """Return a list of texts with the separator, written out here, between them."""
    return Joined(separator, parts)


def quoted(value: object) -> Message:
    """Return a value in quotes when it is text, else as it is written."""
    return say("{value!r}", value=value)


def expected(wanted: str, got: str) -> Message:
    """Return what should stand at a place and what does."""
    return say("expected {wanted}, got {got}", wanted=wanted, got=got)


def standing_at(where: object, what: str) -> Message:
    """Return a message about a key, a file or another thing with a name."""
    return say("{where}: {what}", where=where, what=what)


def message_of(error: BaseException) -> Message:
    """Return what an exception says, as the message it was raised with where it was one."""
    if len(error.args) == 1 and isinstance(error.args[0], Message):
        return error.args[0]
    return verbatim(str(error))


_SYSTEM = {
    str(each): each
    for each in (
        say("File exists"),
        say("File name too long"),
        say("Input/output error"),
        say("Is a directory"),
        say("No space left on device"),
        say("No such file or directory"),
        say("Not a directory"),
        say("Permission denied"),
        say("Read-only file system"),
        say("Too many open files"),
    )
}
"""What operating systems say in English most often."""


def system_words(error: OSError) -> Message:
    """Return why the operating system refused, as a message where the reason is a common one."""
    words = error.strerror or str(error)
    return _SYSTEM.get(words) or verbatim(words)
