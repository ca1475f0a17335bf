"""Fragility curves, thresholds drawn before the storm, and the schedule of failures."""

import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from sim.engine.streams import Streams, owner_number
from sim.errors import InputError
from sim.hazards.failures import Assets, Failure, failure_schedule
from sim.hazards.fragility import CURVES, MPH_MS, Parts, draw_thresholds
from sim.hazards.wind import WindField, wind_field
from sim.scenario.hazards import Fragility, GivenEvent, Hazards, Shift, Steady, Typhoon
from sim.units import Calendar

TYPHOONS = Path(__file__).parents[2] / "scenarios" / "data" / "typhoons"
CALENDAR = Calendar(datetime(2018, 7, 10), "Asia/Shanghai")
UNTIL_S = 72 * 3600.0
CALM = Steady(cable_per_km_year=0, overhead_per_km_year=0, transformer_per_year=0)
STORM = Typhoon(
    track=TYPHOONS / "maria_2018.rsmc.txt",
    shift=Shift(north="-70 km", landfall_at=datetime(2018, 7, 10, 19)),
)


def assets(n: int, prefix: str = "hills") -> Assets:
    """Return n overhead sections of 40 spans and one cable, with a transformer each."""
    steps = np.arange(n + 1)
    return Assets(
        sections=tuple(f"{prefix}/line{k}" for k in steps),
        lat=27.4 + 0.3 * np.cos(steps),
        lon=119.9 + 0.3 * np.sin(steps),
        length_km=np.full(n + 1, 3.2),
        is_overhead=steps < n,
        n_spans=np.where(steps < n, 40, 0),
        transformers=tuple(f"{prefix}/dt{k}" for k in steps),
    )


def joined(a: Assets, b: Assets) -> Assets:
    return Assets(
        *(
            getattr(a, name) + getattr(b, name)
            if isinstance(getattr(a, name), tuple)
            else np.concatenate([getattr(a, name), getattr(b, name)])
            for name in Assets.__slots__
        )
    )


def schedule(
    of: Assets, seed: int = 7, typhoon: Typhoon | None = STORM, **sections: object
) -> tuple[Failure, ...]:
    hazards = Hazards(typhoon=typhoon, **sections)
    return failure_schedule(
        hazards,
        assets=of,
        wind=wind_field(hazards.typhoon, CALENDAR),
        streams=Streams(seed),
        calendar=CALENDAR,
        until_s=UNTIL_S,
    )


def test_quanta_curves_give_the_published_table():
    conductor, pole = CURVES["quanta_conductor"].probability, CURVES["quanta_pole"].probability
    for mph, span_share, pole_share in (
        (60, 0.0126, 0.0013),
        (80, 0.0560, 0.0029),
        (100, 0.1775, 0.0067),
        (120, 0.4559, 0.0156),
    ):
        assert conductor(mph * MPH_MS) == pytest.approx(span_share, abs=6e-4)
        # the published value is with the 0.0001 it has without wind
        assert pole(mph * MPH_MS) == pytest.approx(pole_share - 1e-4, abs=6e-5)


def test_an_aged_wood_pole_gives_the_table_of_the_parameters():
    pole = CURVES["wood_pole_40"].probability
    assert pole(120 * MPH_MS) == pytest.approx(0.1261, abs=2e-3)
    assert pole(100 * MPH_MS) == pytest.approx(0.0073, abs=2e-4)


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_and_its_inverse_agree(name):
    curve = CURVES[name]
    for share in (1e-5, 1e-3, 0.02, 0.5, 0.97):
        assert curve.probability(curve.gust_ms(share)) == pytest.approx(share, rel=1e-9)
    assert curve.probability(0.0) == 0.0
    assert curve.probability(300.0) == pytest.approx(1.0, abs=1e-3)


def span_parts(seed: int) -> Parts:
    streams = Streams(seed)
    return Parts("span", 0, CURVES["quanta_conductor"], streams.trait("a"), streams.trait("b"), 0.3)


def test_as_many_spans_fail_as_the_curve_says():
    owners = np.array([owner_number(f"x/line{k}") for k in range(200)], dtype=np.uint64)
    drawn = draw_thresholds(span_parts(3), owners, np.full(200, 100), np.full(200, 35.8))
    expected = 20_000 * CURVES["quanta_conductor"].probability(35.8)
    assert len(drawn.gust_ms) == pytest.approx(expected, abs=3 * math.sqrt(expected))
    assert drawn.gust_ms.max() <= 35.8
    share = drawn.is_temporary.mean()
    assert share == pytest.approx(0.3, abs=3 * math.sqrt(0.21 / len(drawn.gust_ms)))


def test_thresholds_are_those_of_the_keyed_trait_sorted_within_the_section():
    parts = span_parts(5)
    owners = np.array([owner_number(name) for name in ("a/line1", "a/line2")], dtype=np.uint64)
    drawn = draw_thresholds(parts, owners, np.array([60, 90]), np.array([60.0, 60.0]))
    for ix, name in enumerate(("a/line1", "a/line2")):
        mine = drawn.section_ix == ix
        assert mine.sum() > 10
        assert (np.diff(drawn.gust_ms[mine]) >= 0).all()
        for number, gust in zip(drawn.number[mine], drawn.gust_ms[mine], strict=True):
            strength = parts.strength.of(name, int(number))
            assert gust == CURVES["quanta_conductor"].gust_ms(strength)


def test_a_stronger_storm_breaks_all_that_a_weaker_one_breaks():
    weak = {f.failed_id for f in schedule(assets(20), steady=CALM)}
    stronger = STORM.model_copy(update={"land_share": 1.0})
    strong = {f.failed_id for f in schedule(assets(20), typhoon=stronger, steady=CALM)}
    assert len(weak) > 5
    assert weak < strong


def test_the_schedule_is_sorted_and_the_same_again():
    first, again = schedule(assets(20)), schedule(assets(20))
    assert first == again
    assert [f.t_s for f in first] == sorted(f.t_s for f in first)
    assert first != schedule(assets(20), seed=8)


def test_more_assets_change_nobody_elses_failures():
    hills = schedule(assets(20))
    both = schedule(joined(assets(5, "valley"), assets(20)))
    assert tuple(f for f in both if f.asset.startswith("hills/")) == hills
    assert len(both) > len(hills)


def test_another_curve_for_poles_changes_no_span():
    def spans(poles: str) -> list[Failure]:
        fragility = Fragility(poles=poles)
        return [f for f in schedule(assets(20), fragility=fragility) if "pole" not in f.part]

    assert spans("quanta_pole") == spans("none")


def test_a_part_fails_when_the_gust_first_reaches_its_threshold():
    of, wind = assets(20), wind_field(STORM, CALENDAR)
    failures = [f for f in schedule(of, steady=CALM) if f.hazard == "wind"]
    assert failures
    for failure in failures:
        ix = of.sections.index(failure.asset)
        gust = wind.gust_ms_at(failure.t_s, of.lat[ix], of.lon[ix])
        assert gust == pytest.approx(failure.gust_ms, rel=2e-3)
        earlier = wind.peak_gust_ms(of.lat[[ix]], of.lon[[ix]], 0.0, failure.t_s)[0]
        assert earlier <= failure.gust_ms * 1.002


def test_wind_spares_cables_and_poles_never_break_for_a_moment():
    stronger = STORM.model_copy(update={"land_share": 1.0, "gust_factor": 2.5})
    failures = [f for f in schedule(assets(20), typhoon=stronger) if f.hazard == "wind"]
    assert {f.asset for f in failures} == {f"hills/line{k}" for k in range(20)}
    poles = [f for f in failures if f.part.startswith("pole")]
    assert poles
    assert {f.kind for f in poles} == {"permanent"}
    assert {f.kind for f in failures} == {"permanent", "temporary"}


def test_what_the_wind_at_the_start_breaks_was_repaired_before():
    late = Calendar(datetime(2018, 7, 10, 18), "Asia/Shanghai")
    hazards = Hazards(typhoon=STORM, steady=CALM)
    failures = failure_schedule(
        hazards,
        assets=assets(20),
        wind=wind_field(STORM, late),
        streams=Streams(7),
        calendar=late,
        until_s=UNTIL_S,
    )
    assert len(failures) < len(schedule(assets(20), steady=CALM))
    assert all(f.t_s > 0 for f in failures)


def test_a_shift_in_time_moves_wind_failures_by_exactly_that():
    def wind_only(hour: int) -> list[Failure]:
        shift = STORM.shift.model_copy(update={"landfall_at": datetime(2018, 7, 10, hour)})
        return list(
            schedule(assets(20), typhoon=STORM.model_copy(update={"shift": shift}), steady=CALM)
        )

    early, late = wind_only(19), wind_only(22)
    by_id = {f.failed_id: f for f in early}
    assert len(late) >= len(early) > 5
    for failure in late:
        if failure.failed_id in by_id:  # others were broken before the start of the earlier storm
            assert failure.t_s == pytest.approx(by_id[failure.failed_id].t_s + 3 * 3600.0)


def test_steady_failures_come_at_their_rate_and_only_from_their_assets():
    steady = Steady(cable_per_km_year=0, overhead_per_km_year=0, transformer_per_year=60)
    of = assets(300)
    n = sum(len(schedule(of, seed=seed, typhoon=None, steady=steady)) for seed in range(5))
    expected = 5 * 301 * 60 * UNTIL_S / (8760 * 3600)
    assert n == pytest.approx(expected, abs=4 * math.sqrt(expected))
    failures = schedule(of, typhoon=None, steady=steady)
    assert all(f.asset in of.transformers and f.kind == "permanent" for f in failures)
    assert len({f.asset for f in failures}) < len(failures)  # some fail a second time


def test_steady_overhead_faults_are_mostly_temporary_and_cable_faults_never():
    steady = Steady(cable_per_km_year=30, overhead_per_km_year=30, transformer_per_year=0)
    failures = schedule(assets(300), typhoon=None, steady=steady)
    overhead = [f for f in failures if f.asset != "hills/line300"]
    share = sum(f.kind == "temporary" for f in overhead) / len(overhead)
    assert share == pytest.approx(0.8, abs=4 * math.sqrt(0.16 / len(overhead)))
    cable_only = replace(assets(300), is_overhead=np.zeros(301, dtype=bool))
    assert {f.kind for f in schedule(cable_only, typhoon=None, steady=steady)} == {"permanent"}


def test_a_rate_of_the_tables_is_of_lasting_failures_and_only_of_its_asset() -> None:
    steady = CALM.model_copy(update={"temporary_share": 0.75})
    nan = math.nan
    of = replace(
        assets(2), section_per_year=(900.0, nan, 600.0), transformer_per_year=(nan, 300.0, nan)
    )
    found = [f for k in range(5) for f in schedule(of, seed=k, typhoon=None, steady=steady)]
    assert {f.asset for f in found} == {"hills/line0", "hills/line2", "hills/dt1"}
    years = 5 * UNTIL_S / 3600 / 8760
    for asset, kind, rate in (
        ("hills/line0", "permanent", 900.0),
        ("hills/line0", "temporary", 2700.0),
        ("hills/line2", "permanent", 600.0),
        ("hills/dt1", "permanent", 300.0),
    ):
        n = sum((f.asset, f.kind) == (asset, kind) for f in found)
        assert abs(n - rate * years) < 3 * math.sqrt(rate * years)


def test_given_events_come_at_their_time_after_the_start_or_by_the_calendar():
    events = (
        GivenEvent(at="6 h", asset="hills/dt0"),
        GivenEvent(at="2018-07-10 02:00", asset="hills/line1/span3", kind="temporary"),
        GivenEvent(at=datetime(2018, 7, 20), asset="hills/line2"),
    )
    assert schedule(assets(3), typhoon=None, steady=CALM, events=events) == (
        Failure(7200.0, "hills/line1", "span3", "temporary", "given"),
        Failure(21600.0, "hills/dt0", "", "permanent", "given"),
    )


@pytest.mark.parametrize("asset", ["hills/line1x", "hills/line1/span40", "hills/line3/span0"])
def test_a_given_event_must_name_an_asset(asset):
    events = (GivenEvent(at="1 h", asset=asset),)
    with pytest.raises(InputError, match=r"^hazards\.events\.0\.asset: .*Did you mean 'hills/li"):
        schedule(assets(3), typhoon=None, steady=CALM, events=events)


def test_a_given_event_before_the_start_is_refused():
    events = (GivenEvent(at="2018-07-09 12:00", asset="hills/dt0"),)
    with pytest.raises(InputError, match=r"hazards\.events\.0\.at: .* before the start"):
        schedule(assets(3), typhoon=None, steady=CALM, events=events)


def test_nothing_fails_without_a_hazard():
    assert schedule(assets(3), typhoon=None, steady=CALM) == ()
    assert isinstance(wind_field(None, CALENDAR), WindField)
