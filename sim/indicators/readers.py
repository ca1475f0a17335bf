"""Who noticed a notice, whatever the channel: the channels of a notice taken together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.tables import Columns

__all__ = ["readers"]


def readers(
    messages: Columns,
) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.float64]]:
    """Return (notice, row of groups, customers who noticed it), an entry a notice and group.

    Channels are independent of each other, as in the model: two that were noticed by a and b of n
    customers were noticed by a + b (1 - a / n) together.
    """
    names, notice_ix = np.unique(messages["notice"].astype(str), return_inverse=True)
    groups = messages["group_ix"].astype(np.int64)
    n_groups = int(groups.max(initial=0)) + 1
    pairs, pair_ix = np.unique(notice_ix * n_groups + groups, return_inverse=True)
    missed = np.ones(len(pairs))
    reached = np.zeros(len(pairs))
    channels = messages["channel"].astype(str)
    for channel in np.unique(channels):
        rows = np.flatnonzero(channels == channel)
        noticed = messages["noticed"][rows].astype(float)
        customers = np.maximum(messages["customers"][rows], 1)
        reached[pair_ix[rows]] += noticed * missed[pair_ix[rows]]
        missed[pair_ix[rows]] *= 1.0 - noticed / customers
    notices = names[pairs // n_groups].astype(object)
    return notices, pairs % n_groups, reached
