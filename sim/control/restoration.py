"""Restoration times: by rule of thumb first, then from the crew on site, and reviewed in time."""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.control.incidents import Incident
from sim.engine.sampling import quantile
from sim.engine.streams import Streams
from sim.scenario.control import RestorationTimes
from sim.units import MINUTE_S

__all__ = ["Estimator"]


class Estimator:
    """Estimate when the customers of an incident will be back."""

    def __init__(self, section: RestorationTimes, streams: Streams) -> None:
        self.section = section
        self._first = quantile(section.first)
        self._luck = streams.trait("control.first_estimate")

    def first_s(
        self,
        incident: Incident,
        n_ahead: int = 0,
        n_crews: int = 1,
        end_of: Callable[[float, float], float] | None = None,
    ) -> float:
        """Return the first estimate, rounded up to five minutes as people would say it.

        Where the section counts them: `n_ahead` incidents wait for `n_crews` already, and
        `end_of(start_s, work_s)` says when work is done that the wind interrupts.
        """
        work_s = self._first(self._luck.of(incident.id))
        if "queue" in self.section.first_counts:
            work_s += n_ahead * self.section.queue_each / max(n_crews, 1)
        done_s = incident.opened_s + work_s
        if end_of is not None and "stand_down" in self.section.first_counts:
            done_s = end_of(incident.opened_s, work_s)
            if done_s == math.inf:  # nobody knows yet when the wind will fall
                done_s = incident.opened_s + work_s
        return self._rounded(done_s)

    def from_crew_s(self, now_s: float, estimate_s: float) -> float:
        """Return a restoration time from a crew's own estimate, padded."""
        return self._rounded(now_s + (estimate_s - now_s) * (1.0 + self.section.margin))

    def extended_s(self, incident: Incident, now_s: float) -> float:
        """Return the restoration time that replaces one about to pass."""
        if incident.damage and not incident.unrepaired:
            return self._rounded(now_s + self.section.finish_in)
        return self._rounded(now_s + self.section.review_before + self.section.extend_by)

    @staticmethod
    def _rounded(t_s: float) -> float:
        step_s = 5 * MINUTE_S
        return -(-t_s // step_s) * step_s
