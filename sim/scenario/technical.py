"""Section `contact.technical`: faults of seats, menu and platform, and who repairs them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Duration, Rate, Section, Share, Staff, TimeOfDay, default
from sim.scenario.distributions import Distribution

__all__ = ["Faults", "Technical", "Technicians"]


class Faults(Section):
    """How often one kind of equipment fails, and how long a repair takes."""

    rate: Rate = default("0 per h")
    """Faults; of seats: per seat and hour on duty. Assumption: none."""
    repair: Distribution = default({"lognormal": {"median": "30 min", "p90": "90 min"}})
    """Work of one technician, each fault its own. Assumption."""


class Technicians(Section):
    """Technicians on duty every day between two times of day."""

    from_: Annotated[TimeOfDay, Field(alias="from")]
    """Start, local time."""
    to: TimeOfDay
    """End, local time; up to the start means the next day. A repair begun is finished."""
    people: Staff
    """Technicians on duty; each works on one fault at a time."""


class Technical(Section):
    """Faults of the contact centre's own equipment; none unless a rate is given."""

    seats: Faults = Faults()
    """Single seats: the agent can take no call until the repair; the call in hand is cut."""
    menu: Faults = Faults()
    """The menu: it serves nobody, every caller goes to an agent."""
    platform: Faults = Faults()
    """The platform: all calls in agents' hands are cut, nobody can take another."""
    technicians: tuple[Technicians, ...] = ()
    """Technicians on duty by hours. They take faults in the order in which these came."""
    called_out: Staff = default(2)
    """Technicians who can be called out, one a fault, while nobody is on duty. Assumption."""
    call_out: Distribution = default({"lognormal": {"median": "45 min", "p90": "90 min"}})
    """Time from the call-out to the equipment. Assumption."""
    patrol_every: Annotated[Duration, Field(gt=0)] | None = None
    """Interval of patrols from the start of the run. Default: no patrols."""
    signs: Duration = default("8 h")
    """A fault shows so long before; a patrol within that time may find it. Assumption."""
    finds: Share = default("50 %")
    """Share of the faults with signs that a patrol finds and puts right in time. Assumption."""

    @model_validator(mode="after")
    def _someone_repairs(self) -> Self:
        rates = (self.seats.rate, self.menu.rate, self.platform.rate)
        if any(rates) and not self.called_out and not any(t.people for t in self.technicians):
            raise ValueError(say("nobody repairs: give technicians or called_out"))
        return self
