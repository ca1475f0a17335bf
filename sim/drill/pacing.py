"""Pacing: how far the simulated time should be by now, from a wall clock that is handed in.

When the machine is slow, play catches up in small slices, so nobody sees the time jump; a lag too
long to be caught up with decently is forgiven instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable

__all__ = ["FASTEST", "MOST_STEP_S", "SLOWEST", "Pacing"]

SLOWEST, FASTEST = 0.25, 60.0
"""Bounds of the speed: simulated seconds a wall second."""
MOST_STEP_S = 600.0
"""Longest step while paused, s. Assumption: longer ones are play."""
_SLICE_WALL_S = 0.2
"""Play handed out at once, in wall seconds of the present speed."""
_FORGIVEN_WALL_S = 5.0
"""A longer lag is forgiven: after a machine slept nobody wants to live through it in a rush."""


class Pacing:
    """Own the relation between wall time and simulated time; paused at first."""

    def __init__(self, clock: Callable[[], float], t_s: float, end_s: float) -> None:
        """Take a monotonic clock (s), where play stands, and EndEx, which is never passed."""
        self._clock = clock
        self._end_s = end_s
        self._t_s = min(t_s, end_s)
        self._speed = 1.0
        self._is_running = False
        self._step_to_s = -math.inf
        self._anchor()

    @property
    def t_s(self) -> float:
        """Return the simulated time play has reached."""
        return self._t_s

    @property
    def speed(self) -> float:
        """Return the speed: simulated seconds a wall second."""
        return self._speed

    @property
    def is_running(self) -> bool:
        """Say whether time goes on by itself."""
        return self._is_running

    @property
    def is_stepping(self) -> bool:
        """Say whether a step is not through yet."""
        return self._step_to_s > self._t_s

    @property
    def is_through(self) -> bool:
        """Say whether EndEx is reached."""
        return self._t_s >= self._end_s

    def resume(self) -> None:
        """Let time go on; what is left of a step is dropped."""
        self._is_running = True
        self._step_to_s = -math.inf
        self._anchor()

    def pause(self) -> None:
        """Stop the time where play stands."""
        self._is_running = False
        self._step_to_s = -math.inf

    def set_speed(self, speed: float) -> None:
        """Go on at another speed; raise ValueError when it is out of bounds."""
        if not SLOWEST <= speed <= FASTEST:
            raise ValueError(f"the speed must be from {SLOWEST} to {FASTEST}")
        self._speed = speed
        self._anchor()

    def step(self, length_s: float) -> None:
        """Pause, and go ahead by a length at once; raise ValueError when it is out of bounds."""
        if not 0.0 < length_s <= MOST_STEP_S:
            raise ValueError(f"a step must be longer than 0 and at most {MOST_STEP_S} s")
        self.pause()
        self._step_to_s = min(self._t_s + length_s, self._end_s)

    def due_s(self) -> float:
        """Return the simulated time to run to next; never before what was reached."""
        slice_s = _SLICE_WALL_S * self._speed
        if self.is_stepping:
            return min(self._step_to_s, self._t_s + _SLICE_WALL_S * FASTEST)
        if not self._is_running:
            return self._t_s
        wanted_s = self._anchor_t_s + (self._clock() - self._anchor_wall_s) * self._speed
        if wanted_s - self._t_s > _FORGIVEN_WALL_S * self._speed:
            self._anchor()
            wanted_s = self._t_s + slice_s
        return min(max(wanted_s, self._t_s), self._t_s + slice_s, self._end_s)

    def reached(self, t_s: float) -> None:
        """Hear how far the world is."""
        self._t_s = max(self._t_s, min(t_s, self._end_s))

    def _anchor(self) -> None:
        """Count from here on."""
        self._anchor_wall_s, self._anchor_t_s = self._clock(), self._t_s
