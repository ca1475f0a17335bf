"""When and how planned work is done: windows of the day, cheapest option, jobs made one outage.

Pure functions of jobs, options and customers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sim.scenario.planned import OptionName, Planned, WorkOption
from sim.units import DAY_S, HOUR_S, Calendar

__all__ = ["Job", "Quote", "cheapest", "coordinated", "first_start", "quote"]


@dataclass(frozen=True, slots=True)
class Job:
    """One job, or several made one: what it needs."""

    id: str
    members: tuple[str, ...]
    """Ids of the jobs in it."""
    assets: tuple[str, ...]
    departments: tuple[str, ...]
    feeder: int
    """Breaker of its feeder."""
    earliest_s: float
    duration_s: float
    option: str
    """auto, or the option asked for."""
    kind: str
    notice_s: float | None


@dataclass(frozen=True, slots=True)
class Quote:
    """What an option of a job would take."""

    option: OptionName
    start_s: float
    duration_s: float
    customers_out: int
    cost_yuan: float
    """Crew's cost."""
    weighed_yuan: float
    """With the hours without supply and the complaints."""


def coordinated(jobs: Sequence[Job], within_s: float) -> list[Job]:
    """Return the jobs with those on one feeder and near in time made one outage.

    Departments work side by side: the outage lasts as long as the longest job, and starts when the
    last of them may. Under-voltage jobs stay by themselves.
    """
    result: list[Job] = []
    for job in sorted(jobs, key=lambda each: (each.earliest_s, each.id)):
        mate = next(
            (
                k
                for k, each in enumerate(result)
                if job.option != "live_line"
                and each.option != "live_line"
                and each.feeder == job.feeder
                and job.earliest_s - each.earliest_s <= within_s
                and (each.option == job.option or "auto" in (each.option, job.option))
            ),
            None,
        )
        if mate is None:
            result.append(job)
        else:
            result[mate] = _joined(result[mate], job)
    return result


def _joined(one: Job, other: Job) -> Job:
    notices = [each.notice_s for each in (one, other) if each.notice_s is not None]
    return replace(
        one,
        members=(*one.members, *other.members),
        assets=tuple(dict.fromkeys((*one.assets, *other.assets))),
        departments=tuple(dict.fromkeys((*one.departments, *other.departments))),
        earliest_s=max(one.earliest_s, other.earliest_s),
        duration_s=max(one.duration_s, other.duration_s),
        option=other.option if one.option == "auto" else one.option,
        kind="planned" if "planned" in (one.kind, other.kind) else one.kind,
        notice_s=max(notices) if notices else None,
    )


def first_start(option: WorkOption, from_s: float, duration_s: float, calendar: Calendar) -> float:
    """Return the first time from one on at which work of a duration fits into the daily window.

    Work longer than the window starts with it.
    """
    length_s = (option.end - option.start) % DAY_S or DAY_S
    room_s = max(0.0, length_s - duration_s)
    into_s = (calendar.time_of_day_s(from_s) - option.start) % DAY_S
    return from_s if into_s <= room_s else from_s + DAY_S - into_s


def quote(
    name: OptionName,
    option: WorkOption,
    job: Job,
    from_s: float,
    customers: tuple[int, int],
    section: Planned,
    calendar: Calendar,
) -> Quote:
    """Return what an option would take; `customers` are (without supply, within earshot)."""
    out = 0 if name == "live_line" else customers[0]
    duration_s = job.duration_s * option.duration_factor
    hours = duration_s / HOUR_S
    cost = option.cost_per_h * hours * len(job.members)
    weighed = cost + section.customer_hour * out * hours
    weighed += section.complaint * option.complaint_share * customers[1]
    start_s = first_start(option, from_s, duration_s, calendar)
    return Quote(name, start_s, duration_s, out, cost, weighed)


def cheapest(
    quotes: Iterable[Quote], wanted: str, is_possible: Callable[[Quote], bool]
) -> Quote | None:
    """Return the option asked for, or the cheapest with all weighed; None: none is possible."""
    possible = [each for each in quotes if wanted in ("auto", each.option) and is_possible(each)]
    return min(possible, key=lambda each: (each.weighed_yuan, each.start_s), default=None)
