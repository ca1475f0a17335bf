"""Section `crews`: who repairs, from where, when, how fast, and in which order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.base import Distance, Duration, Section, Share, Speed, Staff, TimeOfDay, default
from sim.scenario.distributions import Distribution, Lognormal

__all__ = ["Crews", "Depot", "RepairTimes", "Shift", "Travel"]


def _lognormal(median: str, p90: str) -> Lognormal:
    return Lognormal.model_validate({"lognormal": {"median": median, "p90": p90}})


class Shift(Section):
    """One daily shift of a depot."""

    start: TimeOfDay
    """Comes on duty."""
    end: TimeOfDay
    """Goes off duty once the job in hand is done; before the start means the next day."""
    crews: Staff
    """Crews on this shift."""


class Depot(Section):
    """A station's crews."""

    shifts: tuple[Shift, ...]
    """Daily shifts."""


class Travel(Section):
    """How crews get about."""

    speed: Annotated[Speed, Field(gt=0)] = default("35 km/h")
    """Mean speed on mountain roads in calm weather. Assumption."""
    road_factor: Annotated[float, Field(ge=1)] = 1.5
    """Road distance over straight distance. Assumption for hilly country; 1.3 in plains."""
    slow_from: Speed = default("10 m/s")
    """Gust from which wind slows travel. Assumption."""
    slowest_share: Annotated[Share, Field(gt=0)] = default("40 %")
    """Share of the calm speed left at the stand-down gust. Assumption."""
    turn_out: Duration = default("10 min")
    """From the order to the vehicle's departure from a depot. Assumption."""


class RepairTimes(Section):
    """Work on site, from the start of repair."""

    overhead: Distribution = _lognormal("2.5 h", "5 h")
    """Overhead section: pole replacement takes 3 to 4 h on site under good conditions
    (nremc.com), a conductor less."""
    cable: Distribution = _lognormal("5 h", "10 h")
    """Cable section. Assumption between the 3 h of lines and the 30 h of full cable repair
    (RBTS, 33 kV)."""
    transformer: Distribution = _lognormal("3 h", "8 h")
    """Distribution transformer: new fuse, or replacement in 10 h (RBTS)."""
    assessment: Duration = default("30 min")
    """Assessment before repair: 30 to 60 min (nremc.com)."""
    starts: Literal["arrival", "isolation"] = "arrival"
    """When repair may start: after `arrival` and assessment, whoever sends the crew having seen to
    the switching; or not before `isolation`: a crew that finds the section not cut off on all sides
    says so, is there for the switching, and begins when control believes it cut off. Assumption:
    arrival."""


class Crews(Section):
    """Repair crews."""

    depots: dict[str, Depot]
    """District id → its crews."""
    travel: Travel = Travel()
    """How crews get about."""
    repair: RepairTimes = RepairTimes()
    """Work on site."""
    patrol_speed: Annotated[Speed, Field(gt=0)] = default("6 km/h")
    """Along the line, on foot and by vehicle. Assumption."""
    switching_time: Duration = default("10 min")
    """To operate one switch on site. Assumption; manual isolation and transfer of a feeder takes
    about 45 min (Ezhou)."""
    stand_down_gust: Speed = default("20 m/s")
    """Crews stop above this gust. Assumption: work aloft stops at wind force 6, mean 10.8 to
    13.8 m/s, which is a gust of about 20 m/s over rough land."""
    priority: Literal["most_customers", "oldest", "customers_per_hour"] = "customers_per_hour"
    """Order of the queue: most customers believed out; oldest first; or customers believed out
    per expected hour of crew time."""
    help_neighbours: bool = True
    """Whether a free crew may take work of another district when that district has no free
    crew. Assumption."""
    help_at_most: Annotated[Distance, Field(gt=0)] | None = None
    """Longest drive to such work, by road. A district without crews of its own needs one within
    this distance. Assumption: no limit."""
