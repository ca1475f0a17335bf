"""Customers without supply: what is true, what the control room believes, and the wind."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from sim.indicators.series import customers_believed_out, customers_out
from sim.report.run import Run
from sim.report.style import COLOURS, base_figure, count_axis, right_axis, time_axis
from sim.report.times import LocalTime
from sim.report.words import Words

__all__ = ["supply_figure"]


def supply_figure(run: Run, words: Words) -> go.Figure:
    """Draw customers without supply over time, true against believed; over the gust, if any."""
    time, end_s = LocalTime(run.manifest.start), run.manifest.end_s
    true = customers_out(run.tables, run.manifest)
    believed = customers_believed_out(run.tables, run.manifest)
    figure = base_figure(words("supply.title"), words("supply.note"), 400)
    gust = _strongest_gust(run)
    has_wind = bool(np.any(gust[1] > 0.0))
    if has_wind:
        figure.add_scatter(
            name=words("supply.gust"),
            x=time.axis(gust[0]),
            # beyond the track of the typhoon there is no wind field, which is not a calm
            y=[round(float(each), 1) if each > 0.0 else None for each in gust[1]],
            yaxis="y2",
            mode="lines",
            line={"color": COLOURS["gust"], "width": 1.5, "dash": "dot"},
            hovertemplate=words("supply.gust_hover"),
        )
    figure.add_scatter(
        name=words("supply.true"),
        x=time.axis(true.t_s),
        y=true.values.tolist(),
        mode="lines",
        fill="tozeroy",
        fillcolor="rgba(213,94,0,0.14)",
        line={"color": COLOURS["true_out"], "width": 2.2, "shape": "hv"},
        hovertemplate="%{y:,.0f}",
    )
    figure.add_scatter(
        name=words("supply.believed"),
        x=time.axis(believed.t_s),
        y=believed.values.tolist(),
        mode="lines",
        line={"color": COLOURS["believed_out"], "width": 2.2, "dash": "dash", "shape": "hv"},
        hovertemplate="%{y:,.0f}",
    )
    time_axis(figure, words, time, end_s)
    count_axis(figure, words("supply.axis"))
    if has_wind:
        figure.update_layout(yaxis2=right_axis(words("supply.gust_axis")))
    return figure


def _strongest_gust(run: Run) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return times and the strongest gust of all districts at each."""
    wind = run["wind"]
    chosen = wind["t_s"] <= run.manifest.end_s
    times, where = np.unique(wind["t_s"][chosen], return_inverse=True)
    strongest = np.zeros(len(times))
    np.maximum.at(strongest, where, wind["gust_ms"][chosen])
    return times, strongest
