"""Assemble one HTML file that needs nothing else: styles, scripts, charts and text in one.

A content security policy in the page forbids every request, so the browser itself holds the law
that nothing leaves the page.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from sim.report.words import Words

__all__ = ["Chart", "Part", "html_document", "page_header", "write_page"]

_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
    " img-src data: blob:; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Chart:
    """Place a figure on the page; its title and note become text above it."""

    name: str
    figure: go.Figure


@dataclass(frozen=True)
class Part:
    """Place ready HTML on the page; an empty title leaves it out of the contents."""

    name: str
    title: str
    html: str


def page_header(
    kicker: str, heading: str, facts: Mapping[str, str], *, above: str = "", below: str = ""
) -> str:
    """Return the head of a page: its kind, its heading, and facts by their labels.

    above, below: ready HTML inside the header, before the kind and after the facts.
    """
    cells = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>"
        for label, value in facts.items()
    )
    return (
        f'<header>{above}<p class="kicker">{escape(kicker)}</p><h1>{escape(heading)}</h1>'
        f'<dl class="facts">{cells}</dl>{below}</header>'
    )


def html_document(title: str, parts: Sequence[Chart | Part], words: Words) -> str:
    """Return the whole page."""
    contents = "".join(
        f'<a href="#{part.name}">{escape(_title(part))}</a>' for part in parts if _title(part)
    )
    body: list[str] = []
    for position, part in enumerate(parts):
        body.append(_chart(part, words) if isinstance(part, Chart) else part.html)
        if position == 0:
            body.append(f'<nav aria-label="{escape(words("page.contents"))}">{contents}</nav>')
    lang = {"zh": "zh-CN"}.get(words.lang, words.lang)
    return "\n".join(
        (
            "<!DOCTYPE html>",
            f'<html lang="{lang}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<link rel="icon" href="data:,">',
            f"<title>{escape(title)}</title>",
            f"<style>{_asset('page.css')}</style>",
            "</head>",
            '<body><div class="wrap">',
            *body,
            "</div>",
            _json("chart-config", chart_config(words)),
            f"<script>{get_plotlyjs()}</script>",
            f"<script>{_asset('page.js')}</script>",
            "</body>",
            "</html>",
            "",
        )
    )


def chart_config(words: Words) -> dict[str, Any]:
    """Return the one configuration of all charts: no service, no logo, tips in the language."""
    tips = {
        "Zoom": "chart.zoom",
        "Pan": "chart.pan",
        "Reset axes": "chart.reset",
        "Download plot as a PNG": "chart.save",
        "Double-click to zoom back out": "chart.back_hint",
        "Taking snapshot - this may take a few seconds": "chart.saving",
        "Snapshot succeeded": "chart.saved",
        "Sorry, there was a problem downloading your snapshot!": "chart.save_failed",
    }
    dictionary = {said: words(key) for said, key in tips.items()}
    return {
        "showSendToCloud": False,
        "plotlyServerURL": "",
        "displaylogo": False,
        "responsive": True,
        "scrollZoom": False,
        "modeBarButtons": [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
        "toImageButtonOptions": {"scale": 2, "filename": "stormdesk"},
        "locale": "page",
        "locales": {"page": {"dictionary": dictionary, "format": {}}},
    }


def write_page(path: Path, page: str) -> None:
    """Write a page whole or not at all."""
    path = Path(path)
    try:
        _write_whole(path, page)
    except OSError as error:
        if error.errno is not None:  # from the system: a full disk, no such folder
            error.filename = str(path)  # and not the passing file beside it
        raise


def _write_whole(path: Path, page: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(page)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _title(part: Chart | Part) -> str:
    return str(part.figure.layout.title.text) if isinstance(part, Chart) else part.title


def _chart(chart: Chart, words: Words) -> str:
    figure = chart.figure.to_plotly_json()
    layout = dict(figure["layout"])
    layout.pop("title")
    note = layout.pop("meta")["note"]
    figure["layout"] = layout
    if chart.figure.frames:
        figure["frames"] = [frame.to_plotly_json() for frame in chart.figure.frames]
    height = layout["height"]
    return "\n".join(
        (
            f'<section id="{chart.name}">',
            f"<h2>{escape(_title(chart))}</h2>",
            f'<p class="note">{escape(note)}</p>',
            f'<div class="chart" data-figure="{chart.name}-figure" style="height:{height}px">',
            f"<noscript>{escape(words('page.chart_failed'))}</noscript></div>",
            _json(f"{chart.name}-figure", figure),
            "</section>",
        )
    )


def _json(name: str, value: Any) -> str:
    """Return a script element of data; no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/json" id="{name}">{text}</script>'


def _asset(name: str) -> str:
    return (files("sim.report") / name).read_text(encoding="utf-8")
