"""The comparison page: what a change of scenario does, with the doubt that goes with it."""

from __future__ import annotations

from html import escape
from pathlib import Path

from sim.indicators.catalogue import Indicator
from sim.report.compared import Comparison, Interval
from sim.report.document import Chart, Part, html_document, page_header, write_page
from sim.report.figures.comparison import (
    PANELS,
    band_figure,
    compared,
    difference_figure,
    is_unchanged,
)
from sim.report.summary import number_text, table, unit_text
from sim.report.words import Words

__all__ = ["compare_page", "write_comparison"]

BANDS = ("customers_out", "queue_length", "calls_offered", "calls_abandoned")


def write_comparison(
    path: Path, comparison: Comparison, start: str, title: str = "", lang: str = "en"
) -> None:
    """Write the comparison as one HTML file, whole or not at all."""
    write_page(path, compare_page(comparison, start, title, lang))


def compare_page(comparison: Comparison, start: str, title: str = "", lang: str = "en") -> str:
    """Return the comparison as one HTML page.

    start: calendar start of the scenarios, ISO 8601 with offset. title: what is compared; the names
    of the cases when empty.
    """
    words = Words(lang)
    names = [words.code("case", case) for case in comparison.cases]
    heading = words("compare.title", title=title or " · ".join(names))
    parts: list[Chart | Part] = [Part("top", "", _header(comparison, words, heading, names))]
    parts += [
        Chart(series, band_figure(comparison, series, start, words))
        for series in BANDS
        if all(series in comparison.bands[case] for case in comparison.cases)
    ]
    for section in dict.fromkeys(indicator.section for indicator in compared(comparison)):
        for panel in PANELS:
            figure = difference_figure(comparison, section, panel, words)
            if figure is not None:
                parts.append(Chart(f"{section}-{panel}", figure))
    parts.append(Part("table", words("compare.table_title"), _tables(comparison, words, names)))
    return html_document(heading, parts, words)


def _header(comparison: Comparison, words: Words, heading: str, names: list[str]) -> str:
    seeds = comparison.seeds
    facts = {
        "base": names[0],
        "cases": " · ".join(names[1:]),
        "replications": words.number(comparison.replications),
        "seeds": words("compare.seeds", first=seeds[0], last=seeds[-1]),
    }
    span_s = comparison.span_s
    if span_s is not None:
        facts["span"] = words.duration(span_s)
    told = {words(f"compare.header_{name}"): value for name, value in facts.items()}
    length = words("compare.spans_differ") if span_s is None else words("compare.span_note")
    notes = [words("compare.note"), length, words("page.note_simulated")]
    if comparison.replications < 2:
        notes.insert(0, words("compare.no_intervals"))
    under = "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
    return page_header(words("compare.kicker"), heading, told, below=under)


def _tables(comparison: Comparison, words: Words, names: list[str]) -> str:
    heads = [
        words("summary.indicator"),
        words("summary.unit"),
        words("compare.table_base", case=names[0]),
        *(words("compare.table_case", case=name, base=names[0]) for name in names[1:]),
    ]
    numbers = tuple(range(2, len(heads)))
    html = [
        '<section id="table" class="flows">',
        f"<h2>{escape(words('compare.table_title'))}</h2>",
        f'<p class="note">{escape(words("compare.table_note"))}</p>',
    ]
    same = [words(row.text_key) for row in compared(comparison) if is_unchanged(comparison, row)]
    if same:
        told = words("compare.unchanged", names=words("compare.separator").join(same))
        html.append(f'<p class="note">{escape(told)}</p>')
    for section in dict.fromkeys(indicator.section for indicator in compared(comparison)):
        rows = "".join(
            _row(comparison, indicator, words)
            for indicator in compared(comparison)
            if indicator.section == section and not is_unchanged(comparison, indicator)
        )
        if not rows:
            continue
        html.append(f"<h3>{escape(words(f'section.{section}'))}</h3>")
        html.append(table(heads, rows, numbers))
    return "\n".join([*html, "</section>"])


def _row(comparison: Comparison, indicator: Indicator, words: Words) -> str:
    base = comparison.means[comparison.cases[0]][indicator.name].mean
    cells = [f'<td class="number">{escape(number_text(indicator, base, words))}</td>']
    for case in comparison.cases[1:]:
        each = comparison.differences[case][indicator.name]
        text = escape(_interval(indicator, each, words))
        cells.append(f'<td class="number">{f"<b>{text}</b>" if each.is_clear else text}</td>')
    return (
        f'<tr><th scope="row">{escape(words(indicator.text_key))}</th>'
        f"<td>{escape(unit_text(indicator, words))}</td>{''.join(cells)}</tr>"
    )


def _interval(indicator: Indicator, each: Interval, words: Words) -> str:
    if each.low is None or each.high is None:
        return number_text(indicator, each.mean, words)
    return words(
        "compare.interval",
        mean=number_text(indicator, each.mean, words),
        low=number_text(indicator, each.low, words),
        high=number_text(indicator, each.high, words),
    )
