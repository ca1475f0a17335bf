"""Staff while the run goes on: overtime, counselling, and sites that are lost for a while.

Owner of who was asked and who is away for these reasons; the centre does what is decided here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Literal

from sim.contact.centre import Centre
from sim.engine.clock import Clock
from sim.engine.facts import AgentsRelieved, AgentsRested, OvertimeAgreed, SiteLost, SiteRestored
from sim.engine.journal import NO_CAUSE, Journal
from sim.engine.streams import Streams
from sim.scenario.contact import Contact
from sim.scenario.staffing import SiteLoss
from sim.units import MINUTE_S, Calendar

__all__ = ["Staff"]


class Staff:
    """Carry out what is ordered of, or happens to, many agents at once."""

    def __init__(
        self,
        section: Contact,
        centre: Centre,
        clock: Clock,
        journal: Journal,
        streams: Streams,
        calendar: Calendar,
    ) -> None:
        """Plan the losses of sites that the scenario states."""
        self._section, self._centre = section, centre
        self._clock, self._journal = clock, journal
        self._consent = streams.trait("contact.overtime_consent")
        for loss in section.site_losses:
            at_s = calendar.seconds(loss.at) if isinstance(loss.at, datetime) else loss.at
            clock.call_at(at_s, partial(self._lose_planned, loss))

    # --- overtime

    def could_stay(self, within_s: float | None, stay_s: float | None) -> int:
        """Return how many agents would be asked; None: the times of the scenario."""
        return len(self._ending(*self._times(within_s, stay_s)))

    def ask_overtime(self, within_s: float | None, stay_s: float | None, cause: int) -> None:
        """Ask agents whose shift ends within a time to stay longer, each once a shift's end."""
        within_s, stay_s = self._times(within_s, stay_s)
        asked = self._ending(within_s, stay_s)
        agreed = [
            (agent_ix, end_s)
            for agent_ix, end_s in asked
            if self._consent.of(self._centre.agents[agent_ix].agent, round(end_s / MINUTE_S))
            < self._section.overtime.consent
        ]
        self._journal.write(OvertimeAgreed(len(asked), len(agreed), stay_s), cause)
        for agent_ix, end_s in agreed:
            until_s = end_s + stay_s
            last_duty_s = self._centre.duties.prolong(agent_ix, end_s, until_s)
            # a break or a pause may lie between now and the duty that ends the shift
            stay = partial(self._centre.extend_duties, [agent_ix], until_s)
            if last_duty_s <= self._clock.now:
                stay()
            else:
                self._clock.call_at(last_duty_s, stay)

    def _times(self, within_s: float | None, stay_s: float | None) -> tuple[float, float]:
        usual = self._section.overtime
        return (
            usual.within if within_s is None else within_s,
            usual.stays if stay_s is None else stay_s,
        )

    def _ending(self, within_s: float, stay_s: float) -> list[tuple[int, float]]:
        return self._centre.duties.ending(self._clock.now, within_s, stay_s)

    # --- counselling

    def tired(self, share: float | None) -> list[int]:
        """Return the agents who would go, the most tired first; None: the share of the scenario."""
        usual = self._section.relief
        here = self._centre.agents_on_duty()
        away = set(self._centre.agents_away())
        tiredness = self._centre.tiredness(self._clock.now)
        most = math.ceil((usual.share if share is None else share) * len(here))
        tired = [
            ix
            for ix in here
            if ix not in away and tiredness[ix] >= usual.tired_from and tiredness[ix] > 0.0
        ]
        return sorted(tired, key=lambda ix: (-tiredness[ix], ix))[:most]

    def relieve(self, share: float | None, lasts_s: float | None, cause: int) -> None:
        """Send the most tired agents away for a while; they come back rested."""
        away = self.tired(share)
        lasts_s = self._section.relief.lasts if lasts_s is None else lasts_s
        seq = self._journal.write(AgentsRelieved(len(away), lasts_s), cause)
        self._centre.set_away(away, "finish", self._clock.now)
        self._clock.call_in(lasts_s, partial(self._rested, away, seq))

    def _rested(self, agents: Sequence[int], cause: int) -> None:
        self._centre.rest(agents)
        self._centre.set_back(agents, self._clock.now)
        self._journal.write(AgentsRested(len(agents)), cause)

    # --- sites

    def sites(self) -> dict[str, int]:
        """Return the agents on duty by site, of all sites there are."""
        here = set(self._centre.agents_on_duty())
        names = dict.fromkeys(group.site for group in self._section.groups.values())
        return {name: len(here.intersection(self._centre.agents_at(name))) for name in names}

    def _lose_planned(self, loss: SiteLoss) -> None:
        self.lose_site(loss.site, loss.calls, NO_CAUSE)
        self._clock.call_in(loss.lasts, partial(self.restore_site, loss.site, NO_CAUSE))

    def lose_site(self, site: str, calls: Literal["requeue", "drop"], cause: int) -> int:
        """Let nobody work at a site until it is restored; return the fact.

        calls: `requeue` those in hand, or `drop` them.
        """
        fact = SiteLost(site, self.sites()[site], calls)
        self._centre.set_away(self._centre.agents_at(site), calls, self._clock.now)
        return self._journal.write(fact, cause)

    def restore_site(self, site: str, cause: int) -> None:
        """Let a site be used again, once for each loss."""
        self._centre.set_back(self._centre.agents_at(site), self._clock.now)
        self._journal.write(SiteRestored(site, self.sites()[site]), cause)
