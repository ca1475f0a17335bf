"""Notices to customers: when they went out, whom they reached, and how their promises held."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from sim.indicators.information import actual_restoration_s
from sim.indicators.readers import readers
from sim.report.run import Run
from sim.report.style import COLOURS, base_figure, count_axis, time_axis
from sim.report.times import LocalTime
from sim.report.words import Words
from sim.units import HOUR_S

__all__ = ["notices_figure", "promises_figure"]

_SYMBOLS = {
    "estimate": "circle",
    "update": "diamond",
    "restored": "square",
    "warning": "triangle-up",
    "planned": "pentagon",
    "shortage": "star",
    "called_off": "x",
}


def notices_figure(run: Run, words: Words) -> go.Figure | None:
    """Draw each notice when it was submitted and the customers who noticed it; None: none went."""
    time = LocalTime(run.manifest.start)
    notices = run["notices"]
    if not len(notices["notice"]):
        return None
    reached = _noticed(run)
    figure = base_figure(words("notices.title"), words("notices.note"), 340)
    for template, symbol in _SYMBOLS.items():
        chosen = np.flatnonzero(notices["template"] == template)
        figure.add_scatter(
            name=words.code("template", template),
            x=time.axis(notices["t_submitted_s"][chosen]),
            y=reached[chosen].tolist(),
            mode="markers",
            cliponaxis=False,
            marker={
                "color": COLOURS[template],
                "symbol": symbol,
                "size": 8,
                "opacity": 0.75,
                "line": {"width": 0.5, "color": "#FFFFFF"},
            },
            customdata=[
                [
                    str(notices["incident"][i]),
                    int(notices["customers"][i]),
                    words("list.separator").join(
                        words.code("channel", each)
                        for each in str(notices["channels"][i]).split(",")
                    ),
                ]
                for i in chosen
            ],
            hovertemplate=words("notices.hover"),
            visible=True if len(chosen) else "legendonly",
        )
    time_axis(figure, words, time, run.manifest.end_s)
    count_axis(figure, words("notices.axis"))
    figure.update_layout(hovermode="closest")
    return figure


def promises_figure(run: Run, words: Words) -> go.Figure | None:
    """Draw, for each incident, how far its restoration times missed: above zero is late.

    None where no restoration time was given, or nobody was out for it.
    """
    time = LocalTime(run.manifest.start)
    incidents = run["incidents"]
    restored_s = actual_restoration_s(run.tables)
    if not np.any(np.isfinite(restored_s - incidents["first_restoration_s"])):
        return None
    figure = base_figure(words("promises.title"), words("promises.note"), 340)
    for which, colour, symbol in (("first", "estimate", "circle"), ("last", "update", "diamond")):
        promised = incidents[f"{which}_restoration_s"]
        error_h = (restored_s - promised) / HOUR_S
        chosen = np.flatnonzero(np.isfinite(error_h))
        figure.add_scatter(
            name=words(f"promises.{which}"),
            x=time.axis(restored_s[chosen]),
            y=np.round(error_h[chosen], 3).tolist(),
            mode="markers",
            cliponaxis=False,
            marker={
                "color": COLOURS[colour],
                "symbol": symbol,
                "size": 8,
                "opacity": 0.8,
                "line": {"width": 0.5, "color": "#FFFFFF"},
            },
            customdata=[
                [
                    str(incidents["incident"][i]),
                    time.say(float(promised[i]), words),
                    time.say(float(restored_s[i]), words),
                ]
                for i in chosen
            ],
            hovertemplate=words("promises.hover"),
        )
    figure.add_hline(y=0.0, line={"color": COLOURS["ink"], "width": 1})
    time_axis(figure, words, time, run.manifest.end_s)
    figure.update_layout(
        hovermode="closest",
        yaxis={"title": {"text": words("promises.axis")}, "rangemode": "normal"},
    )
    return figure


def _noticed(run: Run) -> NDArray[np.int64]:
    """Return the customers who noticed each notice by any channel, in the order of the notices."""
    names, _groups, noticed = readers(run["messages"])
    row = {str(notice): i for i, notice in enumerate(run["notices"]["notice"])}
    where = np.array([row[str(notice)] for notice in names], dtype=np.int64)
    return np.rint(np.bincount(where, noticed, len(row))).astype(np.int64)
