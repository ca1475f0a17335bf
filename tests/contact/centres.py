"""Small centres, planned callers and runs for the tests of the contact centre."""

from __future__ import annotations

import hashlib
from datetime import datetime

import numpy as np

from sim.contact.centre import Centre
from sim.engine.streams import Streams
from sim.scenario.contact import Contact
from sim.units import Calendar

"""Whether the kernel knows all features of lines, call types and seats; the oracle does."""

NO_REDIAL = {"first": 0, "later": 0, "delay": {"constant": "1 min"}}
DAY_AND_NIGHT = {"from": "00:00", "to": "24:00"}
PROVINCE = np.array([-1])
SURGE_ABANDONED_SHARE = 0.60008  # exact, M_t/M/200+M; issue 2
MENU_OFF = {"time": {"constant": "0 s"}}


def midnight():
    return Calendar(datetime(2020, 1, 1), "Asia/Shanghai")


def simple(agents, handle, patience=None, trunks=10**5, redial=NO_REDIAL, attempts=1, **more):
    """Return a centre of one group: no menu, no background, distributions as written."""
    call_type = {
        "handle": handle,
        "patience": patience or {"constant": "100 d"},
        "redial_after_blocked": redial,
        "redial_after_abandoned": NO_REDIAL,
        "max_attempts": attempts,
    }
    roster = agents if isinstance(agents, tuple) else ({**DAY_AND_NIGHT, "agents": agents},)
    settings = {
        "trunks": trunks,
        "menu": MENU_OFF,
        "call_types": {"outage": call_type},
        "groups": {"all": {"serves": ("outage",), "roster": roster}},
        "background": (),
    }
    return Contact(**(settings | more))


def centre_of(section, seed=1, horizon_s=86400.0, transformers=PROVINCE, calendar=None):
    return Centre(section, Streams(seed), calendar or midnight(), transformers, horizon_s)


def plan_poisson(centre, rng, per_min, until_min):
    """Plan outage callers of the province at a constant rate."""
    n = rng.poisson(per_min * until_min)
    times = np.sort(rng.random(n)) * until_min * 60.0
    centre.plan(times, 0, 0.0, 0.0, rng.integers(0, 2**32, n), "outage")


def surge_day_times(rng):
    """Draw the arrivals of the surge day of issue 2, in s: 97,200 expected."""
    n = rng.poisson(400 * 1440)
    t_min = np.sort(rng.random(n)) * 1440.0
    rate = np.where(t_min < 480, 20.0, np.where(t_min < 600, 400.0, 0.0))
    late = t_min >= 600
    rate[late] = 20.0 + 380.0 * np.exp(-(t_min[late] - 600.0) / 60.0)
    return t_min[rng.random(n) * 400.0 < rate] * 60.0


def surge_day_section():
    return simple(200, {"exponential": "4 min"}, {"exponential": "3 min"})


def digest(*tables):
    """Hash all columns of tables."""
    whole = hashlib.blake2b(digest_size=16)
    for table in tables:
        for name, column in table.items():
            whole.update(name.encode())
            values = column.astype("U") if column.dtype == object else column
            whole.update(np.ascontiguousarray(values).tobytes())
    return whole.hexdigest()


def result(centre):
    return digest(centre.calls(), centre.callers(), centre.agent_shifts())
