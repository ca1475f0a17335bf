"""Profiles, size, motion, decay and the moved track of a typhoon."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.hazards import vortex
from sim.hazards.besttrack import read_best_track
from sim.hazards.coast import east_of_coast_deg
from sim.hazards.wind import DEGREE_KM, KNOT_MS, WindField, moved_path, wind_field
from sim.scenario.hazards import Shift, Typhoon
from sim.units import Calendar

TYPHOONS = Path(__file__).parents[2] / "scenarios" / "data" / "typhoons"
MARIA = TYPHOONS / "maria_2018.rsmc.txt"
LEKIMA = TYPHOONS / "lekima_2019.rsmc.txt"
PROFILES = ("holland_1980", "willoughby_2006")
CALENDAR = Calendar(datetime(2018, 7, 10), "Asia/Shanghai")
COUNTY = (np.array([27.56, 27.36]), np.array([119.72, 120.22]))


def field(track=MARIA, calendar=CALENDAR, profile="holland_1980", **shift) -> WindField:
    typhoon = Typhoon(track=track, shift=Shift(**shift), profile=profile)
    return wind_field(typhoon, calendar)


def at_utc(*parts: int) -> float:
    return CALENDAR.seconds(datetime(*parts, tzinfo=UTC))


def test_the_radius_of_maximum_wind_is_that_of_equation_7a():
    # 46.4 exp(-0.0155 * 50 + 0.0169 * 25), worked by hand
    assert vortex.radius_of_maximum_km(50.0, 25.0) == pytest.approx(46.4 * math.exp(-0.3525))


def test_holland_b_of_a_60_hpa_storm_with_50_ms_worked_by_hand():
    # 2500 m2/s2 * 1.15 kg/m3 * e / 6000 Pa
    assert vortex.holland_b(50.0, 60.0) == pytest.approx(1.302510, abs=1e-6)
    assert vortex.holland_b(10.0, 60.0) == 1.0
    assert vortex.holland_b(90.0, 30.0) == 2.5


def ratio(profile: str, r_km):
    if profile == "holland_1980":
        return vortex.holland_ratio(r_km, 40.0, 1.3)
    return vortex.willoughby_ratio(r_km, 40.0, *vortex.willoughby_parameters(45.0, 26.0))


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_is_highest_and_one_at_the_radius_of_maximum_wind(profile):
    r_km = np.arange(0.0, 800.0, 0.5)
    ratios = ratio(profile, r_km)
    assert ratio(profile, np.array([40.0]))[0] == pytest.approx(1.0, abs=1e-12)
    assert r_km[ratios.argmax()] == 40.0
    assert (np.diff(ratios[r_km >= 40.0]) < 0).all()
    assert (np.diff(ratios[r_km <= 40.0]) > 0).sum() > 70
    assert ratios[0] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_strongest_wind_of_the_field_is_the_recorded_maximum(profile):
    wind = field(profile=profile)
    t_s = at_utc(2018, 7, 10, 0)
    degrees = np.linspace(-1.5, 1.5, 301)
    lat, lon = (axis.ravel() for axis in np.meshgrid(24.0 + degrees, 127.2 + degrees))
    strongest = wind.gust_ms(t_s, lat, lon).max() / wind.to_gust
    assert strongest == pytest.approx(90 * KNOT_MS, rel=3e-3)


def test_the_side_right_of_the_motion_is_windier():
    wind = field()
    t_s = at_utc(2018, 7, 10, 12)  # moves west: the right side is north
    offset = 60.0 / DEGREE_KM
    north, south = wind.gust_ms(
        t_s, np.array([25.3 + offset, 25.3 - offset]), np.array([124.0, 124.0])
    )
    assert north > south + 4.0


@pytest.mark.parametrize("profile", PROFILES)
def test_gusts_fall_with_distance_beyond_the_maximum(profile):
    wind = field(profile=profile)
    north = 25.3 + np.arange(60.0, 600.0, 10.0) / DEGREE_KM
    gusts = wind.gust_ms(at_utc(2018, 7, 10, 12), north, np.full(len(north), 124.0))
    assert (np.diff(gusts) < 0).all()


def test_the_default_profile_comes_closer_to_the_recorded_radii():
    def error(profile: str, track) -> float:
        wind = field(track, profile=profile)
        record = read_best_track(track)
        angles = np.radians(np.arange(0.0, 360.0, 30.0))
        errors = []
        for k in np.flatnonzero(~np.isnan(record.radius_50kt_km[:, 0])):
            degrees = record.radius_50kt_km[k].mean() / DEGREE_KM
            lat = record.lat[k] + degrees * np.sin(angles)
            lon = record.lon[k] + degrees * np.cos(angles) / math.cos(math.radians(record.lat[k]))
            t_s = record.utc_s[k] - CALENDAR.start.timestamp()
            mean_ms = wind.gust_ms(t_s, lat, lon).mean() / wind.to_gust
            errors.append(mean_ms / (50 * KNOT_MS) - 1.0)
        return float(np.sqrt(np.mean(np.square(errors))))

    for track in (MARIA, LEKIMA):
        holland, willoughby = (error(profile, track) for profile in PROFILES)
        assert holland < 0.15
        assert holland < willoughby


def test_interpolation_is_exact_at_fixes_and_linear_between():
    path = moved_path(read_best_track(MARIA), Shift(), CALENDAR)

    def at(t_s: float) -> tuple[float, float, float]:
        return tuple(np.interp(t_s, path.t_s, of) for of in (path.lat, path.lon, path.wind_ms))

    first, second = at(at_utc(2018, 7, 11, 0)), at(at_utc(2018, 7, 11, 6))
    assert first == pytest.approx((26.4, 120.0, 85 * KNOT_MS))
    assert second == pytest.approx((26.4, 117.8, 65 * KNOT_MS))
    middle = at(at_utc(2018, 7, 11, 3))
    assert middle == pytest.approx(tuple((a + b) / 2 for a, b in zip(first, second, strict=True)))


def test_the_recorded_landfalls_come_out_within_an_hour():
    # observed, Beijing time: Lekima at Wenling, Maria at Lianjiang
    for track, observed in (
        (LEKIMA, datetime(2019, 8, 10, 1, 45)),
        (MARIA, datetime(2018, 7, 11, 9, 10)),
    ):
        assert abs(field(track).landfall_s - CALENDAR.seconds(observed)) < 3600.0


def test_one_place_and_many_places_agree():
    wind = field()
    t_s = np.arange(0.0, 3 * 86400.0, 4321.0)
    many = wind.gusts_ms(t_s, *COUNTY)
    single = [[wind.gust_ms_at(t, *place) for place in zip(*COUNTY, strict=True)] for t in t_s]
    assert many == pytest.approx(np.array(single), rel=1e-12)


@given(st.floats(-48.0, 48.0))
def test_a_shift_in_time_moves_everything_by_exactly_that(hours):
    shifted, recorded = field(time=f"{hours} h"), field()
    t_s = np.arange(0.0, 3 * 86400.0, 7200.0)
    moved = shifted.gusts_ms(t_s + hours * 3600.0, *COUNTY)
    assert moved == pytest.approx(recorded.gusts_ms(t_s, *COUNTY), rel=1e-9)
    assert shifted.landfall_s == pytest.approx(recorded.landfall_s + hours * 3600.0)


def test_landfall_at_sets_the_landfall_of_the_moved_track():
    when = datetime(2018, 7, 10, 19)
    wind = field(north="-70 km", landfall_at=when)
    assert wind.landfall_s == pytest.approx(CALENDAR.seconds(when))


def test_landfall_at_needs_a_landfall():
    with pytest.raises(InputError, match="does not meet the coast"):
        field(east="3000 km", landfall_at=datetime(2018, 7, 10, 19))


def test_a_moved_storm_passes_as_far_away_as_it_was_moved():
    recorded = moved_path(read_best_track(MARIA), Shift(), CALENDAR)
    moved = moved_path(read_best_track(MARIA), Shift(north="-100 km", east="50 km"), CALENDAR)
    assert (recorded.lat - moved.lat) * DEGREE_KM == pytest.approx(100.0)
    east_km = (moved.lon - recorded.lon) * DEGREE_KM * np.cos(np.radians(moved.lat))
    assert east_km == pytest.approx(50.0)


def test_an_unmoved_storm_decays_only_as_recorded():
    track = read_best_track(LEKIMA)
    path = moved_path(track, Shift(), CALENDAR)
    fixes = np.searchsorted(path.t_s, track.utc_s - CALENDAR.start.timestamp())
    known = ~np.isnan(track.wind_kt)
    assert path.wind_ms[fixes][known] == pytest.approx(track.wind_kt[known] * KNOT_MS)


def test_an_earlier_landfall_weakens_and_a_later_one_never_strengthens():
    track = read_best_track(LEKIMA)
    recorded = moved_path(track, Shift(), CALENDAR)
    inland = moved_path(track, Shift(east="-150 km"), CALENDAR)
    offshore = moved_path(track, Shift(east="150 km"), CALENDAR)
    assert (inland.wind_ms <= recorded.wind_ms).all()
    assert (inland.wind_ms < recorded.wind_ms - 3.0).any()
    assert offshore.wind_ms == pytest.approx(recorded.wind_ms)


def test_decay_over_land_is_that_of_kaplan_and_demaria():
    # the excess over 26.7 kt (as a 10-minute mean) halves in ln 2 / 0.095 h = 7.296 h
    floor = vortex.DECAY_FLOOR_MS
    wind = np.array([floor + 20.0, floor + 20.0, floor - 3.0])
    left = vortex.decayed_ms(wind, np.array([0.0, math.log(2) / 0.095, 10.0]))
    assert left == pytest.approx(np.array([floor + 20.0, floor + 10.0, floor - 3.0]))


def test_towns_and_seas_lie_on_their_side_of_the_coast():
    # Taishun, Hangzhou, Fuzhou, Xuzhou; east of Wenling, Taiwan Strait, Yellow Sea
    lat = np.array([27.56, 30.27, 26.07, 34.2, 28.3, 25.0, 35.0])
    lon = np.array([119.72, 120.15, 119.3, 117.2, 122.0, 119.9, 121.0])
    assert (east_of_coast_deg(lat, lon) < 0).tolist() == [True] * 4 + [False] * 3


def test_it_is_calm_without_a_typhoon_and_outside_its_record():
    calm = wind_field(None, CALENDAR)
    assert calm.gust_ms_at(0.0, 27.5, 119.7) == 0.0
    assert calm.peak_gust_ms(*COUNTY, 0.0, 86400.0).tolist() == [0.0, 0.0]
    late = Calendar(CALENDAR.start.replace(tzinfo=None) + timedelta(days=30), "Asia/Shanghai")
    assert field(calendar=late).gust_ms(0.0, *COUNTY).tolist() == [0.0, 0.0]


def test_the_forecast_is_the_highest_gust_of_the_span():
    wind = field()
    peaks = wind.peak_gust_ms(*COUNTY, 0.0, 48 * 3600.0)
    assert peaks == pytest.approx(
        wind.gusts_ms(np.arange(0.0, 48 * 3600.0 + 1, 600.0), *COUNTY).max(axis=0)
    )
    assert (wind.peak_gust_ms(*COUNTY, 0.0, 6 * 3600.0) < peaks).all()
