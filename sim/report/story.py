"""The story line: what happened, in a few sentences, each from logged facts alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.indicators.measured import Measured
from sim.indicators.series import customers_believed_out, customers_out
from sim.report.on_purpose import on_purpose
from sim.report.run import Run
from sim.report.times import LocalTime
from sim.report.words import Words

__all__ = ["story"]


def story(run: Run, measured: Mapping[str, Measured], words: Words) -> list[str]:
    """Return the sentences of the story in the order of events."""
    time = LocalTime(run.manifest.start)
    if not run.manifest.has_grid:
        start = words("story.alone", moment=time.say(0.0, words))
        return [start, _calls(measured, words, "province", "story.alone_calls")]
    served = int(run["transformers"]["customers"].sum())
    told: list[tuple[float, str]] = [
        (
            0.0,
            words("story.start", moment=time.say(0.0, words), customers=words.number(served)),
        )
    ]
    told += _emergency(run, words, time)
    told += on_purpose(run, measured, words, time)
    if not len(run["faults"]["fault"]):
        in_order = sorted(told, key=lambda each: each[0])
        return [sentence for _, sentence in in_order] + [words("story.no_fault")]
    first_s = float(run["faults"]["t_struck_s"].min())
    told += [
        _first_fault(run, words, time),
        _most_out(run, words, time, served),
        _first_crew(run, words, time, first_s),
        (run.manifest.end_s, _calls(measured, words, "county", "story.calls")),
        (np.inf, _end(run, words, time, first_s)),
    ]
    return [sentence for _, sentence in sorted(told, key=lambda each: each[0])]


def _facts(run: Run, kind: str) -> list[tuple[float, dict[str, Any]]]:
    facts = run["facts"]
    return [
        (float(facts["t_s"][i]), json.loads(facts["fields"][i]))
        for i in np.flatnonzero(facts["kind"] == kind)
    ]


def _emergency(run: Run, words: Words, time: LocalTime) -> list[tuple[float, str]]:
    """Tell the highest warning and the highest response level, each when it was first reached."""
    told = []
    for kind, field, key, order in (
        ("WarningChanged", "colour", "story.warning", ("blue", "yellow", "orange", "red")),
        ("ResponseLevelChanged", "level", "story.level", ("IV", "III", "II", "I")),
    ):
        reached = [
            (order.index(fields[field]), -t_s)
            for t_s, fields in _facts(run, kind)
            if fields[field] in order
        ]
        if reached:
            rank, minus_t_s = max(reached)
            value = words.code(field, order[rank])
            moment = time.say(-minus_t_s, words)
            told.append((-minus_t_s, words(key, moment=moment, **{field: value})))
    return told


def _first_fault(run: Run, words: Words, time: LocalTime) -> tuple[float, str]:
    faults = run["faults"]
    first = int(np.argmin(faults["t_struck_s"]))
    t_s = float(faults["t_struck_s"][first])
    return t_s, words(
        "story.first_fault",
        moment=time.say(t_s, words),
        faults=words.number(len(faults["fault"])),
        asset=faults["asset"][first],
        district=run["districts"][f"name_{words.lang}"][faults["district_ix"][first]],
    )


def _most_out(run: Run, words: Words, time: LocalTime, served: int) -> tuple[float, str]:
    out = customers_out(run.tables, run.manifest)
    peak = int(np.argmax(out.values))
    t_s = float(out.t_s[peak])
    believed = customers_believed_out(run.tables, run.manifest).at(out.t_s[[peak]])
    return t_s, words(
        "story.most_out",
        moment=time.say(t_s, words),
        customers=words.number(out.values[peak]),
        percent=words.number(100.0 * out.values[peak] / max(served, 1), 1),
        believed=words.number(believed[0]),
    )


def _first_crew(run: Run, words: Words, time: LocalTime, first_s: float) -> tuple[float, str]:
    arrivals = [t_s for t_s, _ in _facts(run, "CrewArrived")]
    if not arrivals:
        return run.manifest.end_s, words("story.no_crew")
    t_s = min(arrivals)
    moment, delay = time.say(t_s, words), words.duration(t_s - first_s)
    return t_s, words("story.first_crew", moment=moment, delay=delay)


def _calls(measured: Mapping[str, Measured], words: Words, whose: str, key: str) -> str:
    counts = {
        name: words.number(measured[f"{whose}_calls_{name}"].value or 0.0)
        for name in ("offered", "answered", "abandoned")
    }
    return words(key, **counts)


def _end(run: Run, words: Words, time: LocalTime, first_s: float) -> str:
    gone = run["interruptions"]
    still_out = int(gone["customers"][gone["is_open"]].sum())
    if still_out:
        moment = time.say(run.manifest.end_s, words)
        return words("story.still_out", moment=moment, customers=words.number(still_out))
    t_s = float(gone["t_on_s"].max()) if len(gone["t_on_s"]) else first_s
    moment, delay = time.say(t_s, words), words.duration(t_s - first_s)
    return words("story.last_restored", moment=moment, delay=delay)
