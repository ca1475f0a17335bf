"""Small centres, planned callers and runs for the tests of the contact centre."""

from __future__ import annotations

import hashlib
from datetime import datetime

import numpy as np

from sim.contact.centre import Centre
from sim.engine.streams import Streams
from sim.scenario.contact import Contact
from sim.units import Calendar

NO_REDIAL = {"first": 0, "later": 0, "delay": {"constant": "1 min"}}
DAY_AND_NIGHT = {"from": "00:00", "to": "24:00"}
PROVINCE = np.array([-1])
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
