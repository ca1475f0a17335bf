"""The centres of the contact bench: the surge day of issue 2, a province day, and a steady load."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from sim.contact.centre import Centre
from sim.engine.streams import Streams
from sim.scenario.contact import Contact
from sim.units import Calendar

AGENTS, TRUNKS = 200, 10**5
HANDLE_S, PATIENCE_S = 240.0, 180.0
DAY_S = 86400.0
END_S = 200_000.0  # long after the last call of a day has ended
_NEVER = {"first": 0, "later": 0, "delay": {"constant": 0}}
_ALL_DAY = {"from": "00:00", "to": "24:00"}


def surge_arrivals(seed):
    """Draw the surge day's calls, s: 20 a minute, 400 from minute 480 to 600, then decaying."""
    rng = np.random.default_rng(seed)
    n = rng.poisson(400 * 1440)
    t_min = np.sort(rng.random(n)) * 1440.0
    decaying = 20.0 + 380.0 * np.exp(-np.maximum(t_min - 600.0, 0.0) / 60.0)
    rate = np.where(t_min < 480.0, 20.0, decaying)
    return t_min[rng.random(n) * 400.0 < rate] * 60.0


def surge_section(agents=AGENTS):
    """One call type, one group, no menu, no redials."""
    return Contact(
        trunks=TRUNKS,
        menu={"time": {"constant": 0}},
        call_types={
            "outage": {
                "handle": {"exponential": f"{HANDLE_S} s"},
                "patience": {"exponential": f"{PATIENCE_S} s"},
                "redial_after_blocked": _NEVER,
                "redial_after_abandoned": _NEVER,
            }
        },
        groups={"all": {"serves": ("outage",), "roster": ({**_ALL_DAY, "agents": agents},)}},
        background=(),
    )


SHARES = {"outage": 0.55, "bill": 0.2, "key": 0.05, "quality": 0.08, "business": 0.07,
          "complaint": 0.05}  # fmt: skip
"""Call types of the province day, each a skill; share of the calls planned."""


def province_section():
    """A menu, three sites that help each other, six skills, redials, standby."""
    again = {"first": 0.5, "later": 0.4, "delay": {"exponential": "8 min"}}
    home = {"outage": "north", "bill": "south", "key": "north", "quality": "east",
            "business": "south", "complaint": "east"}  # fmt: skip
    sites = ("north", "south", "east")

    def call_type(name):
        away = [site for site in sites if site != home[name]]
        return {
            "handle": {"lognormal": {"median": "3 min", "p90": "7 min"}},
            "patience": {"exponential": "4 min"},
            "priority": 10 if name == "key" else 0,
            "priority_gain": 1,
            "routes": [
                {"group": home[name]},
                {"group": away[0], "after": "20 s"},
                {"group": away[1], "after": "60 s", "above": 200},
            ],
            "redial_after_blocked": again,
            "redial_after_abandoned": again,
        }

    def group(site):
        first = tuple(name for name in SHARES if home[name] == site)
        return {
            "serves": first + tuple(name for name in SHARES if home[name] != site),
            "site": site,
            "takes": "oldest",
            "roster": (
                {**_ALL_DAY, "agents": 700},
                {"from": "08:00", "to": "20:00", "agents": 300, "skill": "new"},
            ),
        }

    return Contact(
        trunks=6000,
        menu={
            "time": {"constant": "20 s"},
            "self_served": {"bill": 0.2, "business": 0.1},
            "gives_up": 0.02,
        },
        call_types={name: call_type(name) for name in SHARES},
        groups={site: group(site) for site in sites},
        skills={"new": {}},
        standby={f"near {site}": {"group": site, "agents": 150} for site in sites},
        background=(),
    )


def centre_of(section, seed, until_s):
    start = Calendar(datetime(2020, 1, 1), "Asia/Shanghai")
    return Centre(section, Streams(seed), start, np.array([-1]), until_s)


def province_arrivals(seed, n):
    """Return the times of n planned calls, s, two fifths in a surge, and the call type of each."""
    rng = np.random.default_rng(seed)
    surge_s = rng.choice(surge_arrivals(seed), n) + rng.random(n) * 60.0
    times_s = np.sort(np.where(rng.random(n) < 0.6, rng.random(n) * DAY_S, surge_s))
    return times_s, rng.choice(len(SHARES), n, p=list(SHARES.values()))


def steady_arrivals(seed, n, agents):
    """Return n times of calls, s, that keep agents just too busy."""
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.exponential(HANDLE_S / agents / 1.1, n))
