"""The section `hazards` of a scenario: signed quantities, moments, exclusive keys."""

from datetime import datetime

import pytest
from pydantic import ValidationError

from sim.scenario.hazards import GivenEvent, Hazards, Shift, Typhoon


def test_signed_quantities_keep_their_sign_in_model_units():
    shift = Shift(north="-100 km", east="500 m", time="-6 h")
    assert (shift.north, shift.east, shift.time) == (-100.0, 0.5, -21600.0)


def test_an_empty_section_has_no_typhoon_and_no_events():
    hazards = Hazards()
    assert hazards.typhoon is None
    assert hazards.events == ()
    assert hazards.steady.transformer_per_year == 0.015


def test_a_moment_is_a_duration_or_a_time():
    assert GivenEvent(at="90 min", asset="a").at == 5400.0
    assert GivenEvent(at="2018-07-10 02:00", asset="a").at == datetime(2018, 7, 10, 2)
    assert GivenEvent(at=datetime(2018, 7, 10, 2), asset="a").at == datetime(2018, 7, 10, 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Shift(north="-100"), "'-100' has no unit: write a distance"),
        (lambda: Shift(time="-6 km"), "'km' is not a unit of duration"),
        (lambda: Shift(time="1 h", landfall_at="2018-07-10 19:00"), "either time or landfall_at"),
        (lambda: GivenEvent(at="soon", asset="a"), "expected a time such as '2019-08-10 02:00'"),
        (lambda: GivenEvent(at="-1 h", asset="a"), "'-1 h' is before the start of the run"),
        (
            lambda: GivenEvent(at="1 h", asset="a", kind="brief"),
            "'permanent', 'temporary' or 'supply'",
        ),
        (lambda: Typhoon(track="x", profile="holland"), "'willoughby_2006' or 'holland_1980'"),
        (lambda: Typhoon(track="x", land_share="0 %"), "greater than 0"),
        (lambda: Typhoon(track="x", gust_factor=0.9), "greater than or equal to 1"),
    ],
)
def test_a_wrong_value_is_refused_with_what_would_be_right(make, message):
    with pytest.raises(ValidationError) as error:
        make()
    assert message in str(error.value)
