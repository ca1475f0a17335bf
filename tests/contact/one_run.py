"""Run one busy centre and print the digest of its tables: for processes with other settings.

python one_run.py [without-numba]
"""

from __future__ import annotations

import sys
import warnings

if "without-numba" in sys.argv:
    sys.modules["numba"] = None  # importing it now fails

import numpy as np
from centres import centre_of, result

from sim.scenario.contact import Contact

SECTION = Contact(
    trunks=30,
    agent_spread=0.2,
    standby={"near": {"group": "general", "agents": 5, "delay": {"exponential": "10 min"}}},
    groups={
        "general": {
            "serves": ("outage", "enquiry"),
            "roster": ({"from": "00:00", "to": "08:00", "agents": 9},
                       {"from": "07:30", "to": "24:00", "agents": 12}),
        }
    },
)  # fmt: skip


def run(section=SECTION, seed=11, n_callers=1500, horizon_s=10 * 3600.0):
    """Run a night with an outage at two: beliefs, announcement and standby change on the way."""
    centre = centre_of(section, seed, horizon_s, transformers=np.array([-1, 0, 0, 1]))
    rng = np.random.default_rng(seed)
    centre.advance(7200.0)
    groups = rng.integers(1, 4, n_callers)
    centre.plan(
        7200.0 + rng.exponential(3600.0, n_callers), groups, rng.random(n_callers),
        rng.random(n_callers), rng.integers(0, 2**32, n_callers), "outage", 4,
    )  # fmt: skip
    centre.set_out([1, 2, 3], True)
    centre.set_belief([1, 2, 3], 0.8, 0.3, 0.0)
    centre.advance(8000.0)
    centre.call_standby("near", 8000.0)
    centre.set_announced([1, 3], 0.35, 8.0)
    centre.advance(9000.0)
    centre.set_belief([2, 3], 0.8, 0.3, 0.6)
    centre.advance(12000.0)
    centre.set_out([1], False)
    centre.finish(horizon_s)
    return centre


if __name__ == "__main__":
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        print(result(run()))
    print(len(caught), *(each.message for each in caught))
