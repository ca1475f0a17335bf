"""Triage: whether a report is settled at once as the customer's own matter, rightly or wrongly."""

from __future__ import annotations

from sim.contact.centre import Centre
from sim.engine.sampling import quantile
from sim.engine.streams import Streams
from sim.scenario.low_voltage import Triage

__all__ = ["PhoneTriage"]


class PhoneTriage:
    """Decide what agents and menus make of reports from behind a transformer."""

    def __init__(self, section: Triage, centre: Centre, streams: Streams) -> None:
        self._section, self._centre = section, centre
        self._luck = streams.trait("contact.triage")
        self._again = streams.trait("contact.triage_again")
        self._again_s = quantile(section.calls_again)

    def settles(
        self, customer: int, episode: int, is_own: bool, call_type: int, agent: int
    ) -> bool:
        """Say whether a report is settled without a crew; `agent` -1 for none."""
        share = self.success(call_type, agent) if is_own else self._section.wrong
        return self._luck.of(customer & 0xFFFFFFFF, episode) < share

    def success(self, call_type: int, agent: int) -> float:
        """Return the share of customers' own faults that are recognised in such a call."""
        section = self._section
        if agent >= 0:
            group = self._centre.agents[agent].group
            if group in section.by_group:
                return section.by_group[group]
        name = self._centre.call_types[call_type]
        if name in section.by_call_type:
            return section.by_call_type[name]
        return section.agent if agent >= 0 else section.menu

    def calls_again_s(self, customer: int, episode: int) -> float:
        """Return after what time a customer wrongly sent away calls again."""
        return self._again_s(self._again.of(customer & 0xFFFFFFFF, episode))
