"""When customers call: night and morning, promises kept and broken, outages that come back."""

from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.customers.behaviour import Behaviour
from sim.customers.groups import PROVINCE, form_groups
from sim.engine.clock import Clock
from sim.engine.facts import CallersPlanned, PromiseExpired, RunStarted
from sim.engine.journal import Journal
from sim.engine.streams import Streams
from sim.scenario.customers import Customers
from sim.units import HOUR_S, MINUTE_S, Calendar

MANY = 20_000
CLASS = {"classes": {"all": {"share": 1, "call_share": 0.15}}}


class Phone:
    """Take what a contact centre would: planned calls and beliefs."""

    def __init__(self, n_groups: int) -> None:
        self.batches: list[dict[str, Any]] = []
        self.uninformed = np.ones(n_groups)
        self.informed = np.ones(n_groups)
        self.reached = np.zeros(n_groups)
        self.out = np.zeros(n_groups, dtype=bool)
        self.dropped: list[int] = []

    def plan(self, times_s, group_ix, number, rank, caller_id, call_type, cause):  # type: ignore
        self.batches.append({
            "t_s": np.asarray(times_s), "group": np.asarray(group_ix),
            "number": np.asarray(number), "rank": np.asarray(rank),
            "caller": np.asarray(caller_id), "type": call_type, "cause": cause,
        })  # fmt: skip
        return np.arange(len(np.asarray(times_s)))

    def set_belief(self, group_ix, p_uninformed, p_informed, reached_share):  # type: ignore
        self.uninformed[group_ix] = p_uninformed
        self.informed[group_ix] = p_informed
        self.reached[group_ix] = reached_share

    def set_out(self, group_ix, out):  # type: ignore
        self.out[group_ix] = out

    def drop(self, group_ix):  # type: ignore
        self.dropped += np.asarray(group_ix).tolist()

    def callers(self, batch: int) -> Any:
        """Return the rows of a batch whose calls would be made by what their group believes."""
        rows = self.batches[batch]
        knows = rows["rank"] < self.reached[rows["group"]]
        chance = np.where(knows, self.informed[rows["group"]], self.uninformed[rows["group"]])
        return rows["number"] < chance


class Street:
    """Own the customers of a few transformers on a clock of their own."""

    def __init__(self, *customers: int, start: str = "2021-03-01 10:00", **section: Any) -> None:
        settings = Customers.model_validate({**CLASS, **section})
        self.clock = Clock()
        self.journal = Journal(lambda: self.clock.now)
        self.cause = self.journal.write(RunStarted("street", 1, sum(customers)))
        self.groups = form_groups(settings, customers or (MANY,))
        self.phone = Phone(len(self.groups.customers))
        self.behaviour = Behaviour(
            settings,
            self.groups,
            self.phone,
            self.clock,
            self.journal,
            Calendar(datetime.fromisoformat(start), "Asia/Shanghai"),
            Streams(1),
        )

    def at(self, t_s: float, action: Any, *arguments: Any) -> None:
        self.clock.call_at(t_s, lambda: action(*arguments))

    def lost(self, t_s: float, *transformers: int) -> None:
        self.at(t_s, self.behaviour.supply_lost, list(transformers) or [0], self.cause)

    def restored(self, t_s: float, *transformers: int) -> None:
        self.at(t_s, self.behaviour.supply_restored, list(transformers) or [0])

    def at_once(self) -> "Street":
        self.lost(0.0)
        return self

    def told(self, t_s: float, promise_s: float, share: float = 1.0) -> None:
        groups = self.groups.of([0])
        self.at(t_s, self.behaviour.informed, groups, np.full(len(groups), share), promise_s)
        self.at(promise_s, self.behaviour.promise_passed, groups, promise_s, "n", "i", self.cause)

    def run(self, until_s: float) -> "Street":
        self.clock.run(until=until_s)
        return self

    def planned(self) -> list[tuple[float, str]]:
        return [(e.t_s, e.fact.why) for e in self.journal if isinstance(e.fact, CallersPlanned)]


def near(share: float, n: int, expected: float) -> bool:
    """Say whether a share of n is within four standard deviations of what is expected."""
    return abs(share - expected) < 4.0 * np.sqrt(expected * (1 - expected) / n)


# --- groups


@given(total=st.integers(0, 500), weights=st.lists(st.integers(1, 9), min_size=1, max_size=4))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_classes_share_out_every_customer(total: int, weights: list[int]) -> None:
    shares = {f"c{k}": {"share": w / sum(weights)} for k, w in enumerate(weights)}
    groups = form_groups(Customers.model_validate({"classes": shares}), [total, 7])
    for ix, customers in enumerate((total, 7)):
        mine = groups.of([ix])
        assert groups.customers[mine].sum() == customers
        for g in mine:
            exact = customers * weights[groups.class_ix[g]] / sum(weights)
            assert abs(groups.customers[g] - exact) < 1.0
    assert groups.transformer_ix[PROVINCE] == -1
    assert groups.customers[PROVINCE] == 0
    # every customer has a number of its own
    ends = groups.first_customer + groups.customers
    assert (ends[:-1] == groups.first_customer[1:]).all()


# --- the first round


def test_the_stated_share_calls_by_day_within_the_stated_delay() -> None:
    street = Street(MANY)
    street.lost(HOUR_S)
    street.run(2 * HOUR_S)
    rows = street.phone.batches[0]
    calls = street.phone.callers(0)
    assert near(calls.sum() / MANY, MANY, 0.15)
    delay_s = rows["t_s"][calls] - HOUR_S
    assert delay_s.min() >= MINUTE_S
    assert near((delay_s < 4 * MINUTE_S).mean(), int(calls.sum()), 0.5)
    assert near((delay_s < 40 * MINUTE_S).mean(), int(calls.sum()), 0.9)
    assert len(set(rows["caller"].tolist())) == len(rows["caller"])


def test_a_momentary_outage_makes_no_callers() -> None:
    street = Street(MANY)
    street.lost(HOUR_S)
    street.restored(HOUR_S + 59.0)
    assert street.run(3 * HOUR_S).planned() == []


def test_sleepers_call_in_the_morning() -> None:
    """00:30 is half an hour after the start; people wake from 06:30 to 08:30."""
    street = Street(MANY, start="2021-03-02 00:00")
    street.lost(0.5 * HOUR_S)
    street.run(HOUR_S)
    rows, calls = street.phone.batches[0], street.phone.callers(0)
    t_s = rows["t_s"][calls]
    t_s = t_s[t_s < 12 * HOUR_S]  # a few in a thousand take longer than the night
    assert len(t_s) > 0.99 * calls.sum()
    asleep = t_s >= 6.5 * HOUR_S
    assert near(asleep.mean(), len(t_s), 0.8)
    assert (t_s[asleep] > 8.5 * HOUR_S).mean() < 0.01
    # spread evenly over the two hours
    assert near((t_s[asleep] < 7.5 * HOUR_S).mean(), int(asleep.sum()), 0.5)


def test_the_evening_call_that_falls_into_the_night_waits_too() -> None:
    street = Street(
        MANY,
        start="2021-03-01 22:58",
        calling={"delay": {"constant": "10 min"}},
        night={"asleep_share": 1},
    )
    street.lost(0.0)
    street.run(0.1 * HOUR_S)
    morning_s = 7.5 * HOUR_S + 2 * MINUTE_S
    assert street.phone.batches[0]["t_s"].min() >= morning_s


def test_nobody_sleeps_when_night_has_no_length() -> None:
    street = Street(MANY, start="2021-03-02 00:00", night={"start": "01:00", "end": "01:00"})
    street.lost(HOUR_S)
    street.run(2 * HOUR_S)
    assert np.median(street.phone.batches[0]["t_s"]) == pytest.approx(HOUR_S + 240.0, rel=0.05)


# --- how the outage goes on


def test_further_rounds_come_while_it_lasts_and_are_smaller() -> None:
    street = Street(MANY)
    street.lost(HOUR_S)
    street.restored(10 * HOUR_S)
    street.run(30 * HOUR_S)
    first_s = HOUR_S + MINUTE_S
    assert street.planned() == [
        (first_s, "outage"),
        (first_s + 4 * HOUR_S, "still_out"),
        (first_s + 8 * HOUR_S, "still_out"),
    ]
    n = [int((rows["number"] < 0.15).sum()) for rows in street.phone.batches]
    for later in n[1:]:
        assert near(later / MANY, MANY, 0.4 * 0.15)
    rows = street.phone.batches[1]
    assert rows["t_s"].min() >= first_s + 4 * HOUR_S
    assert rows["t_s"].max() <= first_s + 8 * HOUR_S


def test_whoever_is_restored_does_not_call() -> None:
    street = Street(100, 100)
    street.lost(HOUR_S, 0, 1)
    street.restored(2 * HOUR_S, 0)
    street.run(3 * HOUR_S)
    back, still = street.groups.of([0]), street.groups.of([1])
    assert (street.phone.uninformed[back] == 0).all()
    assert (street.phone.informed[back] == 0).all()
    assert not street.phone.out[back].any()
    assert set(back) <= set(street.phone.dropped)
    assert not set(still) & set(street.phone.dropped)
    assert (street.phone.uninformed[still] == 0.15).all()


@pytest.mark.parametrize(("away_min", "is_same"), [(29, True), (31, False)])
def test_an_outage_that_comes_back_soon_is_the_same_to_the_same_people(
    away_min: float, is_same: bool
) -> None:
    street = Street(MANY)
    street.lost(HOUR_S)
    street.restored(2 * HOUR_S)
    street.lost(2 * HOUR_S + away_min * MINUTE_S)
    street.run(4 * HOUR_S)
    first, second = street.phone.batches
    assert (first["caller"].tolist() == second["caller"].tolist()) is is_same
    assert (first["number"].tolist() == second["number"].tolist()) is is_same


def test_a_round_under_way_dies_with_its_outage() -> None:
    """The first loss's later rounds must not go on in the second outage."""
    street = Street(MANY)
    street.lost(HOUR_S)
    street.restored(2 * HOUR_S)
    street.lost(3 * HOUR_S)
    street.run(8 * HOUR_S)
    again = [t_s for t_s, why in street.planned() if why == "still_out"]
    assert again == [3 * HOUR_S + MINUTE_S + 4 * HOUR_S]


# --- promises


def test_whoever_knows_a_restoration_time_calls_less() -> None:
    street = Street(MANY)
    street.lost(HOUR_S)
    street.told(HOUR_S + 30.0, 5 * HOUR_S, share=0.6)
    street.run(2 * HOUR_S)
    rows, calls = street.phone.batches[0], street.phone.callers(0)
    knows = rows["rank"] < 0.6
    assert near(calls[knows].sum() / (0.6 * MANY), int(0.6 * MANY), 0.15 * 0.45)
    assert near(calls[~knows].sum() / (0.4 * MANY), int(0.4 * MANY), 0.15)


def test_a_broken_promise_brings_those_who_knew_it() -> None:
    street = Street(MANY)
    street.lost(HOUR_S)
    street.told(HOUR_S + 30.0, 2.5 * HOUR_S, share=0.5)
    street.run(3 * HOUR_S)
    expired = [e for e in street.journal if isinstance(e.fact, PromiseExpired)]
    assert [(e.t_s, e.fact.customers) for e in expired] == [(2.5 * HOUR_S, MANY // 2)]
    rows, calls = street.phone.batches[1], street.phone.callers(1)
    assert rows["cause"] == expired[0].seq + 1
    assert (rows["rank"] < 0.5).all()
    assert near(calls.sum() / (MANY / 2), MANY // 2, 0.30)
    delay_s = rows["t_s"][calls] - 2.5 * HOUR_S
    assert near((delay_s < 20 * MINUTE_S).mean(), int(calls.sum()), 1 - np.exp(-1))


def test_a_promise_kept_or_replaced_breaks_nothing() -> None:
    kept = Street(MANY)
    kept.lost(HOUR_S)
    kept.told(HOUR_S + 30.0, 3 * HOUR_S)
    kept.restored(3 * HOUR_S - 1.0)
    replaced = Street(MANY)
    replaced.lost(HOUR_S)
    replaced.told(HOUR_S + 30.0, 3 * HOUR_S)
    replaced.told(2 * HOUR_S, 8 * HOUR_S)
    for street in (kept, replaced):
        street.run(4 * HOUR_S)
        assert {why for _t_s, why in street.planned()} == {"outage"}


def test_two_notices_of_one_time_break_one_promise() -> None:
    street = Street(MANY)
    street.lost(HOUR_S)
    street.told(HOUR_S + 30.0, 3 * HOUR_S)
    street.told(HOUR_S + 90.0, 3 * HOUR_S)
    street.run(4 * HOUR_S)
    assert [why for _t_s, why in street.planned()].count("broken_promise") == 1


def test_a_new_promise_after_a_broken_one_calms_only_its_readers() -> None:
    street = Street(MANY)
    street.lost(HOUR_S)
    street.told(HOUR_S + 30.0, 2 * HOUR_S, share=0.8)
    street.told(2.5 * HOUR_S, 9 * HOUR_S, share=0.3)
    street.run(3 * HOUR_S)
    group = street.groups.of([0])
    assert street.phone.reached[group] == pytest.approx([0.3])
    assert street.phone.informed[group] == pytest.approx([0.15 * 0.45])


def test_nobody_with_supply_is_told() -> None:
    street = Street(MANY)
    street.told(HOUR_S, 3 * HOUR_S)
    street.lost(2 * HOUR_S)
    street.run(4 * HOUR_S)
    assert street.phone.reached.max() == 0.0
    assert {why for _t_s, why in street.planned()} == {"outage"}


# --- the hour, and what they have been through


def callers_of(street: Street, batch: int) -> int:
    """Return how many of a batch would call, as their group believes."""
    return int(street.phone.callers(batch).sum())


def test_the_hour_in_which_the_lights_go_out_changes_the_number_of_callers() -> None:
    busy = [2.0 if hour == 10 else 1.0 for hour in range(24)]
    usual = Street().at_once().run(HOUR_S)
    more = Street(calling={"by_hour": busy}).at_once().run(HOUR_S)
    assert near(callers_of(usual, 0) / MANY, MANY, 0.15)
    assert near(callers_of(more, 0) / MANY, MANY, 0.30)


def test_each_outage_before_adds_callers_up_to_a_number_of_outages() -> None:
    past = {"experience": {"outage_adds": 0.5, "outages_remembered": 2}}
    street = Street(**past)
    for number in range(4):
        street.lost(number * 5 * HOUR_S)
        street.restored(number * 5 * HOUR_S + HOUR_S)
    street.run(20 * HOUR_S)
    firsts = [n for n, (_t, why) in enumerate(street.planned()) if why == "outage"]
    # only the last outage's group is believed out at its end: numbers tell what would have called
    shares = [float(np.mean(street.phone.batches[n]["number"] < 0.15)) for n in firsts]
    sizes = [len(street.phone.batches[n]["number"]) for n in firsts]
    counts = [share * size / MANY for share, size in zip(shares, sizes, strict=True)]
    for count, expected in zip(counts, (0.15, 0.225, 0.30, 0.30), strict=True):
        assert near(count, MANY, expected)


def test_a_broken_promise_costs_the_next_notice_its_effect() -> None:
    street = Street(experience={"promise_costs": 0.6}, calling={"informed_factor": 0.4})
    street.lost(0.0)
    street.told(600.0, 3600.0)
    street.told(4000.0, 90000.0)
    street.run(5000.0)
    group = int(street.groups.of([0])[0])
    # 0.4 of the calls left with full trust; 0.6 of it lost: 0.4 + 0.6 * 0.6
    assert street.phone.informed[group] == pytest.approx(0.15 * 0.76)


def test_without_experience_the_second_promise_works_as_the_first() -> None:
    street = Street(calling={"informed_factor": 0.4})
    street.lost(0.0)
    street.told(600.0, 3600.0)
    street.told(4000.0, 90000.0)
    street.run(5000.0)
    group = int(street.groups.of([0])[0])
    assert street.phone.informed[group] == pytest.approx(0.15 * 0.4)
