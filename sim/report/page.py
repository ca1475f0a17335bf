"""The report of one run: a page for a planner, from the stored tables alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path

import plotly.graph_objects as go

from sim.indicators.catalogue import measure
from sim.indicators.measured import Measured
from sim.indicators.steady import steady_parts
from sim.report.centre import centre_tables
from sim.report.document import Chart, Part, html_document, page_header, write_page
from sim.report.figures.balance import balance_figure
from sim.report.figures.contact import calls_figure, queue_figure
from sim.report.figures.county import county_figure
from sim.report.figures.crews import crews_figure
from sim.report.figures.hazards import hazards_figure
from sim.report.figures.notices import notices_figure, promises_figure
from sim.report.figures.service import by_type_figure, service_figure
from sim.report.figures.supply import supply_figure
from sim.report.run import Run
from sim.report.story import story
from sim.report.summary import commitments_table, summary_tables, tiles
from sim.report.times import LocalTime
from sim.report.words import Words
from sim.store.columns import RunTables
from sim.store.manifest import Manifest

__all__ = ["report_page", "write_report"]

FIGURES: Mapping[str, Callable[[Run, Words], go.Figure | None]] = {
    "supply": supply_figure,
    "balance": balance_figure,
    "by_hazard": hazards_figure,
    "map": county_figure,
    "calls": calls_figure,
    "queue": queue_figure,
    "service": service_figure,
    "service_by_type": by_type_figure,
    "crews": crews_figure,
    "notices": notices_figure,
    "promises": promises_figure,
}
"""The charts, in the order of the page; None: there is nothing to draw."""
ALONE = ("calls", "queue", "service", "service_by_type")
"""Those of a contact centre without a grid."""


def write_report(path: Path, tables: RunTables, manifest: Manifest, lang: str = "en") -> None:
    """Write the report of a run as one HTML file, whole or not at all."""
    write_page(path, report_page(tables, manifest, lang))


def report_page(tables: RunTables, manifest: Manifest, lang: str = "en") -> str:
    """Return the report of a run as one HTML page; the same run gives the same bytes."""
    run, words = Run(tables, manifest), Words(lang)
    measured = measure(tables, manifest)
    title = words("page.title", scenario=manifest.title.get(lang, manifest.scenario))
    parts: list[Chart | Part] = [
        Part("top", "", _header(run, words, title)),
        Part("story", words("page.story"), _story(run, measured, words)),
        Part("tiles", "", tiles(measured, words)),
    ]
    for name, draw in FIGURES.items():
        if not manifest.has_grid and name not in ALONE:
            continue
        figure = draw(run, words)
        if figure is not None:
            parts.append(Chart(name, figure))
    if tables_by_part := centre_tables(run, words):
        heading, note = words("centre.title"), words("centre.note")
        body = _section("centre", heading, note, tables_by_part, flows=True)
        parts.append(Part("centre", heading, body))
    if manifest.has_grid:
        heading = words("summary.commitments")
        promises = _section("commitments", heading, "", commitments_table(measured, words))
        parts.append(Part("commitments", heading, promises))
    steady = steady_parts(tables, manifest) if manifest.measures.batches else {}
    parts += [
        Part(
            "summary",
            words("summary.title"),
            _section(
                "summary",
                words("summary.title"),
                words("summary.note"),
                summary_tables(measured, manifest.measures, words, steady),
                flows=True,
            ),
        ),
        Part("notes", "", _footer(run, words)),
    ]
    return html_document(title, parts, words)


def _header(run: Run, words: Words, title: str) -> str:
    manifest, time = run.manifest, LocalTime(run.manifest.start)
    facts = {
        "scenario": manifest.scenario,
        "start": time.say_start(words),
        "span": words.duration(manifest.end_s),
        "customers": words.number(run["transformers"]["customers"].sum()),
        "seed": str(manifest.seed),
        "version": _version(manifest, words),
    }
    if not manifest.has_grid:
        del facts["customers"]  # there are none
    told = {words(f"page.header_{name}"): value for name, value in facts.items()}
    return page_header(words("page.kicker"), title, told)


def _version(manifest: Manifest, words: Words) -> str:
    """Return the installed version, or that it ran from its sources, and the hash of the code."""
    found = manifest.versions.get("stormdesk", "not installed")
    version = words("page.version_source") if found == "not installed" else found
    return f"{version} ({manifest.code[:8]})"


def _story(run: Run, measured: Mapping[str, Measured], words: Words) -> str:
    text = ("" if words.lang == "zh" else " ").join(story(run, measured, words))
    body = f'<p>{escape(text)}</p><p class="note">{escape(words("page.note_simulated"))}</p>'
    return (
        f'<section id="story" class="story"><h2>{escape(words("page.story"))}</h2>{body}</section>'
    )


def _section(name: str, title: str, note: str, body: str, *, flows: bool = False) -> str:
    kind = ' class="flows"' if flows else ""
    under = f'<p class="note">{escape(note)}</p>' if note else ""
    return f'<section id="{name}"{kind}><h2>{escape(title)}</h2>{under}{body}</section>'


def _footer(run: Run, words: Words) -> str:
    time = LocalTime(run.manifest.start)
    notes = [
        *(note.get(words.lang, "") for note in run.manifest.notes),
        *([words("page.note_believed")] if run.manifest.has_grid else []),
        words("page.note_time", offset=time.offset),
        words("page.footer"),
    ]
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    digest, title = escape(run.manifest.digest), escape(words("page.header_digest"))
    return (
        f"<footer><h3>{escape(words('page.notes'))}</h3><ul>{items}</ul><p>{title}: "
        f'<span class="digest">{digest}</span></p></footer>'
    )
