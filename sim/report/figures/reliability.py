"""Charts of a reliability assessment: the worst components, and feeders side by side."""

from __future__ import annotations

import plotly.graph_objects as go

from sim.reliability.indices import Assessment, Component
from sim.report.style import COLOURS, base_figure
from sim.report.words import Words

__all__ = ["MOST_FEEDERS", "feeders_figure", "worst_figure"]

MOST_FEEDERS = 20
"""Feeders drawn; the table has more."""
_KINDS = {
    "overhead": "true_out",
    "cable": "believed_out",
    "transformer": "restored",
    "substation_transformer": "blocked",
    "breaker": "abandoned",
    "switch": "self_served",
    "busbar": "offered",
}
_ROW_PX = 34


def worst_figure(found: Assessment, words: Words, n: int = 10) -> go.Figure:
    """Draw the customer-hours a year that the worst components cost, the worst on top."""
    worst = found.worst(n)
    figure = base_figure(
        words("reliability.worst_title", n=len(worst)),
        words("reliability.worst_note"),
        120 + _ROW_PX * len(worst),
    )
    for kind, colour in _KINDS.items():
        rows = [each for each in worst if each.kind == kind]
        if rows:
            figure.add_bar(
                name=words(f"reliability.kind.{kind}"),
                orientation="h",
                x=[each.customer_h_per_year for each in rows],
                y=[each.id for each in rows],
                customdata=[_details(each, found, words) for each in rows],
                marker={"color": COLOURS[colour]},
                hovertemplate=words("reliability.worst_hover"),
            )
    figure.update_layout(
        hovermode="closest",
        showlegend=True,
        barmode="overlay",
        margin={"l": 190, "r": 40, "t": 40, "b": 52},
        xaxis={"title": {"text": words("reliability.worst_axis")}, "rangemode": "tozero"},
        yaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": [each.id for each in reversed(worst)],
            "ticks": "",
            "tickfont": {"size": 13, "color": COLOURS["ink"]},
        },
    )
    return figure


def _details(each: Component, found: Assessment, words: Words) -> list[str]:
    total = (found.system.saidi_h or 0.0) * found.system.customers
    share = 100.0 * each.customer_h_per_year / total if total else 0.0
    return [
        words.number(each.failures_per_year, 4),
        words.number(each.repair_h, 1),
        words.number(each.customers_tripped),
        each.device,
        words.number(share, 1),
    ]


def feeders_figure(found: Assessment, words: Words) -> go.Figure:
    """Draw the hours a customer of each feeder is without supply, the worst feeders first."""
    ranked = sorted(found.feeders.items(), key=lambda item: (-(item[1].saidi_h or 0.0), item[0]))
    shown = [(name, each) for name, each in ranked if each.customers][:MOST_FEEDERS]
    figure = base_figure(
        words("reliability.feeders_title"),
        words("reliability.feeders_note", n=len(shown), total=len(found.feeders)),
        400,
    )
    figure.add_bar(
        x=[name or words("reliability.no_feeder") for name, _each in shown],
        y=[each.saidi_h for _name, each in shown],
        customdata=[
            [words.number(each.saifi or 0.0, 4), words.number(each.customers)]
            for _name, each in shown
        ],
        marker={"color": COLOURS["believed_out"]},
        hovertemplate=words("reliability.feeders_hover"),
    )
    figure.update_layout(
        hovermode="closest",
        showlegend=False,
        margin={"l": 84, "r": 40, "t": 20, "b": 60},
        xaxis={"type": "category", "automargin": True},
        yaxis={"title": {"text": words("reliability.feeders_axis")}},
    )
    return figure
