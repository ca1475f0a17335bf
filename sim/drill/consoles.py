"""Consoles: who sits at which seat, what each was told, and what its screen shows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.drill.line import Line
from sim.drill.screens import Deliver, Screen
from sim.world.seats import CONTROLLER, PLAYERS, SEATS, Seats

__all__ = ["Chair", "Consoles", "subscribed"]

_FIGURES_S = 0.1
"""Shortest wall time between two updates."""
_VIEW_S = 0.5
"""Shortest wall time between two updates of everything but the clock."""
_VIEW_LOAD = 5.0
"""Views take at most this part (1 / 5) of the time, however slow the machine."""
_LONG_AGO_S = -1e9


@dataclass(slots=True)
class Chair:
    """Hold who sits at a seat."""

    user: str = ""
    is_connected: bool = False
    last_action_s: float | None = None


class Consoles:
    """Own the screens, inboxes and chairs of all seats."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Take a monotonic wall clock."""
        self._clock = clock
        self.chairs = {seat: Chair() for seat in SEATS}
        self._screens = {seat: Screen() for seat in SEATS}
        self._inboxes: dict[str, list[dict[str, Any]]] = {seat: [] for seat in SEATS}
        self._from_world: dict[str, set[int]] = {seat: set() for seat in SEATS}
        self._figures_s = self._view_s = _LONG_AGO_S

    def subscribe(self, seat: str, deliver: Deliver) -> Callable[[], None]:
        """Send a seat's full view, now if there is one, then its changes; return how to stop."""
        return self._screens[seat].subscribe(deliver)

    def begin_again(self, t_s: float, whole: Callable[[str], Mapping[str, Any]]) -> None:
        """Show another moment as if nothing had been shown: full views, inboxes of that moment."""
        for seat, screen in self._screens.items():
            self._inboxes[seat], self._from_world[seat] = [], set()
            view = dict(whole(seat))
            self._take_in(seat, view.get("inbox", []))
            screen.begin_again(t_s, {**view, "inbox": list(self._inboxes[seat])})
        self.hurry()

    def screen(self, seat: str) -> Screen:
        """Return the screen of a seat."""
        return self._screens[seat]

    def connected(self, seat: str, user: str, is_connected: bool) -> bool:
        """Note who sits at a seat; return whether that is new."""
        chair = self.chairs[seat]
        if (chair.user, chair.is_connected) == (user, is_connected):
            return False
        chair.user, chair.is_connected = user, is_connected
        self.hurry()
        return True

    def post(
        self, seat: str, kind: str, text: Mapping[str, str], t_s: float, *, is_alarm: bool = False
    ) -> None:
        """Put a message into the inbox of a seat."""
        inbox = self._inboxes[seat]
        inbox.append(
            {
                "n": len(inbox) + 1,
                "t_s": round(t_s, 1),
                "kind": kind,
                "text": dict(text),
                "is_alarm": is_alarm,
            }
        )
        self.hurry()

    def post_all(self, kind: str, text: Mapping[str, str], t_s: float) -> None:
        """Put a message into all inboxes."""
        for seat in SEATS:
            self.post(seat, kind, text, t_s)

    def hurry(self) -> None:
        """Show everything at the next chance."""
        self._figures_s = self._view_s = _LONG_AGO_S

    def show(
        self,
        t_s: float,
        clock: Mapping[str, Any],
        view_of: Callable[[str], Mapping[str, Any]] | None,
        *,
        moves: bool,
    ) -> None:
        """Show what it is time to show; nothing but the clock while there is no view."""
        now_s = self._clock()
        if now_s < self._figures_s:
            return
        self._figures_s = now_s + _FIGURES_S
        self.show_part(t_s, "clock", clock)
        if view_of is None or now_s < self._view_s:
            return
        for seat, screen in self._screens.items():
            view = dict(view_of(seat))
            self._take_in(seat, view.get("inbox", []))
            view["inbox"] = list(self._inboxes[seat])
            screen.show(t_s, view)
        took_s = self._clock() - now_s
        # nothing changes while nothing moves: what does, hurries
        self._view_s = now_s + max(_VIEW_S, _VIEW_LOAD * took_s) if moves else float("inf")

    def show_part(self, t_s: float, name: str, value: Any) -> None:
        """Show one part of the view to all seats."""
        for screen in self._screens.values():
            screen.show(t_s, {name: value})

    def rows(self, seats: Seats) -> list[dict[str, Any]]:
        """Return who sits where, for the controller."""
        return [
            {
                "seat": seat,
                "user": chair.user,
                "connected": chair.is_connected,
                "autopilot": seat in PLAYERS and seats.is_autopilot(seat),
                "last_action_s": chair.last_action_s,
            }
            for seat, chair in self.chairs.items()
        ]

    def _take_in(self, seat: str, entries: list[dict[str, Any]]) -> None:
        """Put what the world has for an inbox in one numbering with what the session has."""
        known, inbox = self._from_world[seat], self._inboxes[seat]
        for entry in entries:
            if entry["n"] not in known:
                known.add(entry["n"])
                inbox.append({**entry, "n": len(inbox) + 1})

    def view(self, seat: str, view: Mapping[str, Any], seats: Seats) -> dict[str, Any]:
        """Return a seat's view with what the world does not know of its console."""
        more: dict[str, Any] = {"autopilot": seat in PLAYERS and seats.is_autopilot(seat)}
        if seat == CONTROLLER:
            more["consoles"] = self.rows(seats)
        return {**view, **more}


def subscribed(line: Line, consoles: Consoles, seat: str, deliver: Deliver) -> Callable[[], None]:
    """Subscribe through the line of whoever owns the consoles; return how to stop."""
    stops: list[Callable[[], None]] = []
    gone = threading.Event()

    def begin() -> None:
        if not gone.is_set():
            stops.append(consoles.subscribe(seat, deliver))

    def end() -> None:
        for each in stops:
            each()

    def stop() -> None:
        gone.set()
        line.ask(end)

    line.ask(begin)
    return stop
