"""Time and the log: who goes first at one moment, and that a fact meets a consistent world."""

from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.clock import LAST, Clock
from sim.engine.facts import FaultCleared, FaultStruck, RunStarted
from sim.engine.journal import NO_CAUSE, Journal


def note(part: "Part", name: str, clock: Clock) -> None:
    part.log.append((name, clock.now))


STRUCK = FaultStruck("l#1", "l", "permanent", "given", "d")


@dataclass
class Part:
    """A compiled part with events of its own; some must be heard."""

    events: list[float]
    loud: set[float]

    def __post_init__(self) -> None:
        self.log: list[tuple[str, float]] = []

    def advance(self, until_s: float) -> float | None:
        while self.events and self.events[0] <= until_s:
            t_s = self.events.pop(0)
            self.log.append(("part", t_s))
            if t_s in self.loud:
                return t_s
        return None

    def heard(self) -> None:
        self.log.append(("heard", -1.0))


def test_the_part_goes_first_and_orders_go_last_at_one_moment() -> None:
    clock, part = Clock(), Part([1.0, 2.0, 3.0], set())
    clock.take_along(part)
    for priority, name in ((LAST, "order"), (None, "event")):
        more = () if priority is None else (priority,)
        clock.call_at(2.0, lambda name=name: part.log.append((name, clock.now)), *more)
    clock.run(until=2.5)
    assert part.log == [("part", 1.0), ("part", 2.0), ("event", 2.0), ("order", 2.0)]


def test_what_must_be_heard_is_heard_at_its_time() -> None:
    clock, part = Clock(), Part([1.0, 2.0, 3.0], {2.0})
    clock.take_along(part)
    times: list[float] = []
    part.heard = lambda: times.append(clock.now)  # type: ignore[method-assign]
    clock.call_at(10.0, lambda: None)
    clock.run(until=11.0)
    assert times == [2.0]
    assert [t_s for _who, t_s in part.log] == [1.0, 2.0, 3.0]


def test_a_past_time_means_now_and_an_empty_clock_ends() -> None:
    clock = Clock()
    seen: list[float] = []
    clock.call_at(5.0, lambda: clock.call_at(1.0, lambda: seen.append(clock.now)))
    clock.run(until=6.0)
    assert seen == [5.0]


def test_there_is_one_compiled_part() -> None:
    clock = Clock()
    clock.take_along(Part([], set()))
    with pytest.raises(ValueError, match="compiled part already"):
        clock.take_along(Part([], set()))


@given(
    times=st.lists(st.integers(0, 20).map(float), max_size=20),
    loud=st.sets(st.integers(0, 20).map(float)),
    calls=st.lists(st.tuples(st.integers(0, 20).map(float), st.booleans()), max_size=20),
    cuts=st.lists(st.floats(0, 21), max_size=5),
)
@settings(deadline=None, derandomize=True, max_examples=100)
def test_slices_change_nothing(
    times: list[float], loud: set[float], calls: list[tuple[float, bool]], cuts: list[float]
) -> None:
    logs = []
    for stops in ([], sorted(cuts)):
        clock, part = Clock(), Part(sorted(times), set(loud))
        clock.take_along(part)
        for k, (t_s, is_last) in enumerate(calls):
            more = (LAST,) if is_last else ()
            clock.call_at(t_s, partial(note, part, f"call{k}", clock), *more)
        for stop in [*stops, 30.0]:
            while clock.peek() <= stop:
                clock.step()
        logs.append(part.log)
    assert logs[0] == logs[1]


def test_facts_written_by_a_reaction_wait_until_all_have_reacted() -> None:
    order: list[str] = []
    journal = Journal(lambda: 0.0)

    def answer(_fact: object, seq: int) -> None:
        order.append("first")
        journal.write(FaultCleared("l#1", "self"), seq)

    journal.freeze({
        FaultStruck: [answer, lambda _fact, _seq: order.append("second")],
        FaultCleared: [lambda _fact, _seq: order.append("cleared")],
    })  # fmt: skip
    journal.write(STRUCK)
    assert order == ["first", "second", "cleared"]
    assert [(e.seq, e.cause) for e in journal] == [(0, NO_CAUSE), (1, 0)]


def test_a_cause_must_have_happened() -> None:
    journal = Journal(lambda: 0.0)
    for cause in (0, 7):
        with pytest.raises(ValueError, match="has not happened"):
            journal.write(STRUCK, cause)
    assert len(journal) == 0


def test_the_table_of_reactions_is_set_once() -> None:
    journal = Journal(lambda: 0.0)
    journal.freeze({})
    with pytest.raises(ValueError, match="frozen"):
        journal.freeze({})


def test_an_error_in_a_reaction_leaves_the_journal_usable() -> None:
    journal = Journal(lambda: 0.0)

    def broken(_fact: object, _seq: int) -> None:
        raise RuntimeError("model bug")

    journal.freeze({FaultStruck: [broken]})
    with pytest.raises(RuntimeError):
        journal.write(STRUCK)
    assert journal.write(RunStarted("again", 1, 0)) == 1


def test_columns_hold_every_fact_in_order() -> None:
    now = [0.0]
    journal = Journal(lambda: now[0])
    first = journal.write(STRUCK)
    now[0] = 5.0
    journal.write(FaultCleared("l#1", "repaired"), first)
    columns = journal.columns()
    assert columns["seq"].tolist() == [0, 1]
    assert columns["t_s"].tolist() == [0.0, 5.0]
    assert columns["kind"].tolist() == ["FaultStruck", "FaultCleared"]
    assert columns["cause"].tolist() == [-1, 0]
    assert columns["subject"].tolist() == ["l#1", "l#1"]
    assert columns["fields"][1] == '{"fault": "l#1", "how": "repaired"}'
