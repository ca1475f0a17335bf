"""When lines open and close: the daily hours of lines on the clock of a run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from sim.contact.state import LINE_HOURS
from sim.scenario.lines import Line
from sim.units import DAY_S, Calendar

__all__ = ["changes_of", "hours_rows"]


def changes_of(line: Line, calendar: Calendar, horizon_s: float) -> Iterator[tuple[float, bool]]:
    """Yield (time in s, closed from then on) of a line with hours, its state at the start first."""
    if not line.open:
        return
    midnight = datetime.combine(calendar.start.date(), time.min)
    spans = sorted(
        (
            calendar.seconds(midnight + timedelta(days=day, seconds=hours.from_)),
            calendar.seconds(midnight + timedelta(days=day, seconds=hours.to)),
        )
        for day in range(-1, math.ceil(horizon_s / DAY_S) + 2)
        for hours in line.open
    )
    yield 0.0, not any(opens_s <= 0.0 < closes_s for opens_s, closes_s in spans)
    times = sorted({t_s for span in spans for t_s in span if 0.0 < t_s <= horizon_s})
    for t_s in times:
        yield t_s, not any(opens_s <= t_s < closes_s for opens_s, closes_s in spans)


def hours_rows(changes: Iterable[tuple[float, int, bool]]) -> NDArray[np.void]:
    """Return (time, line_ix, is_closed) as one run of LINE_HOURS rows, in order of time."""
    ordered = sorted(changes)
    rows = np.zeros(len(ordered), dtype=LINE_HOURS)
    rows["t_s"], rows["line_ix"], rows["is_closed"] = zip(*ordered, strict=True)
    rows["has_next"][:-1] = 1
    return rows
