"""Counter hashing: a random number that is a function of whose it is, never of when it is asked.

`mix` is written in integer arithmetic that gives the same bits as plain Python, as numpy arrays
and compiled by numba (all products are masked to 32 bits before they are used), so the contact
kernel and the rest of the world share one definition.
The finalizer is the 32-bit "lowbias32" of Chris Wellons' hash prospector (public domain).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["MASK", "mix", "mix_arrays", "uniform", "uniforms"]

MASK = 0xFFFFFFFF
_GOLDEN = 0x9E3779B9
_M1 = 0x7FEB352D
_M2 = 0x846CA68B


def mix(state: int, value: int) -> int:
    """Fold a whole number (0 to 2**32 - 1) into a 32-bit state and return the new state."""
    h = (state + _GOLDEN) & MASK
    h = (h ^ (value & MASK)) & MASK
    h = h ^ (h >> 16)
    h = (h * _M1) & MASK
    h = h ^ (h >> 15)
    h = (h * _M2) & MASK
    return h ^ (h >> 16)


def mix_arrays(state: NDArray[np.uint64] | int, value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Do what `mix` does for whole arrays of uint64 holding 32-bit numbers."""
    mask = np.uint64(MASK)
    h = (np.asarray(state, dtype=np.uint64) + np.uint64(_GOLDEN)) & mask
    h = h ^ (value & mask)
    h = h ^ (h >> np.uint64(16))
    h = (h * np.uint64(_M1)) & mask
    h = h ^ (h >> np.uint64(15))
    h = (h * np.uint64(_M2)) & mask
    return h ^ (h >> np.uint64(16))


def uniform(bits: int) -> float:
    """Turn 32 bits into a number strictly between 0 and 1."""
    return (bits + 0.5) * 2.0**-32


def uniforms(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Turn arrays of 32 bits into numbers strictly between 0 and 1."""
    return (bits.astype(np.float64) + 0.5) * 2.0**-32
