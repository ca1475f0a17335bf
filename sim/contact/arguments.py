"""Bounds of the plain numbers that the exact formulas take."""

from __future__ import annotations

import math

__all__ = ["EndlessQueueError", "at_least", "finite", "positive", "share", "whole"]


class EndlessQueueError(ValueError):
    """Say that a queue has no steady state."""

    def __init__(self) -> None:
        super().__init__("the queue grows without end: more calls stay than agents can answer")


def finite(name: str, value: float) -> float:
    """Return the number; raise ValueError when it is none, endless or not a number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name}: expected a finite number, got {value!r}")
    return float(value)


def positive(name: str, value: float) -> float:
    """Return the number; raise ValueError unless it is above 0."""
    if finite(name, value) <= 0:
        raise ValueError(f"{name}: expected a number above 0, got {value!r}")
    return float(value)


def at_least(name: str, value: float, least: float = 0.0) -> float:
    """Return the number; raise ValueError when it is below the least."""
    if finite(name, value) < least:
        raise ValueError(f"{name}: expected {least:g} or more, got {value!r}")
    return float(value)


def share(name: str, value: float) -> float:
    """Return the number; raise ValueError unless it is from 0 to 1."""
    if not 0 <= finite(name, value) <= 1:
        raise ValueError(f"{name}: expected a share from 0 to 1, got {value!r}")
    return float(value)


def whole(name: str, value: int, least: int) -> int:
    """Return the whole number; raise ValueError when it is none or below the least."""
    # numpy's whole numbers count too, 3.0 does not
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ValueError(f"{name}: expected a whole number, got {value!r}")
    number = value.__index__()
    if number < least:
        raise ValueError(f"{name}: expected {least} or more, got {number}")
    return number
