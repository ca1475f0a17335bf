"""The map of the county: what is out, what is believed out, faults, crews and the typhoon, by time.

Longitude and latitude lie on a plain canvas without tiles; one degree of latitude is drawn
1/cos(latitude) as long as one of longitude, so distances look alike in both directions.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from sim.report.figures.snapshots import Snapshot, Snapshots, snapshot_times
from sim.report.run import Run
from sim.report.style import COLOURS, base_figure
from sim.report.times import LocalTime
from sim.report.words import Words

__all__ = ["county_figure"]

N_STEPS = 54
"""Positions of the slider: fine enough to follow a storm, few enough for a small page."""
KM_PER_DEGREE = 111.195
"""Length of one degree of latitude on a sphere of 6371 km."""


def county_figure(run: Run, words: Words) -> go.Figure:
    """Draw the county with a slider; it opens at the moment most customers are out."""
    time = LocalTime(run.manifest.start)
    times, worst = snapshot_times(run, N_STEPS)
    snapshots = Snapshots(run)
    shots = [snapshots.at(t_s) for t_s in times]
    figure = base_figure(words("map.title"), words("map.note"), 720)
    _ground(figure, run, words, time)
    first = len(figure.data)
    figure.add_traces(_moving(run, words, time, shots[worst], legend=True))
    moving = list(range(first, len(figure.data)))
    _stations(figure, run, words)
    figure.frames = [
        # NOTE: speed: plain mappings are checked by plotly once, its own objects three times
        {
            "name": str(i),
            "data": _moving(run, words, time, shot, legend=False),
            "traces": moving,
            "layout": {"annotations": [_caption(run, words, time, shot)]},
        }
        for i, shot in enumerate(shots)
    ]
    labels = [time.say(shot.t_s, words) for shot in shots]
    figure.update_layout(
        annotations=[_caption(run, words, time, shots[worst])],
        sliders=[_slider(labels, worst)],
        updatemenus=[_buttons(words)],
        hovermode="closest",
        dragmode="pan",
        margin={"l": 56, "r": 24, "t": 56, "b": 112},
    )
    _canvas(figure, run)
    return figure


def _ground(figure: go.Figure, run: Run, words: Words, time: LocalTime) -> None:
    """Draw what does not move: lines, transformers with their history, the track."""
    sections = run["sections"]
    for construction, dash in (("overhead", "solid"), ("cable", "dot")):
        chosen = (sections["construction"] == construction) & ~sections["is_tie"]
        figure.add_scatter(
            name=words.code("construction", construction),
            x=_ends(sections["lon_u"][chosen], sections["lon_v"][chosen]),
            y=_ends(sections["lat_u"][chosen], sections["lat_v"][chosen]),
            mode="lines",
            line={"color": COLOURS[construction], "width": 1.2, "dash": dash},
            hoverinfo="skip",
        )
    track = run["track"]
    figure.add_scatter(
        name=words("map.track"),
        x=_short(track["lon"]),
        y=_short(track["lat"]),
        mode="lines",
        line={"color": COLOURS["gust"], "width": 1.2, "dash": "dash"},
        hoverinfo="skip",
    )
    transformers = run["transformers"]
    figure.add_scatter(
        name=words("map.transformer"),
        x=_short(transformers["lon"]),
        y=_short(transformers["lat"]),
        mode="markers",
        marker={"color": "#93A0AD", "size": 3.5},
        text=_histories(run, words, time),
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _stations(figure: go.Figure, run: Run, words: Words) -> None:
    """Draw stations and their names above all else."""
    districts = run["districts"]
    figure.add_scatter(
        name=words("map.station"),
        x=_short(districts["lon"]),
        y=_short(districts["lat"]),
        mode="markers+text",
        marker={
            "symbol": "square",
            "size": 9,
            "color": "#FFFFFF",
            "line": {"color": COLOURS["ink"], "width": 1.6},
        },
        text=[f"<b>{name}</b>" for name in districts[f"name_{words.lang}"]],
        textposition="top center",
        textfont={
            "size": 13,
            "color": COLOURS["ink"],
            "shadow": "0 0 3px #fff, 0 0 3px #fff, 0 0 3px #fff, 0 0 6px #fff",
        },
        hoverinfo="skip",
    )


def _moving(
    run: Run, words: Words, time: LocalTime, shot: Snapshot, *, legend: bool
) -> list[dict[str, Any]]:
    """Return the traces that change with the slider; only the first set carries names and looks."""
    transformers, faults = run["transformers"], run["faults"]
    size = np.clip(np.round(3.0 + np.sqrt(transformers["customers"]) * 0.5, 1), 4.0, 12.0)
    looks: dict[str, dict[str, Any]] = {
        "true": {
            "name": words("map.true"),
            "mode": "markers",
            "marker": {"color": COLOURS["true_out"], "opacity": 0.9, "line": {"width": 0}},
            "hoverinfo": "skip",
        },
        "believed": {
            "name": words("map.believed"),
            "mode": "markers",
            "marker": {
                "symbol": "circle-open",
                "color": COLOURS["believed_out"],
                "line": {"width": 1.6},
            },
            "hoverinfo": "skip",
        },
        "fault": {
            "name": words("map.fault"),
            "mode": "markers",
            "marker": {
                "symbol": "x-thin",
                "size": 9,
                "line": {"width": 2.2, "color": COLOURS["fault"]},
            },
            "hovertemplate": "%{text}<extra></extra>",
        },
        "crew": {
            "name": words("map.crew"),
            "mode": "markers",
            "marker": {
                "symbol": "triangle-up",
                "size": 12,
                "color": COLOURS["crew"],
                "line": {"width": 1.2, "color": "#FFFFFF"},
            },
            "hovertemplate": "%{text}<extra></extra>",
        },
        "typhoon": {
            "name": words("map.typhoon"),
            "mode": "markers",
            "marker": {
                "symbol": "hexagram-open",
                "size": 22,
                "color": COLOURS["gust"],
                "line": {"width": 2.5},
            },
            "showlegend": len(run["track"]["lon"]) > 0,
            "hoverinfo": "skip",
        },
    }
    state: dict[str, dict[str, Any]] = {
        "true": _dots(transformers, shot.out_ix, size),
        "believed": _dots(transformers, shot.believed_ix, size + 4.0),
        "fault": {
            "x": _short(faults["lon"][shot.fault_ix]),
            "y": _short(faults["lat"][shot.fault_ix]),
            "text": [_fault_text(run, words, time, int(i)) for i in shot.fault_ix],
        },
        "crew": {
            "x": _short([crew.lon for crew in shot.crews]),
            "y": _short([crew.lat for crew in shot.crews]),
            "text": [
                words(
                    "map.crew_hover",
                    crew=crew.name,
                    task=words.code("task", crew.task),
                    place=crew.place,
                )
                for crew in shot.crews
            ],
        },
        "typhoon": {
            "x": [] if shot.centre is None else [round(shot.centre[1], 3)],
            "y": [] if shot.centre is None else [round(shot.centre[0], 3)],
        },
    }
    if not legend:
        return [{"type": "scatter", **each} for each in state.values()]
    for each in state.values():
        if not each["x"]:
            # without a point plotly would leave the trace out of the legend
            each["x"], each["y"] = [None], [None]
    return [{"type": "scatter", **_merged(looks[name], state[name])} for name in state]


def _merged(look: dict[str, Any], state: dict[str, Any]) -> dict[str, Any]:
    marker = {**look["marker"], **state.get("marker", {})}
    return {**look, **state, "marker": marker}


def _dots(
    transformers: dict[str, NDArray[Any]], which: NDArray[np.int64], size: NDArray[np.float64]
) -> dict[str, Any]:
    return {
        "x": _short(transformers["lon"][which]),
        "y": _short(transformers["lat"][which]),
        "marker": {"size": size[which].tolist()},
    }


def _histories(run: Run, words: Words, time: LocalTime) -> list[str]:
    """Return what to show over each transformer: whose it is, and when it was out."""
    transformers, gone = run["transformers"], run["interruptions"]
    district = run["districts"][f"name_{words.lang}"]
    lines = [
        words(
            "map.transformer_hover",
            transformer=transformers["transformer"][i],
            district=district[transformers["district_ix"][i]],
            customers=words.number(transformers["customers"][i]),
        )
        for i in range(len(transformers["transformer"]))
    ]
    for i, off, on, is_open in zip(
        gone["transformer_ix"], gone["t_off_s"], gone["t_on_s"], gone["is_open"], strict=True
    ):
        key = "map.history_open" if is_open else "map.history"
        lines[i] += "<br>" + words(key, off=time.say(off, words), on=time.say(on, words))
    return lines


def _fault_text(run: Run, words: Words, time: LocalTime, i: int) -> str:
    faults = run["faults"]
    return words(
        "map.fault_hover",
        asset=faults["asset"][i],
        kind=words.code("kind", str(faults["kind"][i])),
        hazard=words.code("hazard", str(faults["hazard"][i])),
        struck=time.say(faults["t_struck_s"][i], words),
    )


def _caption(run: Run, words: Words, time: LocalTime, shot: Snapshot) -> dict[str, Any]:
    """Say the moment in words: customers out and believed out, and where the typhoon is."""
    customers = run["transformers"]["customers"]
    lines = [
        "<b>" + time.say(shot.t_s, words) + "</b>",
        words(
            "map.caption",
            out=words.number(customers[shot.out_ix].sum()),
            believed=words.number(customers[shot.believed_ix].sum()),
            faults=words.number(len(shot.fault_ix)),
            crews=words.number(shot.n_crews),
        ),
    ]
    if shot.centre is not None:
        lat, lon, wind = shot.centre
        km, compass = _bearing(run, lat, lon)
        lines.append(
            words(
                "map.caption_typhoon",
                lat=f"{lat:.2f}",
                lon=f"{lon:.2f}",
                km=words.number(km),
                compass=words(f"compass.{compass}"),
                wind=words.number(wind),
            )
        )
    return {
        "text": "<br>".join(lines),
        "xref": "paper",
        "yref": "paper",
        "x": 0.008,
        "y": 0.992,
        "xanchor": "left",
        "yanchor": "top",
        "align": "left",
        "showarrow": False,
        "bgcolor": "rgba(255,255,255,0.88)",
        "bordercolor": COLOURS["line"],
        "borderpad": 8,
        "font": {"size": 13, "color": COLOURS["ink"]},
    }


def _bearing(run: Run, lat: float, lon: float) -> tuple[float, int]:
    """Return distance, km, from the middle of the county, and the octant seen from there."""
    districts = run["districts"]
    middle_lat, middle_lon = float(np.mean(districts["lat"])), float(np.mean(districts["lon"]))
    north = (lat - middle_lat) * KM_PER_DEGREE
    east = (lon - middle_lon) * KM_PER_DEGREE * math.cos(math.radians(middle_lat))
    octant = round(math.atan2(east, north) / (math.pi / 4.0)) % 8
    return math.hypot(north, east), octant


def _canvas(figure: go.Figure, run: Run) -> None:
    """Set equal scales and the county's frame, and add a scale bar of 5 km."""
    sections = run["sections"]
    lat = np.concatenate([sections["lat_u"], sections["lat_v"], run["districts"]["lat"]])
    lon = np.concatenate([sections["lon_u"], sections["lon_v"], run["districts"]["lon"]])
    ratio = 1.0 / math.cos(math.radians(float(np.mean(lat))))
    lat_pad, lon_pad = 0.06 * float(np.ptp(lat)) + 0.012, 0.05 * float(np.ptp(lon)) + 0.01
    # ticks stand about a sixth of the narrower side apart, or closer
    side = min(float(np.ptp(lat)) + 2.0 * lat_pad, float(np.ptp(lon)) + 2.0 * lon_pad)
    digits = max(1, math.ceil(-math.log10(side / 10.0)))
    plain = {
        "showgrid": False,
        "ticksuffix": "°",
        "tickformat": f".{digits}f",
        "rangemode": "normal",
    }
    figure.update_xaxes(**plain, range=[float(lon.min()) - lon_pad, float(lon.max()) + lon_pad])
    figure.update_yaxes(
        **plain,
        range=[float(lat.min()) - lat_pad, float(lat.max()) + lat_pad],
        scaleanchor="x",
        scaleratio=ratio,
    )
    bar = 5.0 / KM_PER_DEGREE * ratio
    right, low = float(lon.max()), float(lat.min()) - 0.75 * lat_pad
    figure.add_scatter(
        x=[round(right - bar, 4), round(right - bar / 2.0, 4), round(right, 4)],
        y=[round(low, 4)] * 3,
        mode="lines+text",
        text=["", "5 km", ""],
        textposition="top center",
        textfont={"size": 11, "color": COLOURS["quiet"]},
        line={"color": COLOURS["ink"], "width": 3},
        hoverinfo="skip",
        showlegend=False,
    )


def _slider(labels: list[str], active: int) -> dict[str, Any]:
    still = {"duration": 0}
    return {
        "active": active,
        "x": 0.16,
        "len": 0.84,
        "pad": {"t": 34, "b": 8},
        "currentvalue": {"visible": False},
        "font": {"size": 11, "color": COLOURS["quiet"]},
        "bgcolor": COLOURS["grid"],
        "bordercolor": COLOURS["line"],
        "activebgcolor": COLOURS["believed_out"],
        "tickcolor": COLOURS["line"],
        "steps": [
            {
                "label": label,
                "method": "animate",
                "args": [
                    [str(i)],
                    {
                        "mode": "immediate",
                        "frame": {"duration": 0, "redraw": True},
                        "transition": still,
                    },
                ],
            }
            for i, label in enumerate(labels)
        ],
    }


def _buttons(words: Words) -> dict[str, Any]:
    play = {
        "fromcurrent": True,
        "frame": {"duration": 350, "redraw": True},
        "transition": {"duration": 0},
    }
    halt = {
        "mode": "immediate",
        "frame": {"duration": 0, "redraw": False},
        "transition": {"duration": 0},
    }
    return {
        "type": "buttons",
        "direction": "left",
        "x": 0.0,
        "xanchor": "left",
        "y": 0.0,
        "yanchor": "top",
        "pad": {"t": 42, "r": 8},
        "showactive": False,
        "bgcolor": COLOURS["paper"],
        "bordercolor": COLOURS["line"],
        "font": {"size": 12},
        "buttons": [
            {"label": words("map.play"), "method": "animate", "args": [None, play]},
            {"label": words("map.pause"), "method": "animate", "args": [[None], halt]},
        ],
    }


def _ends(u: NDArray[np.float64], v: NDArray[np.float64]) -> list[float | None]:
    """Return u1, v1, gap, u2, v2, gap, ... for lines drawn as one trace."""
    line: list[float | None] = []
    for a, b in zip(_short(u), _short(v), strict=True):
        line += [a, b, None]
    return line


def _short(values: Any) -> list[float]:
    """Round degrees to 1e-4 (11 m): enough for the eye, and small on the page."""
    rounded: list[float] = np.round(np.asarray(values, dtype=np.float64), 4).tolist()
    return rounded
