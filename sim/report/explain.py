"""Explain an incident: the chain of causes from the fault to the last call, as a tree of text.

A line follows from the one above it at the same depth; whatever else that one brought about
branches off between the two.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import numpy as np

from sim.errors import InputError
from sim.indicators.attempts import Attempts
from sim.indicators.calls import OTHERWISE
from sim.report.causes import Tree, tree_of
from sim.report.run import Run
from sim.report.sentences import Teller
from sim.report.times import LocalTime
from sim.report.words import Words
from sim.store.columns import RunTables
from sim.store.manifest import Manifest

__all__ = ["explain"]

TIME_COLUMNS = 18
"""Width of the column of times in a terminal, where a Chinese character takes two."""
MOST_ALIKE = 4
"""Effects of one kind and one cause shown one by one; more are counted."""


def explain(tables: RunTables, manifest: Manifest, incident: str, lang: str = "en") -> str:
    """Return the chain of causes of an incident with local times.

    Raise InputError naming close incidents when there is none of this name.
    """
    run, words = Run(tables, manifest), Words(lang)
    names = run["incidents"]["incident"].tolist()
    on_purpose = run["outages"]["outage"].tolist()
    if incident not in names and incident not in on_purpose:
        raise InputError(_unknown(incident, names + on_purpose, words))
    account = _Account(run, words)
    if incident in names:
        lines = account.lines(incident, names.index(incident))
    else:
        lines = account.lines_on_purpose(incident, on_purpose.index(incident))
    return "\n".join(lines) + "\n"


def _unknown(incident: str, names: list[str], words: Words) -> str:
    said = words("explain.unknown", incident=incident)
    if not names:
        return said + words("explain.none")
    close = get_close_matches(incident, names, n=3, cutoff=0.5)
    if close:
        return said + words("explain.did_you_mean", close=", ".join(close))
    return said + words("explain.some", n=words.number(len(names)), close=", ".join(names[:3]))


class _Account:
    """Tell one run in one language."""

    def __init__(self, run: Run, words: Words) -> None:
        self._run, self._words = run, words
        self._time = LocalTime(run.manifest.start)
        districts = run["districts"]
        self._districts = dict(
            zip(districts["district"], districts[f"name_{words.lang}"], strict=True)
        )
        self._teller = Teller(words, self._time, self._districts)

    def lines(self, incident: str, row: int) -> Iterator[str]:
        yield self._title(incident, row)
        yield from self._orders(incident)
        tree = tree_of(self._run, incident)
        for root in tree.roots:
            yield ""
            yield from self._branch(tree, root, "", "")

    def lines_on_purpose(self, outage: str, row: int) -> Iterator[str]:
        """Tell an outage on purpose, from what it was ordered for to the last call."""
        outages, words = self._run["outages"], self._words
        yield words(
            "explain.outage",
            outage=outage,
            why=words.code("why", outages["why"][row]),
            customers=words.number(outages["customers"][row]),
            hours=words.number(outages["customer_h"][row], 1),
        )
        tree = tree_of(self._run, outage)
        for root in tree.roots:
            yield ""
            yield from self._branch(tree, root, "", "")

    def _title(self, incident: str, row: int) -> str:
        incidents, words = self._run["incidents"], self._words
        closed_s = float(incidents["t_closed_s"][row])
        district = self._run["districts"][f"name_{words.lang}"][incidents["district_ix"][row]]
        return words(
            "explain.title",
            incident=incident,
            device=incidents["device"][row],
            district=district,
            customers=words.number(incidents["customers"][row]),
            opened=self._time.say(incidents["t_opened_s"][row], words),
            closed=words("explain.not_closed")
            if np.isnan(closed_s)
            else self._time.say(closed_s, words),
        )

    def _orders(self, incident: str) -> Iterator[str]:
        """Tell how many work orders the incident has, if any."""
        table = self._run["work_orders"]
        mine = table["incident"] == incident
        is_order = mine & ~np.isin(table["kind"].astype(str), ("spared", "settled"))
        if not mine.any():
            return
        stages = [name for name in table if name.startswith("late_")]
        is_late = np.logical_or.reduce([table[name] for name in stages]) & is_order
        counts = {
            "orders": is_order.sum(),
            "merged": (mine & (table["kind"] == "merged")).sum(),
            "chasers": table["chasers"][mine].sum(),
            "late": is_late.sum(),
            "spared": (mine & (table["kind"] == "spared")).sum(),
        }
        told = {name: self._words.number(int(count)) for name, count in counts.items()}
        yield self._words("explain.orders", **told)

    def _branch(self, tree: Tree, seq: int, first: str, rest: str) -> Iterator[str]:
        """Tell a fact, side branches one step deeper, and the main line at the same depth.

        The main line is the effect with most behind it, so the depth grows with the logarithm of
        the length only.
        """
        yield self._line(first, float(self._fact("t_s", seq)), self._sentence(seq))
        main: int | None = seq
        while main is not None:
            effects = self._effects(tree, main)
            main = max(
                (each for each in effects if isinstance(each, int)),
                key=lambda each: tree.size[each],
                default=None,
            )
            sides = [each for each in effects if each != main]
            for i, side in enumerate(sides):
                ends = main is None and i + 1 == len(sides)
                head, tail = rest + ("└─ " if ends else "├─ "), rest + ("   " if ends else "│  ")
                if isinstance(side, int):
                    yield from self._branch(tree, side, head, tail)
                else:
                    yield self._line(head, *side)
            if main is not None:
                yield self._line(rest, float(self._fact("t_s", main)), self._sentence(main))

    def _effects(self, tree: Tree, seq: int) -> list[int | tuple[float, str]]:
        """Return the effects of a fact in order: facts, and lines that stand for many.

        A crew that is merely free again brings nothing about and is left out.
        """
        leaves: dict[str, list[int]] = {}
        effects: list[int | tuple[float, str]] = []
        for effect in tree.effects.get(seq, []):
            kind = str(self._fact("kind", effect))
            is_leaf = not tree.effects.get(effect) and kind != "CallersPlanned"
            if is_leaf and kind == "CrewReleased":
                continue
            if is_leaf:
                leaves.setdefault(kind, []).append(effect)
            effects.append(effect)
        for group in leaves.values():
            if len(group) > MOST_ALIKE + 1:
                hidden = set(group[MOST_ALIKE:])
                effects[effects.index(group[MOST_ALIKE])] = self._more(group[MOST_ALIKE:])
                effects = [each for each in effects if each not in hidden]
        if self._fact("kind", seq) == "CallersPlanned":
            effects.append(self._calls(seq))
        return effects

    def _more(self, group: list[int]) -> tuple[float, str]:
        """Count facts instead of telling each."""
        first_s, last_s = (float(self._fact("t_s", seq)) for seq in (group[0], group[-1]))
        n, last = self._words.number(len(group)), self._time.say(last_s, self._words)
        return first_s, self._words("explain.more", n=n, last=last)

    def _calls(self, seq: int) -> tuple[float, str]:
        """Count the calls of the callers a fact planned, by how they ended at last."""
        rows, words = self._run["calls"], self._words
        chosen = rows["cause"] == seq
        calls = Attempts({name: column[chosen] for name, column in rows.items()},
                         self._run.manifest)  # fmt: skip
        if not len(calls):
            return float(self._fact("t_s", seq)), words("explain.no_calls")
        offered_s, outcome = calls.t_offered_s, calls.outcome
        counts = {
            name: words.number(int((outcome == code).sum()))
            for code, name in enumerate(self._run.manifest.outcomes)
        }
        otherwise = int(calls.ended(*OTHERWISE).sum())
        return float(offered_s.min()), words(
            "explain.calls_otherwise" if otherwise else "explain.calls",
            otherwise=words.number(otherwise),
            calls=words.number(len(calls)),
            last=self._time.say(float(offered_s.max()), words),
            **counts,
        )

    def _sentence(self, seq: int) -> str:
        fields = json.loads(self._fact("fields", seq))
        return self._teller.sentence(str(self._fact("kind", seq)), fields)

    def _fact(self, column: str, seq: int) -> Any:
        return self._run["facts"][column][seq]

    def _line(self, indent: str, t_s: float, text: str) -> str:
        when = self._time.say_exactly(t_s, self._words)
        wide = sum(unicodedata.east_asian_width(character) == "W" for character in when)
        return f"{when:<{TIME_COLUMNS - wide}}{indent}{text}"
