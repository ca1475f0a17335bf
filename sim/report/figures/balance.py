"""Load against the power there is: what was fed, relieved by agreement, and cut."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from sim.report.run import Run
from sim.report.style import COLOURS, base_figure, count_axis, time_axis
from sim.report.times import LocalTime
from sim.report.words import Words

__all__ = ["balance_figure"]


def balance_figure(run: Run, words: Words) -> go.Figure | None:
    """Draw the balance of a run with a shortage of supply."""
    balance, time = run["balance"], LocalTime(run.manifest.start)
    if not len(balance["t_s"]):
        return None
    figure = base_figure(words("balance.title"), words("balance.note"), 380)
    x = time.axis(balance["t_s"])
    for name, column, colour in (
        ("served", "served_mw", COLOURS["answered"]),
        ("curtailed", "curtailed_mw", COLOURS["self_served"]),
        ("cut", "cut_mw", COLOURS["true_out"]),
    ):
        figure.add_scatter(
            name=words(f"balance.{name}"),
            x=x,
            y=np.round(balance[column], 3).tolist(),
            mode="lines",
            stackgroup="load",
            line={"width": 0, "color": colour, "shape": "hv"},
            hovertemplate="%{y:,.2f} MW",
        )
    is_limited = np.isfinite(balance["available_mw"])
    figure.add_scatter(
        name=words("balance.available"),
        x=x,
        y=[round(float(mw), 3) if is_limited[k] else None
           for k, mw in enumerate(balance["available_mw"])],
        mode="lines",
        line={"color": COLOURS["ink"], "width": 2, "dash": "dash", "shape": "hv"},
        hovertemplate="%{y:,.2f} MW",
    )  # fmt: skip
    time_axis(figure, words, time, run.manifest.end_s)
    count_axis(figure, words("balance.axis"))
    return figure
