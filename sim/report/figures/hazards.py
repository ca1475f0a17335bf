"""Chart of a run: customer-hours without supply by what set them off."""

from __future__ import annotations

import plotly.graph_objects as go

from sim.indicators.by_hazard import hours_by_hazard
from sim.report.run import Run
from sim.report.style import COLOURS, base_figure
from sim.report.words import Words

__all__ = ["hazards_figure"]

_ROW_PX = 30


def hazards_figure(run: Run, words: Words) -> go.Figure | None:
    """Draw the customer-hours of each hazard, the worst on top; None where nobody was out."""
    found = hours_by_hazard(run.tables, run.manifest.measures.momentary_threshold_s)
    if not any(found.values()):
        return None
    hours = {words.code("hazard", word): round(value, 1) for word, value in found.items()}
    height = 110 + _ROW_PX * len(hours)
    figure = base_figure(words("by_hazard.title"), words("by_hazard.note"), height)
    figure.add_bar(
        orientation="h",
        x=list(hours.values()),
        y=list(hours),
        marker={"color": COLOURS["believed_out"]},
        hovertemplate=words("by_hazard.hover"),
    )
    figure.update_layout(
        hovermode="closest",
        showlegend=False,
        margin={"l": 220, "r": 40, "t": 20, "b": 52},
        xaxis={"title": {"text": words("by_hazard.axis")}, "rangemode": "tozero"},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": [*hours][::-1]},
    )
    return figure
