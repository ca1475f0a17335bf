"""What the shift supervisor has seen: the queue board half a minute old, tiers, announcement."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.contact.centre import Centre
from sim.engine.facts import (
    AgentsArrived,
    AgentsRelieved,
    AgentsRested,
    AnnouncementSwitched,
    MajorServiceFiled,
    OvertimeAgreed,
    SiteLost,
    SiteRestored,
    StandbyCalled,
    TrunksLimited,
)
from sim.engine.journal import Entry
from sim.engine.sampling import quantile
from sim.scenario.contact import Contact, Menu
from sim.units import MINUTE_S

__all__ = ["BOARD_AGE_S", "Hall"]

BOARD_AGE_S = 30.0
"""Age of the queue board. DRILLS 1.3."""
_WINDOW_S = 15 * MINUTE_S
_HISTORY_MIN = 180


@dataclass(slots=True)
class _Tier:
    """What is known of a standby tier since it was last called."""

    called_s: float = math.nan
    arrived: int = 0
    last_arrival_s: float = math.nan


class Hall:
    """Own what is known of the hall."""

    def __init__(self, section: Contact, centre: Centre) -> None:
        self._section, self._centre = section, centre
        self._tiers = {name: _Tier() for name in section.standby}
        self._usual_s = {name: quantile(tier.delay)(0.5) for name, tier in section.standby.items()}
        self._trunks = [(0.0, section.trunks)]
        self.announcement = ""
        """Name of the text that plays in the menu, '' for none."""
        self.texts = _texts(section.menu)
        self._overtime: dict[str, Any] | None = None
        self._relieved = 0
        self.major_service: dict[str, Any] | None = None
        """The last notice of a major service matter."""
        self._lost: list[str] = []
        self._board: tuple[float, dict[str, Any]] = (-1.0, {})
        self._history: tuple[int, dict[str, list[int]]] = (-1, _no_history())

    def read(self, entry: Entry) -> None:
        """Take one fact."""
        fact = entry.fact
        if isinstance(fact, StandbyCalled):
            # those who came to an earlier call are not called again
            self._tiers[fact.tier] = _Tier(entry.t_s)
        elif isinstance(fact, AgentsArrived):
            tier = self._tiers[fact.tier]
            tier.arrived += fact.agents
            tier.last_arrival_s = entry.t_s
        elif isinstance(fact, AnnouncementSwitched):
            self.announcement = fact.text
        elif isinstance(fact, TrunksLimited):
            self._trunks.append((entry.t_s, fact.trunks))
        else:
            self._read_staff(entry)

    def _read_staff(self, entry: Entry) -> None:
        """Take a fact of the staff, of sites, or of the notice of a major service matter."""
        fact = entry.fact
        if isinstance(fact, OvertimeAgreed):
            t_s = round(entry.t_s, 1)
            self._overtime = {"t_s": t_s, "asked": fact.asked, "agents": fact.agents}
        elif isinstance(fact, MajorServiceFiled):
            times = {"t_s": round(entry.t_s, 1), "until_s": round(entry.t_s + fact.lasts_s, 1)}
            self.major_service = {**times, "customers": fact.customers}
        elif isinstance(fact, AgentsRelieved):
            self._relieved += fact.agents
        elif isinstance(fact, AgentsRested):
            self._relieved -= fact.agents
        elif isinstance(fact, SiteLost):
            self._lost.append(fact.site)
        elif isinstance(fact, SiteRestored):
            self._lost.remove(fact.site)

    def staff(self) -> dict[str, Any]:
        """Return the answer to the last call for overtime, who is at counselling, sites lost."""
        return {
            "overtime": self._overtime,
            "relieved": self._relieved,
            "sites_lost": sorted(set(self._lost)),
        }

    def board(self, now_s: float) -> dict[str, Any]:
        """Return the queue board as it stood half a minute ago."""
        at_s = max(0.0, now_s - BOARD_AGE_S)
        if at_s != self._board[0]:
            self._board = at_s, self._board_at(at_s)
        return self._board[1]

    def _board_at(self, at_s: float) -> dict[str, Any]:
        board = self._centre.board(at_s, _WINDOW_S)
        return {
            "waiting": board.waiting,
            "longest_wait_s": round(board.longest_wait_s, 1),
            "on_duty": board.on_duty,
            "busy": board.busy,
            "idle": board.on_duty - board.busy,
            "trunks_in_use": board.trunks_in_use,
            "trunks": [trunks for t_s, trunks in self._trunks if t_s <= at_s][-1],
            "last_15": {
                "offered": board.offered,
                "answered": board.answered,
                "abandoned": board.abandoned,
                "blocked": board.blocked,
                "self_served": board.self_served,
            },
            "service_level": None if board.service_level is None else round(board.service_level, 4),
        }

    def history(self, now_s: float) -> dict[str, list[int]]:
        """Return the whole minutes of the last hours; counts are of the minute that ends there."""
        minute = int((now_s - BOARD_AGE_S) // MINUTE_S)
        if minute < 1:
            return _no_history()
        if minute != self._history[0]:
            first = max(1, minute - _HISTORY_MIN + 1)
            curves = self._centre.curves(MINUTE_S * np.arange(first, minute + 1, dtype=np.float64))
            self._history = (
                minute,
                {
                    "t_s": [round(t_s) for t_s in curves.t_s.tolist()],
                    "waiting": curves.waiting.tolist(),
                    "on_duty": curves.on_duty.tolist(),
                    "offered": curves.offered.tolist(),
                    "abandoned": curves.abandoned.tolist(),
                },
            )
        return self._history[1]

    def tiers(self, now_s: float) -> list[dict[str, Any]]:
        """Return each standby tier: ready, called, on duty or used; when half are usually there.

        How many will come nobody knows before they sit.
        """
        return [self._tier_row(name, tier, now_s) for name, tier in self._tiers.items()]

    def _tier_row(self, name: str, tier: _Tier, now_s: float) -> dict[str, Any]:
        settings = self._section.standby[name]
        state, arrive_s = "ready", None
        if not math.isnan(tier.called_s):
            latest_s = tier.last_arrival_s if tier.arrived else tier.called_s
            if now_s >= latest_s + settings.duration:
                state = "used"
            elif tier.arrived:
                state = "on_duty"
            else:
                state, arrive_s = "called", round(tier.called_s + self._usual_s[name], 1)
        return {
            "tier": name,
            "agents": settings.agents,
            "state": state,
            "arrived": tier.arrived,
            "arrive_s": arrive_s,
        }


def _texts(menu: Menu) -> list[dict[str, Any]]:
    """Return the announcement's texts to choose from, the one played by default first."""
    usual = menu.text_or_default(None)
    return [
        {
            "text": name,
            "name": {"en": each.name.en, "zh": each.name.zh},
            "words": {"en": each.words.en, "zh": each.words.zh},
            "extra_s": round(each.extra_time, 1),
            "tells_time": each.tells_time,
        }
        for name, each in sorted(menu.announcements.items(), key=lambda pair: pair[0] != usual)
    ]


def _no_history() -> dict[str, list[int]]:
    return {name: [] for name in ("t_s", "waiting", "on_duty", "offered", "abandoned")}
