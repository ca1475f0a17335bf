"""The one look of all charts: colours that mean the same thing everywhere, and quiet axes.

Colours come from the set of Okabe and Ito (2008), told apart with any colour vision; where two
things share a chart they also differ in dash, pattern or symbol, so that a grey print is legible.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

import plotly.graph_objects as go

from sim.report.times import LocalTime
from sim.report.words import Words

__all__ = [
    "BAND",
    "COLOURS",
    "CREW_COLOURS",
    "SERIES",
    "base_figure",
    "count_axis",
    "right_axis",
    "time_axis",
    "tinted",
]

COLOURS: Mapping[str, str] = {
    "true_out": "#D55E00",
    "believed_out": "#0072B2",
    "gust": "#8A94A0",
    "offered": "#2B3A4A",
    "answered": "#009E73",
    "self_served": "#56B4E9",
    "abandoned": "#CC79A7",
    "blocked": "#E69F00",
    "otherwise": "#F0E442",
    "cut_off": "#8A94A0",
    "agents": "#11181F",
    "fault": "#11181F",
    "crew": "#009E73",
    "mean": "#0072B2",
    "p90": "#D55E00",
    "estimate": "#0072B2",
    "update": "#56B4E9",
    "restored": "#009E73",
    "warning": "#E69F00",
    "planned": "#5B6775",
    "shortage": "#D55E00",
    "called_off": "#CC79A7",
    "overhead": "#B4BDC7",
    "cable": "#7C8894",
    "ink": "#1D2733",
    "quiet": "#5B6775",
    "grid": "#E6EAEE",
    "line": "#C3CBD3",
    "paper": "#FFFFFF",
}
"""What a colour means, on every page."""

CREW_COLOURS: Mapping[str, str] = {
    "repairing": "#009E73",
    "switching": "#CC79A7",
    "patrolling": "#E69F00",
    "travelling": "#56B4E9",
    "stood_down": "#5B6775",
    "out_of_action": "#8C2D04",
    "idle": "#DDE2E7",
}
"""States of crews in the order in which they are stacked, work at the bottom."""

SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#2B3A4A")
"""Colours of scenarios in a comparison; the first one is the baseline."""

_HANDFUL = 5
"""Charts of counts reach up to this at least."""

BAND = 0.18
"""Opacity of the ribbon of a time band."""

FONT = (
    "'Segoe UI', 'Noto Sans', 'Helvetica Neue', Arial, 'Microsoft YaHei', 'PingFang SC',"
    " 'Noto Sans CJK SC', sans-serif"
)


def tinted(colour: str, opacity: float) -> str:
    """Return a #RRGGBB colour with an opacity of 0 to 1."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def base_figure(title: str, note: str, height: int) -> go.Figure:
    """Return an empty figure in the house style.

    The title and the note on how to read the chart are kept for the page, which prints them as
    text beside the chart.
    """
    figure = go.Figure()
    figure.update_layout(
        template=go.layout.Template(),
        title={"text": title},
        meta={"note": note},
        height=height,
        font={"family": FONT, "size": 13, "color": COLOURS["ink"]},
        paper_bgcolor=COLOURS["paper"],
        plot_bgcolor=COLOURS["paper"],
        margin={"l": 84, "r": 74, "t": 40, "b": 44},
        legend={
            "orientation": "h",
            "x": 0.0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
            "font": {"size": 13},
        },
        hoverlabel={
            "bgcolor": COLOURS["paper"],
            "bordercolor": COLOURS["line"],
            "font": {"color": COLOURS["ink"], "size": 13},
            "namelength": -1,
        },
        hovermode="x unified",
        dragmode="zoom",
    )
    figure.update_xaxes(**_AXIS)
    figure.update_yaxes(**_AXIS, rangemode="tozero", separatethousands=True)
    return figure


_AXIS: Mapping[str, Any] = {
    "gridcolor": COLOURS["grid"],
    "linecolor": COLOURS["line"],
    "tickcolor": COLOURS["line"],
    "ticks": "outside",
    "ticklen": 4,
    "zeroline": False,
    "title": {"font": {"size": 12, "color": COLOURS["quiet"]}, "standoff": 8},
    "tickfont": {"size": 12, "color": COLOURS["quiet"]},
}


def count_axis(figure: go.Figure, title: str) -> None:
    """Name the left axis of a chart of counts; below a handful, give each whole number one tick.

    Plotly would put ticks at fractions, and write 0 0 0 1 1 1.
    """
    axis: dict[str, Any] = {"title": {"text": title}, "tickformat": ",d"}
    if _highest(figure) < _HANDFUL:
        axis |= {"range": [0, _HANDFUL], "dtick": 1}
    figure.update_layout(yaxis=axis)


def _highest(figure: go.Figure) -> float:
    """Return the highest value on the left axis, of what is stacked the sum."""
    rows = [
        [float(y) for y in each.y if y is not None]
        for each in figure.data
        if each.yaxis in (None, "y")
    ]
    is_stacked = figure.layout.barmode == "stack" or any(
        getattr(each, "stackgroup", None) for each in figure.data
    )
    if is_stacked:
        rows = [[sum(column) for column in zip_longest(*rows, fillvalue=0.0)]]
    return max((y for row in rows for y in row), default=0.0)


def right_axis(title: str) -> dict[str, Any]:
    """Return a second y axis on the right, with its own round numbers and no grid."""
    return {
        **_AXIS,
        "title": {**_AXIS["title"], "text": title},
        "overlaying": "y",
        "side": "right",
        "tickmode": "auto",
        "showgrid": False,
        "rangemode": "tozero",
        "separatethousands": True,
    }


def time_axis(figure: go.Figure, words: Words, time: LocalTime, end_s: float) -> None:
    """Lay the run's whole time on the x axis, in local calendar time."""
    figure.update_xaxes(
        type="date",
        range=time.axis([0.0, end_s]),
        tickformat=words("axis.time_ticks"),
        hoverformat=words("axis.time_hover"),
        showspikes=True,
        spikemode="across",
        spikethickness=1,
        spikecolor=COLOURS["line"],
        spikedash="solid",
    )
