"""Say what happened in a drill: one sentence of the catalogue for each logged thing.

What people wrote and what injects told is quoted whole, never mixed into a sentence of ours other
than between its quotation marks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.report.debriefed import Debrief, Event, Finding, Fork, Screen, Text
from sim.report.sentences import Teller
from sim.report.times import LocalTime
from sim.report.words import Words

__all__ = ["DrillTeller"]

_SWITCHES = ("accepted", "autopilot", "closed", "held", "on")
"""Fields of commands whose sentence depends on a yes or no."""
_CODES = {
    "action": "command",
    "command": "command",
    "colour": "colour",
    "level": "level",
    "seat": "seat",
    "stage": "stage",
    "task": "task",
    "template": "template",
    "text": "text",
    "why": "why",
}
_NONE = ("", "None", None)


class DrillTeller:
    """Turn logged things of a drill into sentences of one language."""

    def __init__(self, debrief: Debrief, words: Words) -> None:
        self.words, self.time = words, LocalTime(debrief.start)
        self._districts = {name: text[words.lang] for name, text in debrief.districts.items()}
        self._titles = debrief.injects
        self._facts = Teller(words, self.time, self._districts)

    def event(self, event: Event) -> str:
        """Return the sentence of something that happened."""
        words, fields = self.words, event.fields
        if event.kind == "inject":
            return words(
                "debrief.event.inject",
                title=self._said(event.text),
                place=self._district(fields["place"]),
                by=words.code("by", fields["by"]),
            )
        if event.kind == "message":
            return words("debrief.event.message", text=self._said(event.text))
        if event.kind == "hint":
            return words(
                "debrief.event.hint",
                seat=words.code("seat", fields["seat"]),
                text=self._said(event.text),
            )
        if event.kind == "control":
            return words(f"debrief.control.{fields['action']}", speed=fields.get("speed", ""))
        if event.kind == "command":
            return self.command(fields["command"], fields["fields"])
        if event.kind == "refused":
            order = self.command(fields["command"], fields["fields"])
            return words("debrief.event.refused", order=order, why=self.why(fields["why"]))
        return self._facts.sentence(event.kind, fields)

    def screen(self, screen: Screen) -> str:
        """Return what a screen had shown."""
        words, moment = self.words, self.time.say_exactly(screen.t_s, self.words)
        if screen.waiting is not None:
            n = words.number(screen.waiting)
            return words("debrief.screen.waiting", moment=moment, n=n)
        if screen.believed_out is not None:
            n = words.number(screen.believed_out)
            return words("debrief.screen.believed_out", moment=moment, n=n)
        return words("debrief.screen", moment=moment)

    def command(self, name: str, fields: Mapping[str, Any]) -> str:
        """Return what a command orders, from its fields as logged."""
        words = self.words
        switch = next((each for each in _SWITCHES if each in fields), None)
        key = f"debrief.command.{name}"
        if switch is not None:
            key += ".yes" if str(fields[switch]) == "True" else ".no"
        elif name in ("SendNotice", "AssignCrew"):
            optional = "restoration_s" if name == "SendNotice" else "targets"
            key += ".none" if fields[optional] in _NONE else ""
        if name == "SendNotice":
            fields = {"channels": "", **fields}  # logged before there were channels
        values = {each: self._value(each, value) for each, value in fields.items()}
        return words(key, **values)

    def finding(self, finding: Finding) -> str:
        """Return the sentence of a finding."""
        return self.words(f"debrief.finding.{finding.kind}", **self._values(finding.values))

    def fork(self, fork: Fork) -> str:
        """Return what a fork changes."""
        words = self.words
        order = self.command(fork.command, fork.fields)
        values = {
            "order": order,
            "moment": self.time.say_exactly(fork.t_s, words),
            "seat": words.code("seat", fork.seat),
        }
        if fork.to_s is None:
            return words(f"debrief.fork.{fork.what}", **values)
        shift_s = fork.to_s - fork.t_s
        way = "earlier" if shift_s < 0 else "later"
        return words(f"debrief.fork.{way}", **values, shift=words.duration(abs(shift_s)))

    def why(self, code: str) -> str:
        """Return why an order was refused."""
        for key in (f"code.why.{code}", f"session.why.{code}"):
            if key in self.words:
                return self.words(key)
        return code

    def _values(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {name: self._value(name, value) for name, value in values.items()}

    def _value(self, name: str, value: Any) -> str:
        words = self.words
        if name == "inject":
            return self._said(value if isinstance(value, Mapping) else self._titles.get(value))
        if name == "why":
            return self.why(value)
        if name == "text" and value in _NONE:
            return words.code("text", "default")
        if name in _CODES:
            return words.code(_CODES[name], str(value))
        if name in ("districts", "channels", "targets"):
            return self._listed(name, [each for each in str(value).split(",") if each])
        if name in ("restoration_s", "moment_s", "until_s"):
            return "" if value in _NONE else self.time.say_exactly(float(value), words)
        if name.endswith("_s"):
            return "" if value in _NONE else words.duration(float(value))
        if isinstance(value, int | float) and not isinstance(value, bool):
            return words.number(value)
        return str(value)

    def _listed(self, name: str, values: Sequence[str]) -> str:
        words, separator = self.words, self.words("debrief.separator")
        if name == "districts":
            return separator.join(map(self._district, values)) or words("debrief.everybody")
        if name == "channels":
            channels = [words.code("channel", each) for each in values]
            return separator.join(channels) or words("debrief.usual_channels")
        return separator.join(values)

    def _district(self, name: str) -> str:
        return self._districts.get(name, name)

    def _said(self, text: Text | None) -> str:
        return "" if text is None else text.get(self.words.lang, "")
