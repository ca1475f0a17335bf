"""Charts of an outage list: the SAIDI of each day with T_MED, and the causes."""

from __future__ import annotations

from datetime import date

import plotly.graph_objects as go

from sim.indicators.outages.assessment import Assessment
from sim.report.style import COLOURS, base_figure
from sim.report.words import Words

__all__ = ["MOST_CAUSES", "causes_figure", "daily_figure"]

MOST_CAUSES = 15
"""Causes drawn; the table has all."""
_ROW_PX = 30


def daily_figure(found: Assessment, words: Words) -> go.Figure | None:
    """Draw the SAIDI of each day of the period; None where no day has any."""
    drawn = [each for each in found.daily if each.saidi_min > 0.0]
    if not drawn:
        return None
    figure = base_figure(words("indices.page.daily_title"), words("indices.page.daily_note"), 380)
    major = {each.day for each in found.major_days}
    for is_major, name, colour in ((False, "day", "believed_out"), (True, "major_day", "true_out")):
        days = [each for each in drawn if (each.day in major) == is_major]
        if not days:
            continue
        figure.add_scatter(
            name=words(f"indices.page.{name}"),
            mode="markers",
            x=[date.fromordinal(each.day).isoformat() for each in days],
            y=[each.saidi_min for each in days],
            marker={
                "color": COLOURS[colour],
                "size": 9 if is_major else 5,
                "symbol": "diamond" if is_major else "circle",
            },
            hovertemplate=words("indices.page.day_hover"),
        )
    if found.threshold.t_med_min is not None:
        ends = (found.period.first_day, found.period.end_day)
        figure.add_scatter(
            name=words("indices.t_med"),
            mode="lines",
            x=[date.fromordinal(each).isoformat() for each in ends],
            y=[found.threshold.t_med_min] * 2,
            line={"color": COLOURS["ink"], "dash": "dash", "width": 1.5},
            hovertemplate=words("indices.page.day_hover"),
        )
    figure.update_layout(
        hovermode="closest",
        showlegend=True,
        margin={"l": 84, "r": 40, "t": 40, "b": 52},
        xaxis={"type": "date"},
        yaxis={"type": "log", "title": {"text": words("indices.page.saidi_axis")}},
    )
    return figure


def causes_figure(found: Assessment, words: Words) -> go.Figure | None:
    """Draw the customer-hours of the worst causes, user-hours where there are no customers."""
    by_user = all(each.customer_h is None for each in found.causes)
    hours = {
        each.cause or words("indices.no_cause"): each.user_h if by_user else each.customer_h
        for each in found.causes[:MOST_CAUSES]
    }
    if not any(hours.values()):
        return None
    title = "causes_title_users" if by_user else "causes_title"
    note = words("indices.page.causes_note", n=len(hours), total=len(found.causes))
    figure = base_figure(words(f"indices.page.{title}"), note, 110 + _ROW_PX * len(hours))
    figure.add_bar(
        orientation="h",
        x=list(hours.values()),
        y=list(hours),
        marker={"color": COLOURS["believed_out"]},
        hovertemplate=words("indices.page.cause_hover"),
    )
    unit = words("indices.cause.user_h" if by_user else "indices.cause.customer_h")
    figure.update_layout(
        hovermode="closest",
        showlegend=False,
        margin={"l": 190, "r": 40, "t": 20, "b": 52},
        xaxis={"title": {"text": unit}, "rangemode": "tozero"},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": [*hours][::-1]},
    )
    return figure
