"""How callers were served over the day: service level and manual connection rate by interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from sim.engine.tables import Columns
from sim.report.run import Run
from sim.report.style import COLOURS, base_figure, time_axis
from sim.report.times import LocalTime
from sim.report.words import Words
from sim.units import MINUTE_S

__all__ = ["by_type_figure", "service_figure"]

_LINES = {
    "connected_share": ("answered", "solid"),
    "in_time_of_all_share": ("mean", "dash"),
}
"""Measure → (meaning of its colour, dash)."""

_SCALE = [[0.0, "#5E1F03"], [0.4, "#B8570A"], [0.7, "#F0B860"], [0.9, "#F6E7CB"], [1.0, "#DCE7EF"]]
"""From all lost to all connected: what goes well is quiet, and grey prints darken the same way."""


def service_figure(run: Run, words: Words) -> go.Figure:
    """Draw service level and manual connection rate of the calls that rang in each interval."""
    time, minutes, rows = _intervals(run)
    minimum = words.duration(run.manifest.measures.service_level_within_s)
    note = words("service.note", minutes=str(minutes), within=minimum)
    figure = base_figure(words("service.title"), note, 320)
    chosen = rows["by"] == "all"
    for name, (colour, dash) in _LINES.items():
        figure.add_scatter(
            name=words(f"service.{name}"),
            x=_middle(time, rows["t_s"][chosen], minutes),
            y=_percent(rows[name][chosen]),
            mode="lines+markers",
            line={"color": COLOURS[colour], "width": 2.0, "dash": dash},
            marker={"size": 4},
            connectgaps=False,
            hovertemplate="%{y:.1f} %",
        )
    time_axis(figure, words, time, run.manifest.end_s)
    figure.update_layout(
        yaxis={"range": [0, 103], "title": {"text": words("service.axis")}, "ticksuffix": " %"}
    )
    return figure


def by_type_figure(run: Run, words: Words) -> go.Figure | None:
    """Draw the manual connection rate by call type and interval; None for a single type."""
    time, minutes, rows = _intervals(run)
    is_type = rows["by"] == "call_type"
    names = [
        name
        for name in run.manifest.call_types
        if rows["requests"][is_type & (rows["name"] == name)].sum() > 0
    ]
    if len(names) < 2:
        return None
    shown = [is_type & (rows["name"] == name) for name in names]
    figure = base_figure(
        words("service.by_type"),
        words("service.by_type_note", minutes=str(minutes)),
        130 + 36 * len(names),
    )
    figure.add_heatmap(
        x=_middle(time, rows["t_s"][shown[0]], minutes),
        y=[words.code("call_type", name) for name in names],
        z=[_percent(rows["connected_share"][each]) for each in shown],
        customdata=[rows["requests"][each].tolist() for each in shown],
        zmin=0.0,
        zmax=100.0,
        colorscale=_SCALE,
        ygap=2,
        hoverongaps=False,
        colorbar={"ticksuffix": " %", "thickness": 12, "outlinewidth": 0, "len": 1.0},
        hovertemplate=words("service.by_type_hover"),
    )
    time_axis(figure, words, time, run.manifest.end_s)
    figure.update_layout(
        hovermode="closest", yaxis={"type": "category", "autorange": "reversed", "automargin": True}
    )
    return figure


def _intervals(run: Run) -> tuple[LocalTime, int, Columns]:
    """Return the centre by intervals long enough for the run: (clock, minutes, rows)."""
    minutes = run.interval_min
    chosen = run.centre["every_min"] == minutes
    rows = {name: column[chosen] for name, column in run.centre.items()}
    return LocalTime(run.manifest.start), minutes, rows


def _middle(time: LocalTime, t_s: NDArray[np.float64], minutes: int) -> Any:
    return time.axis(t_s + minutes * MINUTE_S / 2.0)


def _percent(shares: NDArray[np.float64]) -> list[float | None]:
    """Return percentages, None where nobody asked."""
    return [None if np.isnan(each) else round(100.0 * each, 2) for each in shares]
