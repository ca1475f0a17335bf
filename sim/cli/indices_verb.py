"""The verb indices: reliability indices of any utility's own outage list."""

from __future__ import annotations

import json
import math
import re
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.output import note
from sim.text.catalogue import Translator
from sim.text.index_words import index_label, index_number, number
from sim.text.translation import translated

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from rich.table import Table

    from sim.indicators.outages.assessment import Assessment, Question
    from sim.indicators.outages.index import Index

__all__ = ["Asked", "print_indices"]

_MOST_CAUSES = 12
_FILE_WIDTH = 120
"""Characters a line where the output is no terminal that says its own."""


@dataclass(frozen=True)
class Asked:
    """Hold the options as they were written."""

    customers: float | None
    kva: float | None
    users: float | None
    distinct: float | None
    threshold: str
    period: str | None
    unplanned: bool
    cemi: tuple[int, ...]
    celid_s: tuple[float, ...]
    celid_t: tuple[float, ...]
    kw_per_kva: float | None
    external: tuple[str, ...]
    shortage: tuple[str, ...]
    zone: str | None
    columns: tuple[str, ...]
    until: str | None
    report: Path | None


def print_indices(file: Path, asked: Asked, as_json: bool, tr: Translator) -> None:
    """Print the indices of an outage list; InputError for a list or options that cannot be used."""
    from sim.indicators.outages.assessment import assess
    from sim.indicators.outages.reading import read_outages

    question = _question(asked)
    outages = read_outages(file, _zone(asked.zone), _columns(asked.columns), _until(asked.until))
    for option, names in (("--external", asked.external), ("--shortage", asked.shortage)):
        _check_causes(option, names, set(outages.cause.tolist()))
    found = assess(outages, question)
    if as_json:
        print(json.dumps(_plain(file, question, found, tr), ensure_ascii=False, indent=1))
    else:
        _print(question, found, tr)
    if asked.report is not None:
        from sim.report.outages_page import write_outages

        asked.report.parent.mkdir(parents=True, exist_ok=True)
        write_outages(asked.report, found, file.name, _notes(question, found, tr), tr.lang)
        note(tr("cli.open_report", path=asked.report))


def _question(asked: Asked) -> Question:
    from sim.indicators.outages.assessment import Question
    from sim.indicators.outages.dlt836 import Natures
    from sim.indicators.outages.ieee1366 import Levels
    from sim.indicators.outages.index import Served
    from sim.indicators.outages.period import parse_period

    served = (asked.customers, asked.kva, asked.users, asked.distinct, asked.kw_per_kva)
    names = ("--customers", "--kva", "--users", "--distinct", "--kw-per-kva")
    for name, value in zip(names, served, strict=True):
        _check_above_0(name, value)
    return Question(
        Served(*served),
        Levels(_threshold_s(asked.threshold), asked.cemi, asked.celid_s, asked.celid_t),
        Natures(asked.external, asked.shortage),
        None if asked.period is None else parse_period(asked.period, "--period"),
        asked.unplanned,
    )


def _check_above_0(option: str, value: float | None) -> None:
    from sim.errors import InputError
    from sim.messages import expected, quoted, say, standing_at

    if value is not None and not 0.0 < value < math.inf:
        words = expected(say("a number above 0"), quoted(value))
        raise InputError(standing_at(option, words))


def _threshold_s(text: str) -> float:
    """Return the threshold, s; a number without unit is in minutes, as the standards have it."""
    from sim.errors import InputError
    from sim.messages import expected, message_of, quoted, say, standing_at
    from sim.units import DURATION, parse_quantity

    is_bare = re.fullmatch(r"\s*\d+(\.\d+)?\s*", text)
    try:
        value = parse_quantity(f"{text} min" if is_bare else text, DURATION)
    except InputError as error:
        raise InputError(standing_at("--threshold", message_of(error))) from None
    if value < 0.0:
        words = expected(say("a number, {low:g} or more", low=0), quoted(text))
        raise InputError(standing_at("--threshold", words))
    return value


def _zone(name: str | None) -> tzinfo | None:
    from zoneinfo import ZoneInfo

    from sim.errors import InputError
    from sim.messages import expected, quoted, say, standing_at

    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # not known, a folder, not a name
        words = expected(say("a time zone such as 'Asia/Shanghai'"), quoted(name))
        raise InputError(standing_at("--zone", words)) from None


def _check_causes(option: str, named: tuple[str, ...], known: set[str]) -> None:
    """Raise InputError for a cause no outage has: it would leave nothing out, unseen."""
    from sim.errors import InputError
    from sim.messages import expected, joined, quoted, say, standing_at

    for each in named:
        if each not in known:
            wanted = say("a cause of the list: {names}", names=joined(", ", sorted(known)[:20]))
            raise InputError(standing_at(option, expected(wanted, quoted(each))))


def _until(text: str | None) -> datetime | None:
    from sim.errors import InputError
    from sim.messages import expected, quoted, say, standing_at
    from sim.table_file import calendar_time

    when = None if text is None else calendar_time(text)
    if text is not None and when is None:
        words = expected(say("a calendar time such as '2019-08-09 14:00'"), quoted(text))
        raise InputError(standing_at("--until", words))
    return when


def _columns(written: tuple[str, ...]) -> dict[str, str]:
    """Return the headings a person names for columns, from `column=heading` each."""
    from sim.errors import InputError
    from sim.indicators.outages.reading import HEADINGS
    from sim.messages import expected, joined, quoted, say, standing_at

    pairs = [each.partition("=") for each in written]
    for each, (column, _, heading) in zip(written, pairs, strict=True):
        if column not in HEADINGS or not heading:
            wanted = say("column=heading, with a column of {names}", names=joined(", ", HEADINGS))
            raise InputError(standing_at("--column", expected(wanted, quoted(each))))
    return {column: heading for column, _, heading in pairs}


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _plain(file: Path, question: Question, found: Assessment, tr: Translator) -> dict[str, object]:
    """Return everything as plain data."""

    def reason(each: Index) -> str | None:
        return translated(each.why, tr.lang) if each.value is None else None

    def family(indices: dict[str, Index], without: dict[str, Index]) -> dict[str, object]:
        rows: dict[str, object] = {}
        for name, each in indices.items():
            row: dict[str, object] = {"value": each.value, "unit": each.unit, "why": reason(each)}
            if name in without:
                row["without_major_event_days"] = without[name].value
                row["why_without"] = reason(without[name])
            rows[name] = row
        return rows

    limit, following = found.threshold, found.next_threshold
    served = question.served
    return {
        "file": str(file),
        "period": {
            "first_day": _day(found.period.first_day),
            "last_day": _day(found.period.end_day - 1),
            "hours": found.period.length_s / 3600.0,
        },
        "outages": found.n_rows,
        "outages_in_period": found.n_rows_in_period,
        "threshold_min": question.levels.threshold_s / 60.0,
        "only_unplanned": question.only_unplanned,
        "served": {"customers": served.customers, "kva": served.kva, "users": served.users},
        "ieee1366": family(found.ieee, found.ieee_without_major),
        "dlt836": family(found.dlt, {}),
        "major_event_days": {
            "t_med_min": limit.t_med_min,
            "alpha": limit.alpha,
            "beta": limit.beta,
            "days_with_interruptions": limit.n_days,
            "first_day": _day(limit.first_day) if limit.first_day else None,
            "last_day": _day(limit.end_day - 1) if limit.end_day else None,
            "from_own_period": limit.is_own_period,
            "why": translated(limit.why, tr.lang) if limit.t_med_min is None else None,
            "days": [
                {"day": _day(each.day), "saidi_min": each.saidi_min} for each in found.major_days
            ],
            "t_med_min_after_period": following.t_med_min,
        },
        "by_cause": [
            {
                "cause": each.cause,
                "outages": each.outages,
                "customers_interrupted": each.customers,
                "customer_h": each.customer_h,
                "users_interrupted": each.users,
                "user_h": each.user_h,
            }
            for each in found.causes
        ],
        "years": [
            {
                "year": date.fromordinal(each.year.first_day).year,
                "t_med_min": each.t_med_min,
                "major_event_days": each.major_days,
                "ieee1366": family(each.indices, each.without_major),
            }
            for each in found.years
        ],
        "notes": _notes(question, found, tr),
    }


def _notes(question: Question, found: Assessment, tr: Translator) -> list[str]:
    """Return what a reader should know before believing the numbers."""
    notes = []
    if found.n_momentary == 0:
        limit = f"{question.levels.threshold_s / 60.0:g}"
        notes.append(tr("indices.note.no_momentary", minutes=limit))
    limit_found = found.threshold
    if limit_found.t_med_min is not None:
        if limit_found.is_own_period:
            notes.append(tr("indices.note.own_period"))
        basis = (limit_found.end_day - limit_found.first_day) / 365.2425
        if basis < 4.99:
            notes.append(tr("indices.note.short_history", years=f"{basis:.1f}"))
    years = found.period.length_s / (365.2425 * 86400.0)
    if years > 1.01:
        notes.append(tr("indices.note.years", years=f"{years:.1f}"))
    for name, n in found.beyond_served.items():
        served = f"{getattr(question.served, name):g}"
        notes.append(tr("indices.note.beyond_served", n=n, option=f"--{name}", served=served))
    left = found.n_rows - found.n_rows_in_period
    if left:
        notes.append(tr("indices.note.outside", n=left))
    return notes


def _print(question: Question, found: Assessment, tr: Translator) -> None:
    """Print tables: the two families, major event days, years, causes; then what is missing."""
    print(
        tr(
            "indices.head",
            first=_day(found.period.first_day),
            last=_day(found.period.end_day - 1),
            n=found.n_rows_in_period,
            minutes=f"{question.levels.threshold_s / 60.0:g}",
        )
    )
    _print_family("ieee", found.ieee, found.ieee_without_major, tr)
    _print_major(found, tr)
    _print_family("dlt", found.dlt, {}, tr)
    _print_years(found, tr)
    _print_causes(found, tr)
    _print_reasons(found, tr)
    for each in _notes(question, found, tr):
        print(tr("indices.note", note=each))


def _table(*headings: str, left: int = 1) -> Table:
    from rich.table import Table as RichTable

    table = RichTable(show_edge=False, pad_edge=False)
    for k, each in enumerate(headings):
        table.add_column(each, justify="left" if k < left else "right")
    return table


def _show(title: str, table: Table) -> None:
    from rich.console import Console

    print(f"\n{title}")
    width = None if sys.stdout.isatty() else _FILE_WIDTH
    Console(file=sys.stdout, highlight=False, width=width).print(table)


def _print_family(
    family: str, indices: dict[str, Index], without: dict[str, Index], tr: Translator
) -> None:
    if all(each.value is None for each in indices.values()):
        return
    extra = [tr("indices.without_major")] if without else []
    table = _table(tr("indices.index"), tr("indices.value"), *extra, tr("indices.unit"))
    for name, each in indices.items():
        if each.value is None and name not in without:
            continue
        cells = [_of(each), *([_of(without[name])] if without else [])]
        table.add_row(index_label(name, tr), *cells, tr(f"indices.unit.{each.unit}"))
    _show(tr(f"indices.family.{family}"), table)


def _of(each: Index) -> str:
    return index_number(each.value, each.unit)


def _print_major(found: Assessment, tr: Translator) -> None:
    limit = found.threshold
    if limit.t_med_min is None or limit.alpha is None or limit.beta is None:
        print("\n" + tr("indices.no_major", why=translated(limit.why, tr.lang)))
        return
    print(
        "\n"
        + tr(
            "indices.major",
            t_med=f"{limit.t_med_min:.3f}",
            alpha=f"{limit.alpha:.4f}",
            beta=f"{limit.beta:.4f}",
            n=limit.n_days,
            first=_day(limit.first_day),
            last=_day(limit.end_day - 1),
        )
    )
    for each in found.major_days:
        print(tr("indices.major_day", day=_day(each.day), saidi=f"{each.saidi_min:.2f}"))
    if not found.major_days:
        print(tr("indices.no_major_day"))


def _print_years(found: Assessment, tr: Translator) -> None:
    if not found.years:
        return
    names = ("saifi", "saidi_min", "caidi_min")
    headings = [tr(f"indices.short.{name}") for name in names]
    table = _table(
        tr("indices.year"),
        *headings,
        tr("indices.t_med"),
        tr("indices.major_days"),
        *(tr("indices.short_without", name=each) for each in headings),
    )
    for each in found.years:
        table.add_row(
            str(date.fromordinal(each.year.first_day).year),
            *(_of(each.indices[name]) for name in names),
            number(each.t_med_min, 3),
            str(each.major_days),
            *(_of(each.without_major[name]) for name in names),
        )
    _show(tr("indices.years"), table)


def _print_causes(found: Assessment, tr: Translator) -> None:
    if not found.causes:
        return
    columns = ("outages", "customers", "customer_h", "users", "user_h")
    table = _table(tr("indices.cause"), *(tr(f"indices.cause.{each}") for each in columns))
    for each in found.causes[:_MOST_CAUSES]:
        table.add_row(
            each.cause or tr("indices.no_cause"),
            f"{each.outages:,}",
            number(each.customers, 0),
            number(each.customer_h),
            number(each.users, 0),
            number(each.user_h),
        )
    _show(tr("indices.causes"), table)
    if len(found.causes) > _MOST_CAUSES:
        print(tr("indices.more_causes", n=len(found.causes) - _MOST_CAUSES))


def _print_reasons(found: Assessment, tr: Translator) -> None:
    """Print what could not be computed, by reason."""
    names: dict[str, list[str]] = {}
    for family, indices in (("ieee", found.ieee), ("dlt", found.dlt)):
        reasons = {translated(each.why, tr.lang) for each in indices.values()}
        if len(reasons) == 1 and all(each.value is None for each in indices.values()):
            names.setdefault(reasons.pop(), []).append(tr(f"indices.family.{family}"))
            continue
        for name, each in indices.items():
            if each.value is None:
                why = translated(each.why, tr.lang)
                names.setdefault(why, []).append(index_label(name, tr).split(" ")[0])
    for name, each in found.ieee_without_major.items():
        if each.value is None and found.ieee[name].value is not None:
            why = translated(each.why, tr.lang)
            short = tr("indices.short_without", name=index_label(name, tr).split(" ")[0])
            names.setdefault(why, []).append(short)
    if names:
        print("\n" + tr("indices.missing"))
    for why, which in names.items():
        print(tr("indices.why", names=", ".join(which), why=why))
