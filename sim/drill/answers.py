"""Answers: what an acknowledgement says, and which were given, so that none is given twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from sim.drill.play import Answer
from sim.text.catalogue import LANGUAGES, Translator

__all__ = ["Ack", "Answers"]

Ack = dict[str, Any]
_REMEMBERED = 5000
"""Refusals remembered by message id; what was carried out is remembered for good."""


class Answers:
    """Own the acknowledgements given, by seat and message id."""

    def __init__(self) -> None:
        self._translators = {each: Translator(each) for each in LANGUAGES}
        self._done: dict[tuple[str, str], Ack] = {}
        self._refused: OrderedDict[tuple[str, str], Ack] = OrderedDict()

    def given(self, seat: str, name: str) -> Ack | None:
        """Return the acknowledgement given to a message before."""
        return self._done.get((seat, name)) or self._refused.get((seat, name))

    def keep(self, seat: str, name: str, answer: Answer, *, for_good: bool) -> Ack:
        """Return the acknowledgement of a message, and remember it."""
        ack = self.ack(name, answer)
        if for_good:
            self._done[seat, name] = ack
        else:
            self._refused[seat, name] = ack
            if len(self._refused) > _REMEMBERED:
                self._refused.popitem(last=False)
        return ack

    def ack(self, name: str, answer: Answer) -> Ack:
        """Return an acknowledgement, in both languages."""
        return {
            "type": "ack",
            "id": name,
            "accepted": answer.accepted,
            "why": answer.why,
            "text": {each: _said(tr, answer) for each, tr in self._translators.items()},
        }

    def texts(self, key: str, **words: str) -> Mapping[str, str]:
        """Return a text in both languages; `words` are keys of texts within it."""
        return {
            lang: tr(key, **{name: tr(each) if each else "" for name, each in words.items()})
            for lang, tr in self._translators.items()
        }


def _said(tr: Translator, answer: Answer) -> str:
    if answer.accepted:
        return tr("session.done")
    for key in (f"session.why.{answer.why}", f"code.why.{answer.why}"):
        if key in tr:
            return tr("session.refused", why=tr(key))
    return tr("session.refused", why=answer.why)
