"""The loss of a drill, by hand from small tables."""

from typing import Any

import numpy as np
import pytest

from sim.contact.state import (
    ABANDONED,
    ANSWERED,
    BALKED,
    BLOCKED,
    CALLBACK,
    CALLER_STATES,
    LEFT_IN_MENU,
    NOT_REACHED,
    TRANSFERRED,
)
from sim.drill.outcome import outcome
from sim.engine.tables import Columns
from sim.scenario.exercise import LossWeights

HOUR = 3600.0
FROM, TO = HOUR, 3 * HOUR
LOST, DONE = CALLER_STATES.index("lost"), CALLER_STATES.index("done")
FLOATS = ("t_", "restoration_s")


def table(columns: str, *rows: tuple[Any, ...]) -> Columns:
    found: Columns = {}
    for k, name in enumerate(columns.split()):
        values = [row[k] for row in rows]
        kind: Any = float if name.startswith(FLOATS) else np.int64
        found[name] = np.array(values, dtype=object if name in ("notice", "channel") else kind)
    return found


def tables(**given: Columns) -> dict[str, Columns]:
    empty = {
        "interruptions": table("transformer_ix customers t_off_s t_on_s cause"),
        "callers": table("state attempts"),
        "calls": table("caller attempt leg outcome t_end_s cause"),
        "groups": table("transformer_ix", (0,), (1,)),
        "notices": table("notice restoration_s seq"),
        "messages": table("notice channel group_ix customers noticed t_delivered_s"),
    }
    return {**empty, **given}


def loss(**given: Columns):
    return outcome(tables(**given), LossWeights(), FROM, TO)


def test_customer_hours_count_between_the_two_times_only() -> None:
    rows = table(
        "transformer_ix customers t_off_s t_on_s cause",
        (0, 100, 0.0, 1.5 * HOUR, 7),  # half an hour inside
        (1, 10, 2 * HOUR, 9 * HOUR, 8),  # an hour inside
        (1, 10, 0.0, 0.5 * HOUR, 9),  # over before
        (0, 50, 4 * HOUR, 5 * HOUR, 9),  # begins afterwards
    )
    found = loss(interruptions=rows)
    assert found.amounts["customer_hours"] == pytest.approx(60.0)
    assert found.behind["customer_hours"] == ((7, 50.0), (8, 10.0))


def test_a_caller_is_lost_once_with_the_last_attempt() -> None:
    callers = table("state attempts", (LOST, 2), (DONE, 2), (LOST, 1), (LOST, 1))
    calls = table(
        "caller attempt leg outcome t_end_s cause",
        (0, 0, 0, ABANDONED, 1.1 * HOUR, 5),
        (0, 1, 0, BLOCKED, 1.2 * HOUR, 5),  # lost
        (1, 0, 0, ABANDONED, 1.1 * HOUR, 5),
        (1, 1, 0, ANSWERED, 1.3 * HOUR, 5),  # served in the end
        (2, 0, 0, ABANDONED, 0.9 * HOUR, 6),  # before
        (3, 0, 0, ABANDONED, 2.9 * HOUR, 6),  # lost
    )
    found = loss(callers=callers, calls=calls)
    assert found.amounts["lost_callers"] == 2.0
    assert found.amounts["abandoned_calls"] == 3.0
    assert found.behind["lost_callers"] == ((5, 1.0), (6, 1.0))


def test_whoever_goes_unserved_is_lost_but_not_who_was_dialled_unasked() -> None:
    callers = table("state attempts", (LOST, 1), (LOST, 1), (LOST, 1), (LOST, 1), (LOST, 1))
    calls = table(
        "caller attempt leg outcome t_end_s cause",
        (0, 0, 0, BALKED, 1.1 * HOUR, 5),  # lost
        (1, 0, 0, CALLBACK, 1.1 * HOUR, 5),
        (1, 0, 1, NOT_REACHED, 1.2 * HOUR, 5),
        (2, 0, 0, NOT_REACHED, 1.3 * HOUR, 5),  # the centre wanted something of the customer
        (1, 0, 2, NOT_REACHED, 1.3 * HOUR, 5),  # promised a call back that never came: lost
        (3, 0, 0, TRANSFERRED, 1.3 * HOUR, 5),
        (3, 0, 1, ABANDONED, 1.4 * HOUR, 6),  # lost at the second level
        (4, 0, 0, LEFT_IN_MENU, 1.4 * HOUR, 6),  # lost
    )
    found = loss(callers=callers, calls=calls)
    assert found.amounts["lost_callers"] == 4.0
    assert found.behind["lost_callers"] == ((5, 2.0), (6, 2.0))


OUT = table("transformer_ix customers t_off_s t_on_s cause", (0, 100, 0.5 * HOUR, 2.5 * HOUR, 1))


def told(*rows: tuple[float, float, int]) -> dict[str, Columns]:
    """Return notices to group 0: (arrives h, restoration h, readers)."""
    names = [f"n{k}" for k in range(len(rows))]
    return {
        "notices": table(
            "notice restoration_s seq",
            *((n, r[1] * HOUR, 40 + k) for k, (n, r) in enumerate(zip(names, rows, strict=True))),
        ),
        "messages": table(
            "notice channel group_ix customers noticed t_delivered_s",
            *((n, "sms", 0, 100, r[2], r[0] * HOUR) for n, r in zip(names, rows, strict=True)),
        ),
    }


@pytest.mark.parametrize(
    ("notices", "hours"),
    [
        ([(1.0, 2.0, 30)], 0.5 * 30),  # told 2 h, back at 2.5 h
        ([(1.0, 2.6, 30)], 0.0),  # a promise kept
        ([(1.0, 2.0, 30), (1.8, 2.6, 20)], 0.0),  # put right before it passed
        ([(1.0, 2.0, 30), (2.2, 2.6, 20)], 0.2 * 30),  # put right late
        ([(1.0, 2.0, 30), (1.5, 2.1, 20)], 0.4 * 20),  # the later word counts
        ([(0.6, 0.8, 30)], 1.5 * 30),  # wrong since before the first time
        ([(1.0, 0.4, 30)], 0.0),  # a time before the outage began says nothing about it
        ([(1.0, 2.0, 0)], 0.0),  # nobody read it
        ([(1.0, float("nan"), 30)], 0.0),  # no time told
    ],
)
def test_wrong_hours_are_spent_out_under_a_time_that_passed(
    notices: list[tuple[float, float, int]], hours: float
) -> None:
    found = loss(interruptions=OUT, **told(*notices))
    assert found.amounts["wrong_hours"] == pytest.approx(hours)
    assert (found.behind["wrong_hours"] == ()) == (hours == 0.0)


def by_channel(*rows: tuple[str, float, float, int]) -> dict[str, Columns]:
    """Return notices to group 0 of 100: (channel, arrives h, restoration h, readers)."""
    return {
        "notices": table(
            "notice restoration_s seq",
            *((f"n{k}", row[2] * HOUR, 40 + k) for k, row in enumerate(rows)),
        ),
        "messages": table(
            "notice channel group_ix customers noticed t_delivered_s",
            *((f"n{k}", row[0], 0, 100, row[3], row[1] * HOUR) for k, row in enumerate(rows)),
        ),
    }


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        # both told the same wrong time: 30 + 20 of the other 70
        ([("sms", 1.0, 2.0, 30), ("app", 1.0, 2.0, 20)], 0.5 * 44),
        # put right in the app: only those of the 30 who have it know
        ([("sms", 1.0, 2.0, 30), ("app", 1.5, 2.6, 20)], 0.5 * 24),
        # put right by the same channel
        ([("sms", 1.0, 2.0, 30), ("sms", 1.5, 2.6, 30), ("app", 1.5, 2.6, 20)], 0.0),
    ],
)
def test_who_is_put_right_on_another_channel_is_not_misled(
    rows: list[tuple[str, float, float, int]], hours: float
) -> None:
    found = loss(interruptions=OUT, **by_channel(*rows))
    assert found.amounts["wrong_hours"] == pytest.approx(hours)


def test_the_loss_is_the_weighted_sum() -> None:
    weights = LossWeights.model_validate(
        {"customer_hour": 2.0, "lost_caller": 3.0, "wrong_hour": 5.0}
    )
    given = tables(interruptions=OUT, **told((1.0, 2.0, 30)))
    found = outcome(given, weights, FROM, TO)
    assert found.loss == pytest.approx(2.0 * 150.0 + 5.0 * 15.0)
