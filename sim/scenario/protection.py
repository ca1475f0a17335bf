"""Section `protection`: how breakers, reclosers, fuses and automation react to faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Duration, Section, Share, default
from sim.scenario.distributions import Distribution, Lognormal, LognormalShape

__all__ = [
    "Automation",
    "BreakerFailure",
    "EarthFaults",
    "Neutral",
    "Protection",
    "Reclosers",
    "Sectionalisers",
    "VoltageTime",
]

Neutral = Literal["low_resistance", "compensated", "isolated"]
Automation = Literal["none", "voltage_time", "centralised"]
DeadTimes = tuple[Annotated[Duration, Field(gt=0)], ...]


class Reclosers(Section):
    """Sequence of the reclosers (switch kind RECLOSER): fast operations first, then slow ones."""

    fast_operations: Annotated[int, Field(ge=0, le=10, strict=True)] = 2
    """Operations on the fast curve before the slow ones. With `fuses: saving` these also come
    before the fuses of laterals. Assumption (two fast, two slow is a usual North American
    sequence)."""
    fast_delay: Duration = default("0.05 s")
    """From a fault to the open recloser on the fast curve. Assumption (three cycles)."""
    delay: Duration = default("0.3 s")
    """From a fault to the open recloser on the slow curve. Assumption, as `trip_delay`."""
    dead_times: DeadTimes = default(("2 s", "5 s", "15 s"))
    """Pause before each reclosing; with as many reclosings as entries it operates once more than
    that before it locks out. Assumption (four operations)."""
    reset_time: Duration = default("60 s")
    """Time it must stay closed before the sequence starts over. Assumption."""


class Sectionalisers(Section):
    """Counting of the sectionalisers (switch kind SECTIONALISER)."""

    count: Annotated[int, Field(ge=1, le=10, strict=True)] = 3
    """Trips upstream with fault current through it before the first sectionaliser after a recloser
    opens; each further one in a row counts one less, so that the farthest opens first. Never more
    than the reclosings of the device upstream. Assumption (one less than a recloser's four
    operations)."""
    open_delay: Duration = default("0.5 s")
    """From the loss of voltage to the open sectionaliser, within every dead time. Assumption."""
    memory: Duration = default("60 s")
    """A count older than this is forgotten. Assumption."""


class BreakerFailure(Section):
    """Breakers that do not open, and relays that trip too much. Off by default."""

    share: Share = 0.0
    """Share of trips at which a breaker or recloser stays closed. Default: none; IEEE 493 and
    utility surveys give shares far below 1 %."""
    fuse_share: Share = 0.0
    """Share of faults behind the fuse of a line at which it does not clear, and the next device
    upstream trips. Default: none; Billinton and Allan (7.8) have 0.1 in an example."""
    backup_delay: Duration = default("0.3 s")
    """Grading time: so much later the next devices upstream trip for one that failed to open, and
    do not reclose. Assumption (breaker-failure time of 0.2 to 0.5 s)."""
    overreach_share: Share = 0.0
    """Share of faults at which the next device upstream trips together with the right one (wrong
    grading or a relay that misoperates). Default: none."""


class EarthFaults(Section):
    """Single-phase earth faults where the neutral is isolated or compensated.

    With `neutral: low_resistance` they trip like every other fault.
    """

    share: Share = default("70 %")
    """Share of the faults of lines, buses and switches up to `below_kv` that begin as one phase to
    earth. Assumption (70 to 80 % is what textbooks give for overhead networks)."""
    below_kv: Annotated[float, Field(gt=0)] = 100.0
    """Voltage below which `neutral` holds, kV: 110 kV and above is earthed solidly in China."""
    extinguished_share: Share = 0.8
    """Share of temporary earth faults whose arc goes out by itself under voltage, after
    `temporary_clearing`; the others burn until they are dead. Default for a compensated neutral,
    assumption; an isolated one with large capacitive current has less."""
    evolves_per_h: Annotated[float, Field(ge=0, le=1000)] = 0.1
    """Rate, per hour under voltage, at which an earth fault becomes a fault between phases, which
    trips. Assumption."""


class VoltageTime(Section):
    """Voltage-time feeder automation: load-break switches that open without voltage.

    The breaker's first reclosing finds the faulted section, its second restores what lies before.
    """

    open_delay: Duration = default("0.5 s")
    """From the loss of voltage on both sides to the open switch. Assumption."""
    x_time: Annotated[Duration, Field(gt=0)] = default("7 s")
    """X: an open switch closes when one of its sides has had voltage for so long; the switches of
    a feeder stand at different multiples of it, so that one closes at a time. Assumption (7 s is a
    usual setting)."""
    y_time: Annotated[Duration, Field(gt=0)] = default("5 s")
    """Y: voltage lost within this time after closing, or seen for less than this time, locks the
    switch open. Shorter than X. Assumption (5 s is a usual setting)."""
    tie_time: Annotated[Duration, Field(gt=0)] = default("90 s")
    """XL: a tie closes when one of its sides has been without voltage for so long. Must be longer
    than the last switch of the feeder takes. Assumption."""

    @model_validator(mode="after")
    def _y_before_x(self) -> Self:
        if self.y_time >= self.x_time:
            raise ValueError(say("y_time must be shorter than x_time"))
        return self


class Protection(Section):
    """Settings of breakers, reclosers, sectionalisers, fuses and feeder automation.

    The defaults are a low-resistance neutral, fuse blowing and no automation.
    """

    trip_delay: Duration = default("0.3 s")
    """From a fault (or from switching onto one) to the open breaker, relay and breaker together;
    assumption (definite-time overcurrent protection of a feeder). The nearest device upstream acts
    and the others reset; the fuse of a line blows after the same time."""
    dead_times: DeadTimes = default(("2 s",))
    """Pause before each automatic reclosing of a feeder breaker; as many shots as entries, none
    switches reclosing off; assumption (one shot is usual on mixed feeders)."""
    reclaim_time: Duration = default("15 s")
    """Time a breaker must stay closed after reclosing before it may start over with the first
    shot; assumption."""
    temporary_clearing: Distribution = Lognormal(
        lognormal=LognormalShape.model_validate({"median": "0.5 s", "p90": "2 s"})
    )
    """Time without voltage after which a temporary fault is gone by itself, so that nine of ten
    are gone at the first reclosing; assumption."""
    fuse_delay: Duration = default("0.1 s")
    """From a fault in a distribution transformer to its blown fuse; shorter than `trip_delay`, so
    that the feeder stays in; assumption."""
    fuses: Literal["blowing", "saving"] = "blowing"
    """Faults behind the fuse of a lateral: blowing, the fuse blows at once; saving, the recloser or
    feeder breaker upstream trips first, fast, so that a temporary fault clears before the fuse
    melts. Default: blowing, the Chinese practice; saving is a North American one."""
    saving_trips: Annotated[int, Field(ge=0, le=10, strict=True)] = 1
    """With `fuses: saving`: trips of a feeder breaker, after `saving_delay`, before the fuses are
    left to blow; a recloser has its `fast_operations` instead. Assumption."""
    saving_delay: Duration = default("0.05 s")
    """From a fault to the feeder breaker opened to save a fuse; the fuse must melt later.
    Assumption (instantaneous trip, three cycles)."""
    recloser: Reclosers = Reclosers()
    """Sequence of reclosers."""
    sectionaliser: Sectionalisers = Sectionalisers()
    """Counting of sectionalisers."""
    failure: BreakerFailure = BreakerFailure()
    """Breakers that fail to open, relays that misoperate."""
    neutral: Neutral = "low_resistance"
    """How the neutral of the 6 to 66 kV networks is earthed: low_resistance, every earth fault
    trips; compensated (arc suppression coil) or isolated, an earth fault of one phase only raises
    an alarm, and the feeder runs on while it is searched (`control.earth_search`). Default:
    low_resistance, the cable networks of large cities."""
    earth: EarthFaults = EarthFaults()
    """Single-phase earth faults on an isolated or compensated neutral."""
    automation: Automation = "none"
    """Feeder automation: none; voltage_time, load-break switches that act on voltage and time
    alone; centralised, the master station isolates and restores over remote-controlled switches
    after the flags its terminals send. Default: none."""
    automation_of: Mapping[str, Automation] = {}
    """Automation that differs for a district (`luoyang`) or for a feeder, named by its breaker
    (`luoyang/line1@4`). Default: none differs."""
    voltage_time: VoltageTime = VoltageTime()
    """Settings of voltage-time automation."""

    @model_validator(mode="after")
    def _second_reclosing(self) -> Self:
        kinds = {self.automation, *self.automation_of.values()}
        if "voltage_time" in kinds and len(self.dead_times) < 2:
            raise ValueError(
                say("voltage-time automation needs two dead_times: one finds, one restores")
            )
        return self

    def automation_at(self, district: str, breaker: str) -> Automation:
        """Return the automation of a feeder."""
        of_district = self.automation_of.get(district, self.automation)
        return self.automation_of.get(breaker, of_district)
