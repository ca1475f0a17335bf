"""Figures of a drill: three lanes on one time axis, and losses beside each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go

from sim.indicators.intervals import StepSeries
from sim.report.debriefed import PARTS, Debrief, Event
from sim.report.style import COLOURS, base_figure, time_axis, tinted
from sim.report.times import LocalTime
from sim.report.words import Words

__all__ = ["lanes_figure", "losses_figure"]

_ROWS = ("supervisor", "dispatcher", "notification")
_OTHERS = ("office", "controller")
_PART_COLOURS = {
    "customer_hours": COLOURS["true_out"],
    "lost_callers": COLOURS["abandoned"],
    "wrong_hours": COLOURS["estimate"],
}
_PATTERNS = {"customer_hours": "", "lost_callers": "/", "wrong_hours": "."}
_BEFORE_S = 600.0
_TRUTH, _BELIEVED, _KNOWN, _DONE = ([0.735, 0.975], [0.53, 0.69], [0.325, 0.485], [0.0, 0.28])
"""Heights of the lanes, from the bottom of the figure to its top."""

Tell = Callable[[Event], str]


def lanes_figure(debrief: Debrief, tell: Tell, words: Words) -> go.Figure:
    """Draw truth, what each seat knew and what was done above each other on one time axis."""
    figure = base_figure(words("debrief.lanes_title"), words("debrief.lanes_note"), 800)
    time = LocalTime(debrief.start)
    from_s = max(0.0, debrief.startex_s - _BEFORE_S)
    _curve(figure, debrief.customers_out, "true", "y", from_s, debrief, words)
    _curve(figure, debrief.believed_out, "believed", "y2", from_s, debrief, words)
    truth = [each for each in debrief.events if each.lane == "truth"]
    faults = [each for each in truth if each.kind == "FaultStruck"]
    injects = [each for each in truth if each.kind == "inject"]
    _on_curve(figure, faults, "fault", "x", COLOURS["fault"], debrief, tell, words)
    _on_curve(figure, injects, "inject", "diamond", COLOURS["blocked"], debrief, tell, words)
    known = [each for each in debrief.events if each.lane == "known"]
    messages = [each for each in known if each.kind in ("message", "hint")]
    reports = [each for each in known if each.kind not in ("message", "hint")]
    _in_rows(figure, reports, "report", "y3", ("line-ns-open", COLOURS["believed_out"]), debrief,
             tell, words)  # fmt: skip
    _in_rows(figure, messages, "message", "y3", ("diamond", COLOURS["blocked"]), debrief, tell,
             words)  # fmt: skip
    done = [each for each in debrief.events if each.lane == "done"]
    refused = [each for each in done if each.kind == "refused"]
    controls = [each for each in done if each.kind in ("control", "hint")]
    given = [each for each in done if each.kind == "command"]
    for name, chosen, symbol, colour in (
        ("person", [e for e in given if e.is_person], "circle", COLOURS["restored"]),
        ("autopilot", [e for e in given if not e.is_person], "circle-open", COLOURS["quiet"]),
        ("refused", refused, "x", COLOURS["true_out"]),
        ("control", controls, "square-open", COLOURS["ink"]),
    ):
        _in_rows(figure, chosen, name, "y4", (symbol, colour), debrief, tell, words)
    time_axis(figure, words, time, debrief.end_s)
    there = {each.seat for each in done}
    rows = [*_ROWS, *(each for each in _OTHERS if each in there)]
    figure.update_layout(
        hovermode="closest",
        xaxis={"anchor": "y4", "range": time.axis([from_s, debrief.end_s])},
        yaxis={"domain": _TRUTH},
        yaxis2=_axis(_BELIEVED),
        yaxis3=_row_axis(_KNOWN, _ROWS, words),
        yaxis4=_row_axis(_DONE, rows, words),
        margin={"l": 190, "r": 30, "t": 64, "b": 44},
        shapes=[_mark(time, debrief.startex_s), _mark(time, debrief.end_s)],
        annotations=[
            _exercise(words),
            _lane_name(words("debrief.lane.truth"), _TRUTH),
            _lane_name(words("debrief.lane.believed"), _BELIEVED),
            _lane_name(words("debrief.lane.known"), _KNOWN),
            _lane_name(words("debrief.lane.done"), _DONE),
        ],
    )
    # both curves count customers: one scale shows the gap between truth and belief
    most = max(debrief.customers_out.peak, debrief.believed_out.peak, 1.0)
    for axis in ("yaxis", "yaxis2"):
        figure.update_layout({axis: {"range": [0, 1.1 * most], "tickformat": ",d", "nticks": 4}})
    return figure


def losses_figure(debrief: Debrief, words: Words) -> go.Figure:
    """Draw the loss of the team, the plan and nothing done on the same luck, part by part."""
    outcomes = debrief.outcomes
    figure = base_figure(words("debrief.losses_title"), words("debrief.losses_note"), 300)
    names = [words(f"debrief.case.{each.case}") for each in outcomes]
    for part in PARTS:
        figure.add_bar(
            name=words(f"debrief.part.{part}"),
            y=names,
            x=[round(each.parts[part], 1) for each in outcomes],
            orientation="h",
            marker={
                "color": _PART_COLOURS[part],
                "line": {"width": 0},
                "pattern": {
                    "shape": _PATTERNS[part],
                    "size": 5,
                    "solidity": 0.2,
                    "fillmode": "overlay",
                    "fgcolor": "#FFFFFF",
                },
            },
            hovertemplate="%{x:,.0f}",
        )
    figure.add_scatter(
        y=names,
        x=[each.loss for each in outcomes],
        mode="text",
        text=[f" {words.number(each.loss)}" for each in outcomes],
        textposition="middle right",
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure.update_layout(
        barmode="stack",
        bargap=0.35,
        hovermode="closest",
        xaxis={"title": {"text": words("debrief.loss_axis")}, "tickformat": ",d"},
        yaxis={"type": "category", "autorange": "reversed"},
        margin={"l": 190, "r": 90, "t": 50, "b": 44},
        annotations=[_exercise(words)],
    )
    return figure


def _curve(
    figure: go.Figure,
    series: StepSeries,
    name: str,
    axis: str,
    from_s: float,
    debrief: Debrief,
    words: Words,
) -> None:
    time, colour = LocalTime(debrief.start), COLOURS[f"{name}_out"]
    inside = (series.t_s > from_s) & (series.t_s <= debrief.end_s)
    t_s = [from_s, *series.t_s[inside].tolist(), debrief.end_s]
    values = series.at(np.array(t_s))
    figure.add_scatter(
        name=words(f"debrief.curve.{name}"),
        x=time.axis(t_s),
        y=values.tolist(),
        yaxis=axis,
        mode="lines",
        fill="tozeroy",
        fillcolor=tinted(colour, 0.14),
        line={
            "color": colour,
            "width": 2.0,
            "shape": "hv",
            "dash": "solid" if name == "true" else "dash",
        },
        hovertemplate="%{x|%H:%M:%S} %{y:,.0f}<extra></extra>",
    )


def _on_curve(
    figure: go.Figure,
    events: Sequence[Event],
    name: str,
    symbol: str,
    colour: str,
    debrief: Debrief,
    tell: Tell,
    words: Words,
) -> None:
    """Mark events of truth on the curve of customers without supply."""
    t_s = [each.t_s for each in events]
    _markers(
        figure,
        events,
        name,
        "y",
        debrief.customers_out.at(np.array(t_s)).tolist() if t_s else [],
        (symbol, colour),
        debrief,
        tell,
        words,
    )


def _in_rows(
    figure: go.Figure,
    events: Sequence[Event],
    name: str,
    axis: str,
    mark: tuple[str, str],
    debrief: Debrief,
    tell: Tell,
    words: Words,
) -> None:
    rows = [words.code("seat", each.seat) for each in events]
    _markers(figure, events, name, axis, rows, mark, debrief, tell, words)


def _markers(
    figure: go.Figure,
    events: Sequence[Event],
    name: str,
    axis: str,
    y: list[float] | list[str],
    mark: tuple[str, str],
    debrief: Debrief,
    tell: Tell,
    words: Words,
) -> None:
    if not events:
        return
    time = LocalTime(debrief.start)
    symbol, colour = mark
    figure.add_scatter(
        name=words(f"debrief.mark.{name}"),
        x=time.axis([each.t_s for each in events]),
        y=y,
        yaxis=axis,
        mode="markers",
        marker={
            "symbol": symbol,
            "color": colour,
            "size": 11 if symbol == "diamond" else 8,
            "line": {"width": 1.6, "color": colour},
        },
        customdata=[_broken(tell(each)) for each in events],
        hovertemplate="%{x|%H:%M:%S}<br>%{customdata}<extra></extra>",
    )


def _broken(text: str) -> str:
    """Return a text in lines short enough for a hover label, as plotly's markup reads it."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    wide = sum(ord(each) > 0x2E7F for each in text) * 2 > len(text)
    return "<br>".join(wrap(plain, 34 if wide else 64)) or plain


def _axis(domain: list[float]) -> dict[str, object]:
    return {
        "domain": domain,
        "anchor": "x",
        "gridcolor": COLOURS["grid"],
        "linecolor": COLOURS["line"],
        "tickfont": {"size": 12, "color": COLOURS["quiet"]},
        "zeroline": False,
    }


def _row_axis(domain: list[float], seats: Sequence[str], words: Words) -> dict[str, object]:
    """Return an axis of one row a seat, the first on top, there even when nothing happened."""
    names = [words.code("seat", each) for each in seats]
    return {
        **_axis(domain),
        "type": "category",
        "categoryorder": "array",
        "categoryarray": names[::-1],
        "range": [-0.6, len(names) - 0.4],
        "automargin": False,
    }


def _lane_name(text: str, domain: list[float]) -> dict[str, object]:
    """Return the name of a lane, above it."""
    return {
        "text": f"<b>{text}</b>",
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": domain[1],
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 13, "color": COLOURS["ink"]},
        "bgcolor": COLOURS["paper"],
    }


def _mark(time: LocalTime, t_s: float) -> dict[str, object]:
    """Return a line through all lanes: StartEx or EndEx."""
    at = time.axis([t_s])[0]
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "line": {"color": COLOURS["quiet"], "width": 1.2, "dash": "dot"},
    }


def _exercise(words: Words) -> dict[str, object]:
    """Return the word that a picture saved from the page must carry too."""
    return {
        "text": words("debrief.mark"),
        "xref": "paper",
        "yref": "paper",
        "x": 1,
        "y": 1,
        "xanchor": "right",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": 14, "color": COLOURS["true_out"]},
    }
