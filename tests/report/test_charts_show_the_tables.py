"""Each chart has the lines it promises, with the numbers counted another way from the tables."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import plotly.graph_objects as go
import pytest

from sim.report.figures.contact import calls_figure, queue_figure
from sim.report.figures.county import county_figure
from sim.report.figures.crews import crews_figure
from sim.report.figures.notices import notices_figure, promises_figure
from sim.report.figures.snapshots import Snapshots, snapshot_times
from sim.report.figures.supply import supply_figure
from sim.report.run import Run
from sim.report.style import CREW_COLOURS, base_figure, count_axis
from sim.report.times import LocalTime
from sim.report.words import Words

EN = Words("en")


def seconds(run: Run, texts: list[str]) -> list[float]:
    start = datetime.fromisoformat(run.manifest.start)
    zone = start.tzinfo
    return [(datetime.fromisoformat(t).replace(tzinfo=zone) - start).total_seconds() for t in texts]


def trace(figure: go.Figure, name: str) -> go.Scatter:
    found = [each for each in figure.data if each.name == name]
    assert len(found) == 1
    return found[0]


def level(run: Run, line: go.Scatter, t_s: float) -> float:
    """Read a line of steps at a time."""
    times = seconds(run, list(line.x))
    return float(line.y[np.searchsorted(times, t_s, "right") - 1])


@pytest.mark.parametrize("hour", [8.0, 13.9, 16.2, 21.0])
def test_customers_out_are_those_of_the_interruptions_at_that_time(run: Run, hour: float) -> None:
    t_s = hour * 3600.0
    rows = run["interruptions"]
    expected = sum(
        int(n)
        for n, off, on in zip(rows["customers"], rows["t_off_s"], rows["t_on_s"], strict=True)
        if off <= t_s < on
    )
    assert level(run, trace(supply_figure(run, EN), EN("supply.true")), t_s) == expected


@pytest.mark.parametrize("hour", [8.0, 13.9, 16.2, 21.0])
def test_customers_believed_out_count_each_transformer_once(run: Run, hour: float) -> None:
    t_s = hour * 3600.0
    rows = run["beliefs"]
    believed = {
        int(ix)
        for ix, start, stop in zip(
            rows["transformer_ix"], rows["t_from_s"], rows["t_to_s"], strict=True
        )
        if start <= t_s < stop
    }
    expected = sum(int(run["transformers"]["customers"][ix]) for ix in believed)
    assert level(run, trace(supply_figure(run, EN), EN("supply.believed")), t_s) == expected


def test_the_gust_is_the_strongest_of_all_districts(run: Run) -> None:
    line = trace(supply_figure(run, EN), EN("supply.gust"))
    wind = run["wind"]
    for t_s, y in list(zip(seconds(run, list(line.x)), line.y, strict=True))[::40]:
        assert y == pytest.approx(wind["gust_ms"][wind["t_s"] == t_s].max(), abs=0.051)


def test_bars_of_calls_add_up_to_the_calls_offered(run: Run) -> None:
    figure = calls_figure(run, EN)
    bars = [each for each in figure.data if each.type == "bar"]
    total = np.sum([each.y for each in bars], axis=0)
    assert total.tolist() == list(trace(figure, EN("calls.offered")).y)
    assert total.sum() == len(run["calls"]["outcome"])


def test_answered_calls_stand_in_the_quarter_in_which_they_rang(run: Run) -> None:
    bar = trace(calls_figure(run, EN), EN("calls.answered"))
    calls, answered = run["calls"], run.manifest.outcomes.index("answered")
    middles = seconds(run, list(bar.x))
    busiest = int(np.argmax(bar.y))
    start = middles[busiest] - 450.0
    rang = (calls["t_offered_s"] >= start) & (calls["t_offered_s"] < start + 900.0)
    assert bar.y[busiest] == int((rang & (calls["outcome"] == answered)).sum())


def test_agents_on_duty_follow_the_shifts(run: Run) -> None:
    line = trace(calls_figure(run, EN), EN("calls.agents"))
    shifts = run["agent_shifts"]
    t_s = 15.0 * 3600.0
    assert level(run, line, t_s) == int(
        ((shifts["t_on_s"] <= t_s) & (t_s < shifts["t_off_s"])).sum()
    )


def test_the_longest_queue_of_a_quarter_is_the_most_callers_waiting_at_once(run: Run) -> None:
    bar = trace(queue_figure(run, EN), EN("queue.length"))
    calls = run["calls"]
    waited = np.isfinite(calls["t_wait_end_s"])
    joins, leaves = calls["t_menu_end_s"][waited], calls["t_wait_end_s"][waited]
    busiest = int(np.argmax(bar.y))
    start = seconds(run, [bar.x[busiest]])[0] - 450.0
    moments = joins[(joins >= start) & (joins < start + 900.0)]
    most = max(int(((joins <= t) & (leaves > t)).sum()) for t in moments)
    assert bar.y[busiest] == most > 0


def test_waits_are_those_of_answered_calls_in_minutes(run: Run) -> None:
    figure = queue_figure(run, EN)
    calls = run["calls"]
    answered = calls["agent"] >= 0
    left, wait = calls["t_menu_end_s"][answered], (calls["t_wait_end_s"] - calls["t_menu_end_s"])
    mean, p90 = trace(figure, EN("queue.mean")), trace(figure, EN("queue.p90"))
    at = int(np.argmax([y or 0.0 for y in mean.y]))
    start = seconds(run, [mean.x[at]])[0] - 450.0
    chosen = wait[answered][(left >= start) & (left < start + 900.0)]
    assert mean.y[at] == pytest.approx(chosen.mean() / 60.0, abs=0.006)
    assert p90.y[at] == pytest.approx(np.quantile(chosen, 0.9) / 60.0, abs=0.006)


def test_crews_of_all_states_add_up_to_the_crews_on_duty(run: Run) -> None:
    figure = crews_figure(run, EN)
    states = run["crew_states"]
    assert "out_of_action" not in states["state"]
    shown = [state for state in CREW_COLOURS if state != "out_of_action"]  # drills only
    assert [each.name for each in figure.data] == [EN.code("crew_state", s) for s in shown]
    t_s = 13.0 * 3600.0
    for state in shown:
        inside = (states["t_from_s"] <= t_s) & (t_s < states["t_to_s"])
        expected = int((inside & (states["state"] == state)).sum())
        assert level(run, trace(figure, EN.code("crew_state", state)), t_s) == expected


def test_crews_stood_down_for_wind_are_hatched(run: Run) -> None:
    line = trace(crews_figure(run, EN), EN.code("crew_state", "stood_down"))
    assert line.fillpattern.shape == "/"
    assert max(line.y) > 0


def test_each_notice_stands_at_its_time_with_the_customers_who_noticed(run: Run) -> None:
    figure = notices_figure(run, EN)
    notices, messages = run["notices"], run["messages"]
    assert sum(len(each.x) for each in figure.data) == len(notices["notice"])
    line = trace(figure, EN.code("template", "estimate"))
    first = np.flatnonzero(notices["template"] == "estimate")[0]
    ours = messages["notice"] == notices["notice"][first]
    assert line.y[0] == messages["noticed"][ours].sum()
    assert seconds(run, [line.x[0]])[0] == pytest.approx(notices["t_submitted_s"][first], abs=0.5)


def test_promises_are_measured_against_the_true_restoration(run: Run) -> None:
    line = trace(promises_figure(run, EN), EN("promises.first"))
    incidents, rows = run["incidents"], run["interruptions"]
    for incident, y in list(zip([each[0] for each in line.customdata], line.y, strict=True))[:4]:
        row = incidents["incident"].tolist().index(incident)
        theirs = set(
            run["beliefs"]["transformer_ix"][run["beliefs"]["incident"] == incident].tolist()
        )
        opened, closed = incidents["t_opened_s"][row], incidents["t_closed_s"][row]
        back = max(
            on
            for ix, off, on in zip(
                rows["transformer_ix"], rows["t_off_s"], rows["t_on_s"], strict=True
            )
            if ix in theirs and off <= closed and on >= opened
        )
        promised = incidents["first_restoration_s"][row]
        assert y == pytest.approx((back - promised) / 3600.0, abs=0.001)


def test_the_map_opens_at_the_moment_most_customers_are_out(run: Run) -> None:
    times, worst = snapshot_times(run, 20)
    rows, customers = run["interruptions"], run["transformers"]["customers"]
    most = max(
        int(rows["customers"][(rows["t_off_s"] <= t) & (t < rows["t_on_s"])].sum())
        for t in rows["t_off_s"]
    )
    assert int(customers[Snapshots(run).at(times[worst]).out_ix].sum()) == most
    figure = county_figure(run, EN)
    assert f"{most:,}" in figure.layout.annotations[0].text


def test_the_slider_has_forty_to_sixty_moments_in_order(run: Run) -> None:
    figure = county_figure(run, EN)
    steps = figure.layout.sliders[0].steps
    assert 40 <= len(steps) <= 60
    assert [step.args[0][0] for step in steps] == [frame.name for frame in figure.frames]
    times, _ = snapshot_times(run, 54)
    assert times == sorted(set(times))
    assert times[0] == 0.0
    assert times[-1] <= run.manifest.end_s


def test_a_frame_shows_what_is_out_and_what_is_believed_out(run: Run) -> None:
    figure = county_figure(run, EN)
    times, _ = snapshot_times(run, 54)
    rows, transformers = run["interruptions"], run["transformers"]
    for i in (5, len(times) // 2, len(times) - 4):
        t_s = times[i]
        out = rows["transformer_ix"][(rows["t_off_s"] <= t_s) & (t_s < rows["t_on_s"])]
        expected = sorted(np.round(transformers["lon"][np.unique(out)], 4).tolist())
        assert sorted(figure.frames[i].data[0].x) == expected
        faults = run["faults"]
        open_faults = (faults["t_struck_s"] <= t_s) & (t_s < faults["t_cleared_s"])
        assert len(figure.frames[i].data[2].x) == int(open_faults.sum())


def test_frames_change_the_traces_they_are_made_for(run: Run) -> None:
    figure = county_figure(run, EN)
    names = [figure.data[i].name for i in figure.frames[0].traces]
    assert names == [EN(f"map.{key}") for key in ("true", "believed", "fault", "crew", "typhoon")]


def test_distances_on_the_map_look_alike_in_both_directions(run: Run) -> None:
    axis = county_figure(run, EN).layout.yaxis
    assert axis.scaleanchor == "x"
    assert axis.scaleratio == pytest.approx(1.0 / np.cos(np.radians(27.6)), abs=0.01)


def test_times_on_axes_are_local(run: Run) -> None:
    assert LocalTime("2019-08-09T12:00:00+08:00").axis([0.0, 3600.4, float("nan")]) == [
        "2019-08-09 12:00:00",
        "2019-08-09 13:00:00",
        "",
    ]


@pytest.mark.parametrize("stacked", [False, True])
@pytest.mark.parametrize(("counts", "few"), [([0, 0], True), ([1, 2], True), ([3, 9], False)])
def test_small_counts_have_a_tick_a_whole_number(
    counts: list[int], few: bool, stacked: bool
) -> None:
    figure = base_figure("", "", 300)
    for height in counts:
        figure.add_bar(x=[0, 1], y=[0, height])
    figure.add_scatter(x=[0, 1], y=[50, 80], yaxis="y2")
    figure.update_layout(barmode="stack" if stacked else None)
    count_axis(figure, "Callers")
    axis = figure.layout.yaxis
    assert (axis.dtick, axis.range) == ((1, (0, 5)) if few else (None, None))


def test_stacked_counts_are_added_up() -> None:
    figure = base_figure("", "", 300)
    for _ in range(3):
        figure.add_scatter(x=[0, 1], y=[2, 2], stackgroup="crews")
    count_axis(figure, "Crews")
    assert figure.layout.yaxis.dtick is None


def test_ticks_of_a_small_map_are_not_repeated(run: Run) -> None:
    def digits(tables: Run) -> int:
        return int(county_figure(tables, EN).layout.xaxis.tickformat[1])

    assert digits(run) <= 2
    tables = dict(run.tables)
    for name in ("districts", "sections", "transformers", "faults"):
        columns = dict(tables[name])
        for column, values in columns.items():
            if column.startswith(("lat", "lon")):
                centre = 27.5 if column.startswith("lat") else 119.7
                columns[column] = centre + (values - centre) * 0.01
        tables[name] = columns
    assert digits(replace(run, tables=tables)) == 3
