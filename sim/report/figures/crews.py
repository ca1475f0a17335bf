"""Crews by state, stacked over time: who works, who drives, who must wait for the wind."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from sim.indicators.series import crews_by_state
from sim.report.run import Run
from sim.report.style import CREW_COLOURS, base_figure, count_axis, time_axis, tinted
from sim.report.times import LocalTime
from sim.report.words import Words

__all__ = ["crews_figure"]


def crews_figure(run: Run, words: Words) -> go.Figure:
    """Draw the crews on duty by what they do."""
    time, end_s = LocalTime(run.manifest.start), run.manifest.end_s
    states = crews_by_state(run.tables, run.manifest)
    # one common set of times: stacked areas with different times would be interpolated
    times = np.unique(np.concatenate([series.t_s for series in states.values()]))
    figure = base_figure(words("crews.title"), words("crews.note"), 360)
    x = time.axis(times)
    for state, colour in CREW_COLOURS.items():
        crews = states[state].at(times)
        if state == "out_of_action" and not crews.any():
            continue  # drills only
        figure.add_scatter(
            name=words.code("crew_state", state),
            x=x,
            y=crews.tolist(),
            mode="lines",
            stackgroup="crews",
            line={"width": 0, "color": colour, "shape": "hv"},
            fillcolor=tinted(colour, 0.9),
            fillpattern={
                "shape": "/" if state == "stood_down" else "",
                "size": 7,
                "solidity": 0.35,
                "fgcolor": "#FFFFFF",
                "bgcolor": colour,
            },
            hovertemplate="%{y:,.0f}",
        )
    time_axis(figure, words, time, end_s)
    count_axis(figure, words("crews.axis"))
    return figure
