"""Charts of an experiment: bands over time, and paired differences with their intervals."""

from __future__ import annotations

import plotly.graph_objects as go

from sim.indicators.catalogue import BY_NAME, Indicator
from sim.report.compared import Comparison, Interval
from sim.report.style import BAND, COLOURS, SERIES, base_figure, count_axis, time_axis, tinted
from sim.report.times import LocalTime
from sim.report.words import Words

__all__ = [
    "DASHES",
    "PANELS",
    "band_figure",
    "compared",
    "difference_figure",
    "is_unchanged",
    "panel_of",
    "scaled",
]

DASHES = ("solid", "dash", "dashdot", "dot")
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "pentagon", "star", "hexagon")
PANELS = ("relative", "points", "hours")
"""How differences can share an axis: percent of the base, percentage points, hours."""
ROW_PX = 34


def band_figure(comparison: Comparison, series: str, start: str, words: Words) -> go.Figure:
    """Draw median and 10th to 90th percentile of a series over time, one ribbon a case."""
    figure = base_figure(words(f"compare.{series}"), words("compare.band_note"), 360)
    time = LocalTime(start)
    end_s = 0.0
    for i, case in enumerate(comparison.cases):
        band = comparison.bands[case][series]
        colour, name = SERIES[i % len(SERIES)], words.code("case", case)
        x = time.axis(band.t_s)
        end_s = max(end_s, float(band.t_s[-1]))
        for edge, fill in ((band.p90, "none"), (band.p10, "tonexty")):
            figure.add_scatter(
                x=x,
                y=edge.tolist(),
                mode="lines",
                line={"width": 0},
                fill=fill,
                fillcolor=tinted(colour, BAND),
                legendgroup=case,
                showlegend=False,
                hoverinfo="skip",
            )
        figure.add_scatter(
            name=name,
            x=x,
            y=band.p50.tolist(),
            customdata=[
                list(pair) for pair in zip(band.p10.tolist(), band.p90.tolist(), strict=True)
            ],
            mode="lines",
            line={
                "color": colour,
                "width": 3.4 if i == 0 else 1.9,
                "dash": DASHES[i % len(DASHES)],
            },
            legendgroup=case,
            hovertemplate=words("compare.band_hover"),
        )
    time_axis(figure, words, time, end_s)
    count_axis(figure, words(f"compare.{series}_axis"))
    return figure


def panel_of(indicator: Indicator) -> str:
    """Return the panel an indicator is drawn in."""
    return {"share": "points", "h": "hours"}.get(indicator.unit, "relative")


def scaled(indicator: Indicator, value: float | None, base: float | None) -> float | None:
    """Return a difference on the axis of its panel; None where it has no place there."""
    if value is None:
        return None
    panel = panel_of(indicator)
    if panel == "relative":
        return 100.0 * value / base if base else None
    return 100.0 * value if panel == "points" else value


def difference_figure(
    comparison: Comparison, section: str, panel: str, words: Words
) -> go.Figure | None:
    """Draw the paired differences of one section and panel; None when nothing differs there."""
    rows = [
        indicator
        for indicator in compared(comparison)
        if indicator.section == section
        and panel_of(indicator) == panel
        and not is_unchanged(comparison, indicator)
        and any(_place(comparison, case, indicator) for case in comparison.cases[1:])
    ]
    if not rows:
        return None
    title = words(f"compare.{panel}_title", section=words(f"section.{section}"))
    height = 110 + ROW_PX * len(rows)
    figure = base_figure(title, words("compare.difference_note"), height)
    for i, case in enumerate(comparison.cases[1:], start=1):
        _add_case(figure, comparison, case, i, rows, words)
    figure.add_vline(x=0.0, line={"color": COLOURS["ink"], "width": 1})
    figure.update_layout(
        hovermode="closest",
        margin={"l": 330, "r": 40, "t": 40, "b": 52},
        xaxis={"title": {"text": words(f"compare.{panel}_axis")}, "tickformat": "+,"},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": [words(row.text_key) for row in rows],
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": True,
            "ticks": "",
            "tickfont": {"size": 13, "color": COLOURS["ink"]},
        },
    )
    return figure


def compared(comparison: Comparison) -> list[Indicator]:
    """Return the indicators that every case has, in the order of the catalogue."""
    return [
        indicator
        for name, indicator in BY_NAME.items()
        if all(name in comparison.means[case] for case in comparison.cases)
    ]


def is_unchanged(comparison: Comparison, indicator: Indicator) -> bool:
    """Tell whether no case differs from the base, in any replication."""
    each = [comparison.differences[case][indicator.name] for case in comparison.cases[1:]]
    return all(one.mean == 0.0 and one.low in (0.0, None) for one in each)


def _place(
    comparison: Comparison, case: str, indicator: Indicator
) -> tuple[float, float, float] | None:
    """Return mean, low and high on the panel's axis; low and high equal the mean without one."""
    mean = comparison.means[comparison.cases[0]][indicator.name].mean
    each = comparison.differences[case][indicator.name]
    middle = scaled(indicator, each.mean, mean)
    if middle is None:
        return None
    low, high = scaled(indicator, each.low, mean), scaled(indicator, each.high, mean)
    ends = (middle if low is None else low, middle if high is None else high)
    return middle, min(ends), max(ends)


def _add_case(
    figure: go.Figure,
    comparison: Comparison,
    case: str,
    position: int,
    rows: list[Indicator],
    words: Words,
) -> None:
    n_cases = len(comparison.cases) - 1
    offset = 0.0 if n_cases == 1 else 0.44 * ((position - 1) / (n_cases - 1) - 0.5)
    places = [(i, _place(comparison, case, row)) for i, row in enumerate(rows)]
    shown = [(i, place) for i, place in places if place is not None]
    intervals: list[Interval] = [comparison.differences[case][rows[i].name] for i, _ in shown]
    colour = SERIES[position % len(SERIES)]
    symbol = SYMBOLS[position % len(SYMBOLS)]
    figure.add_scatter(
        name=words.code("case", case),
        x=[place[0] for _, place in shown],
        y=[i + offset for i, _ in shown],
        mode="markers",
        marker={
            # a hollow mark: the interval holds 0, so there may be no difference
            "symbol": [symbol if each.is_clear else f"{symbol}-open" for each in intervals],
            "size": 10,
            "color": colour,
            "line": {"width": 1.6, "color": colour},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [place[2] - place[0] for _, place in shown],
            "arrayminus": [place[0] - place[1] for _, place in shown],
            "thickness": 2,
            "width": 5,
            "color": colour,
        },
        customdata=[
            [words(rows[i].text_key), place[1], place[2], each.n]
            for (i, place), each in zip(shown, intervals, strict=True)
        ],
        hovertemplate=words("compare.difference_hover"),
    )
