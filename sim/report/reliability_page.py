"""The page of a reliability assessment: indices, the worst components, feeders, load points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from sim.reliability.indices import Assessment, Indices, SimulatedYears
from sim.report.document import Chart, Part, html_document, page_header, write_page
from sim.report.figures.reliability import feeders_figure, worst_figure
from sim.report.summary import table
from sim.report.words import Words

__all__ = [
    "INDICES",
    "MOST_ROWS",
    "index_text",
    "reliability_page",
    "simulated_text",
    "write_reliability",
]

INDICES = {
    "saifi": 6,
    "saidi_h": 6,
    "caidi_h": 6,
    "asai": 6,
    "asui": 6,
    "ens_mwh": 6,
    "aens_kwh": 6,
}
"""Indices in the order of the tables, with their digits."""
MOST_ROWS = 200
"""Rows of a table of the page; `load_points.csv` and `reliability.json` hold all."""


def write_reliability(
    path: Path,
    found: Assessment,
    title: str,
    lang: str = "en",
    years: SimulatedYears | None = None,
) -> None:
    """Write the page as one HTML file, whole or not at all."""
    write_page(path, reliability_page(found, title, lang, years))


def index_text(indices: Indices, name: str, words: Words) -> str:
    """Return an index as people write it; a dash for none."""
    value = getattr(indices, name)
    return words("summary.none") if value is None else words.number(value, INDICES[name])


def simulated_text(years: SimulatedYears, name: str, words: Words) -> str:
    """Return what simulated years gave for an index, with its standard error; '' for others."""
    if name not in ("saifi", "saidi_h", "ens_mwh"):
        return ""
    each, digits = getattr(years, name), INDICES[name]
    mean = words.number(each.mean, digits)
    return mean if each.error is None else f"{mean} ± {words.number(each.error, digits)}"


def reliability_page(
    found: Assessment, title: str, lang: str = "en", years: SimulatedYears | None = None
) -> str:
    """Return the whole page; the same assessment gives the same bytes.

    years: what simulated years gave, to be shown beside the indices.
    """
    words = Words(lang)
    heading = words("reliability.title", title=title)
    parts: list[Chart | Part] = [
        Part("top", "", _header(found, heading, words)),
        Part("tiles", "", _tiles(found.system, words)),
        *([] if years is None else [_simulated(found, years, words)]),
        Chart("worst", worst_figure(found, words)),
        Part("components", words("reliability.components"), _components(found, words)),
        Chart("feeders", feeders_figure(found, words)),
        Part("feeder-table", words("reliability.by_feeder"), _feeders(found, words)),
        Part("points", words("reliability.by_point"), _points(found, words)),
        Part("notes", "", _notes(words)),
    ]
    return html_document(heading, parts, words)


def _header(found: Assessment, heading: str, words: Words) -> str:
    facts = {
        "customers": words.number(found.system.customers),
        "points": words.number(found.system.load_points),
        "load": words("reliability.mw", mw=words.number(found.system.load_mw, 2)),
        "feeders": words.number(len(found.feeders)),
        "components": words.number(len(found.components)),
    }
    told = {words(f"reliability.header_{name}"): value for name, value in facts.items()}
    return page_header(words("reliability.kicker"), heading, told)


def _tiles(system: Indices, words: Words) -> str:
    cells = "".join(
        f'<li><span class="label">{escape(words(f"reliability.index.{name}"))}</span>'
        f'<span class="value">{escape(index_text(system, name, words))}'
        f'<span class="unit">{escape(words(f"reliability.unit.{name}"))}</span></span></li>'
        for name in INDICES
    )
    return f'<ul class="tiles">{cells}</ul>'


def _simulated(found: Assessment, years: SimulatedYears, words: Words) -> Part:
    rows = [
        (
            words(f"reliability.index.{name}"),
            index_text(found.system, name, words),
            simulated_text(years, name, words),
            words(f"reliability.unit.{name}"),
        )
        for name in ("saifi", "saidi_h", "ens_mwh")
    ]
    told = words(
        "reliability.simulated",
        years=words.number(years.years),
        faults=words.number(years.faults),
        overlapping=words.number(years.overlapping),
    )
    heads = [words("summary.indicator"), words("reliability.head.enumerated")]
    heads += [words("reliability.head.simulated"), words("summary.unit")]
    title = words("reliability.years_title")
    body = table(heads, "".join(_row(row, (1, 2)) for row in rows), numbers=(1, 2))
    html = (
        f'<section id="years"><h2>{escape(title)}</h2><p class="note">{escape(told)}</p>'
        f"{body}</section>"
    )
    return Part("years", title, html)


def _components(found: Assessment, words: Words) -> str:
    rows = [
        (
            each.id,
            words(f"reliability.kind.{each.kind}"),
            each.device,
            words.number(each.failures_per_year, 5),
            words.number(each.repair_h, 1),
            words.number(each.customers_tripped),
            words.number(each.interruptions_per_year, 2),
            words.number(each.customer_h_per_year, 1),
            words.number(each.ens_mwh, 4),
        )
        for each in found.worst()
    ]
    names = ("id", "kind", "device", "rate", "repair", "tripped", "interruptions", "hours", "ens")
    return _table("components", names, rows, words, numbers=range(3, 9))


def _feeders(found: Assessment, words: Words) -> str:
    rows = [
        (
            name or words("reliability.no_feeder"),
            words.number(each.customers),
            *(index_text(each, index, words) for index in INDICES),
        )
        for name, each in found.feeders.items()
    ]
    heads = ("feeder", "customers", *INDICES)
    return _table("feeder-table", heads, rows, words, numbers=range(1, 9), title="by_feeder")


def _points(found: Assessment, words: Words) -> str:
    ranked = sorted(found.load_points, key=lambda each: (-each.unavailable_h_per_year, each.id))
    rows = [
        (
            each.id,
            each.feeder or words("reliability.no_feeder"),
            words.number(each.customers),
            words.number(each.load_mw, 4),
            words.number(each.interruptions_per_year, 6),
            words.number(each.outage_h, 6),
            words.number(each.unavailable_h_per_year, 6),
            words.number(each.ens_mwh, 4),
        )
        for each in ranked
    ]
    names = ("point", "feeder", "customers", "load", "lambda", "r", "u", "ens")
    return _table("points", names, rows, words, numbers=range(2, 8), title="by_point")


def _table(
    name: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    words: Words,
    *,
    numbers: Iterable[int],
    title: str = "",
) -> str:
    """Return a section with one table; at most MOST_ROWS rows, and a word about the others."""
    numeric = tuple(numbers)
    titles = [words(f"reliability.head.{each}") for each in heads]
    html = "".join(_row(row, numeric) for row in rows[:MOST_ROWS])
    more = ""
    if len(rows) > MOST_ROWS:
        told = words("reliability.more_rows", shown=MOST_ROWS, total=len(rows))
        more = f'<p class="note">{escape(told)}</p>'
    heading = escape(words(f"reliability.{title or name}"))
    body = table(titles, html, numbers=numeric)
    return f'<section id="{name}" class="flows"><h2>{heading}</h2>{more}{body}</section>'


def _row(cells: Sequence[str], numeric: tuple[int, ...]) -> str:
    first, *others = cells
    rest = "".join(
        f'<td class="number">{escape(cell)}</td>' if i in numeric else f"<td>{escape(cell)}</td>"
        for i, cell in enumerate(others, start=1)
    )
    return f'<tr><th scope="row">{escape(first)}</th>{rest}</tr>'


def _notes(words: Words) -> str:
    items = "".join(
        f"<li>{escape(words(f'reliability.note.{name}'))}</li>"
        for name in ("method", "order", "sustained", "energy")
    )
    return f"<footer><h3>{escape(words('page.notes'))}</h3><ul>{items}</ul></footer>"
