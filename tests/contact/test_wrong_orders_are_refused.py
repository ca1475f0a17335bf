"""The centre refuses what cannot be: calls in the past, unknown groups, a changed province."""

from __future__ import annotations

import numpy as np
import pytest
from centres import centre_of, simple
from pydantic import ValidationError

from sim.scenario.contact import Background, Contact, Group, Shift


def centre():
    return centre_of(simple(1, {"constant": "1 min"}), transformers=np.array([-1, 0]))


def test_calls_are_not_planned_in_the_past():
    built = centre()
    built.advance(100.0)
    with pytest.raises(ValueError, match=r"from 100\.0 s on"):
        built.plan([50.0], 0, 0.0, 0.0, [1], "outage")
    built.plan([100.0], 0, 0.0, 0.0, [1], "outage")
    built.finish(500.0)
    assert built.counters().answered == 1


@pytest.mark.parametrize("t_s", [np.nan, np.inf])
def test_calls_need_a_time(t_s):
    with pytest.raises(ValueError, match="finite"):
        centre().plan([t_s], 0, 0.0, 0.0, [1], "outage")


def test_calls_need_a_known_group():
    built = centre()
    with pytest.raises(ValueError, match="customer group"):
        built.plan([50.0], 2, 0.0, 0.0, [1], "outage")
    assert built.counters().planned == 0


def test_the_province_does_not_change():
    with pytest.raises(ValueError, match="rest of the province"):
        centre().set_out([0, 1], True)


def test_group_0_must_be_the_province():
    with pytest.raises(ValueError, match="transformer is -1"):
        centre_of(simple(1, {"constant": "1 min"}), transformers=np.array([0, 1]))


def test_a_run_ends_once():
    built = centre()
    built.finish(10.0)
    with pytest.raises(ValueError, match="ended already"):
        built.finish(20.0)


OUTAGE = {"outage": {}}
ALL = {"all": {"serves": ("outage",)}}
WRONG = {
    "groups.all.serves: unknown call type 'fax'; there are outage": {
        "call_types": OUTAGE, "groups": {"all": {"serves": ("outage", "fax")}}, "background": (),
    },
    "no group serves the call type 'enquiry'": {"groups": ALL},
    "groups.all.serves names a call type twice": {
        "call_types": OUTAGE, "groups": {"all": {"serves": ("outage", "outage")}},
        "background": (),
    },
    "standby.near.group: unknown group 'none'; there are general": {
        "standby": {"near": {"group": "none", "agents": 3}},
    },
    "background: unknown call type 'fax'; there are outage, enquiry": {
        "background": ({"call_type": "fax", "per_day": 3},),
    },
    "background has two entries named 'outage'": {
        "background": ({"call_type": "outage", "per_day": 3},) * 2,
    },
}  # fmt: skip


@pytest.mark.parametrize("message", WRONG)
def test_a_wrong_section_is_told_what_is_wrong(message):
    with pytest.raises(ValidationError) as caught:
        Contact.model_validate(WRONG[message])
    assert message in str(caught.value)


def test_parts_of_a_section_are_checked():
    with pytest.raises(ValidationError, match="00:00 to 24:00 for the whole day"):
        Shift.model_validate({"from": "08:00", "to": "08:00", "agents": 1})
    with pytest.raises(ValidationError, match="no weight at any hour"):
        Background(call_type="outage", per_day=1, profile=(0,) * 24)
    with pytest.raises(ValidationError, match="serves"):
        Group.model_validate({"serves": ()})
