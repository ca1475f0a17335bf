"""The page of an outage list: its indices, the days and causes behind them, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path

from sim.indicators.outages.assessment import Assessment
from sim.indicators.outages.index import Index
from sim.report.document import Chart, Part, html_document, page_header, write_page
from sim.report.figures.outages import causes_figure, daily_figure
from sim.report.summary import table
from sim.report.words import Words
from sim.text.index_words import index_label, index_number, number
from sim.text.translation import translated

__all__ = ["outages_page", "write_outages"]


def write_outages(
    path: Path, found: Assessment, name: str, notes: Sequence[str], lang: str = "en"
) -> None:
    """Write the page as one HTML file, whole or not at all."""
    write_page(path, outages_page(found, name, notes, lang))


def outages_page(found: Assessment, name: str, notes: Sequence[str], lang: str = "en") -> str:
    """Return the whole page; `name` is that of the list, `notes` what its reader should know."""
    words = Words(lang)
    heading = words("indices.page.title", name=name)
    parts: list[Chart | Part] = [Part("top", "", _header(found, heading, words))]
    parts += _family("ieee", found.ieee, found.ieee_without_major, words)
    daily, causes = daily_figure(found, words), causes_figure(found, words)
    if daily is not None:
        parts.append(Chart("daily", daily))
    parts += _family("dlt", found.dlt, {}, words)
    if causes is not None:
        parts.append(Chart("causes", causes))
    if found.causes:
        parts.append(_causes(found, words))
    items = "".join(f"<li>{escape(each)}</li>" for each in notes)
    if items:
        title = escape(words("indices.page.notes"))
        parts.append(Part("notes", "", f"<footer><h3>{title}</h3><ul>{items}</ul></footer>"))
    return html_document(heading, parts, words)


def _header(found: Assessment, heading: str, words: Words) -> str:
    first, last = (
        date.fromordinal(each).isoformat()
        for each in (found.period.first_day, found.period.end_day - 1)
    )
    facts = {
        "indices.page.period": words("indices.page.span", first=first, last=last),
        "indices.page.outages": words.number(found.n_rows_in_period),
        "indices.t_med": number(found.threshold.t_med_min, 3),
        "indices.major_days": words.number(len(found.major_days)),
    }
    told = {words(key): value for key, value in facts.items()}
    return page_header(words("indices.page.kicker"), heading, told)


def _family(
    name: str, indices: Mapping[str, Index], without: Mapping[str, Index], words: Words
) -> list[Part]:
    """Return the table of a family of indices; none where the list gives none of them."""
    if all(each.value is None for each in indices.values()):
        return []
    rows = []
    for key, each in indices.items():
        numbers = [each, *([without[key]] if without else [])]
        cells = "".join(
            f'<td class="number">{escape(index_number(one.value, one.unit))}</td>'
            for one in numbers
        )
        unit = escape(words(f"indices.unit.{each.unit}"))
        why = escape(translated(each.why, words.lang)) if each.value is None else ""
        label = escape(index_label(key, words))
        rows.append(f'<tr><th scope="row">{label}</th>{cells}<td>{unit}</td><td>{why}</td></tr>')
    extra = [words("indices.without_major")] if without else []
    heads = [
        words("indices.index"),
        words("indices.value"),
        *extra,
        words("indices.unit"),
        words("indices.page.why"),
    ]
    return [_section(name, words(f"indices.family.{name}"), heads, rows, 1 + len(extra))]


def _causes(found: Assessment, words: Words) -> Part:
    columns = ("outages", "customers", "customer_h", "users", "user_h")
    heads = [words("indices.cause"), *(words(f"indices.cause.{each}") for each in columns)]
    rows = []
    for each in found.causes:
        numbers = (
            words.number(each.outages),
            number(each.customers, 0),
            number(each.customer_h),
            number(each.users, 0),
            number(each.user_h),
        )
        cells = "".join(f'<td class="number">{escape(one)}</td>' for one in numbers)
        name = escape(each.cause or words("indices.no_cause"))
        rows.append(f'<tr><th scope="row">{name}</th>{cells}</tr>')
    return _section("cause-table", words("indices.causes"), heads, rows, len(columns))


def _section(name: str, title: str, heads: list[str], rows: list[str], n_numbers: int) -> Part:
    body = table(heads, "".join(rows), numbers=tuple(range(1, 1 + n_numbers)))
    html = f'<section id="{name}" class="flows"><h2>{escape(title)}</h2>{body}</section>'
    return Part(name, title, html)
