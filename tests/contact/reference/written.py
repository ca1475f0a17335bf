"""Reference cases as scenario files: each case of a family becomes the text of a scenario.

Nothing here knows a case by its id: a family's function reads the case's parameters (and, where
the set states a rule in words only, its notes), so further cases of the families work as well.
Times of the reference set are minutes, rates per minute.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import exp
from typing import Any

import yaml

Case = Mapping[str, Any]
Section = dict[str, Any]

ENDLESS = {"constant": "1000 d"}
MANY = 100_000
DAYS = 60
"""Longest run a scenario may ask for, days."""
CALLS = 150_000
"""About so many calls a run of a steady state."""


@dataclass(frozen=True)
class Written:
    """Hold a case as a scenario."""

    scenario: Section
    is_daily: bool = False
    """Every day of the run is one independent copy of the case, which starts empty."""
    loads: dict[str, float] = field(default_factory=dict)
    """Known means that take luck out of estimates: call type → fresh calls a minute;"""
    handles_s: dict[str, float] = field(default_factory=dict)
    """call type → mean handle time, s."""

    @property
    def text(self) -> str:
        """Return the scenario file."""
        return yaml.safe_dump(self.scenario, sort_keys=False)


def written(case: Case, calls: int = CALLS) -> Written:
    """Return a reference case as a scenario; a run of a steady state has about so many calls."""
    return FAMILIES[case["family"]]({**case, "calls": calls})


# --- parts of a scenario


def minutes(length: float) -> str:
    return f"{length:.15g} min"


def exponential(rate: float | None) -> Section:
    """Return exponential lengths with a rate per minute; no rate or 0: they never end."""
    return {"exponential": minutes(1.0 / rate)} if rate else ENDLESS


def distribution(given: Case) -> Section:
    """Return a distribution of the reference set."""
    kind = given["dist"]
    if kind == "exponential":
        return {"exponential": minutes(given["mean"])}
    if kind in ("constant", "deterministic"):
        return {"constant": minutes(given.get("value", given.get("mean")))}
    if kind == "uniform":
        return {"uniform": {"low": minutes(given["low"]), "high": minutes(given["high"])}}
    if kind == "erlang":
        return {"erlang": {"stages": given["k"], "mean": minutes(given["mean"])}}
    if kind == "gamma":
        return {"gamma": {"shape": given["shape"], "mean": minutes(given["mean"])}}
    if kind == "weibull":
        return {"weibull": {"shape": given["shape"], "scale": minutes(given["scale"])}}
    if kind.startswith("hyperexp"):
        means = given.get("means") or [1.0 / rate for rate in given["rates"]]
        parts = zip(given.get("probs") or given["p"], means, strict=True)
        return {"mixture": [{"weight": p, "of": {"exponential": minutes(m)}} for p, m in parts]}
    raise ValueError(f"no distribution {kind!r}")


def mean_min(lengths: Section) -> float:
    """Return the mean of handle times, min; only of distributions that state it."""
    ((kind, given),) = lengths.items()
    if kind == "mixture":
        return sum(float(part["weight"]) * mean_min(part["of"]) for part in given)
    stated = given if kind in ("exponential", "constant") else given["mean"]
    return float(str(stated).split()[0])


def call_type(handle: Section, patience: Section = ENDLESS, **more: Any) -> Section:
    return {"handle": handle, "patience": patience, "max_attempts": 1} | more


def all_day(agents: int) -> list[Section]:
    return [{"from": "00:00", "to": "24:00", "agents": agents}]


def centre(types: Section, groups: Section, background: list[Section], **more: Any) -> Section:
    """Return section `contact` without a menu and without limit on trunks."""
    menu = {"time": {"constant": "0 s"}, "report_share": 0}
    return {"trunks": MANY, "menu": menu, "call_types": types, "groups": groups,
            "background": background} | more  # fmt: skip


def within(case: Case) -> Section:
    threshold = case["params"].get("sl_threshold_min")
    return {} if threshold is None else {"service_level_within": minutes(threshold)}


def scenario(case: Case, contact: Section, length_min: float, measure: Section) -> Section:
    length = minutes(length_min)
    return {
        "run": {"name": {"en": case["id"], "zh": case["id"]}, "start": "2026-01-05 00:00",
                "zone": "UTC", "at_least": length, "at_most": length},
        "contact": contact,
        "measure": measure,
    }  # fmt: skip


def steady(case: Case, contact: Section, rates: Mapping[str, float], slow_min: float) -> Written:
    """Return a scenario in steady state.

    rates: call type → fresh calls a minute; slow_min: the longest time the model remembers, about.
    """
    margin = 12.0 * slow_min  # also at the end: what is still in service then is not random
    long = max(case["calls"] / sum(rates.values()), 30.0 * slow_min)
    whole = min(long + 2.0 * margin, DAYS * 1440.0 - 1.0)
    measure = {"warm_up": minutes(margin), "cool_down": minutes(margin), "batches": 1}
    contact["background"] = [
        {"call_type": name, "per_hour": 60.0 * rate} for name, rate in rates.items()
    ]
    handles_s = {
        name: 60.0 * mean_min(each["handle"])
        for name, each in contact["call_types"].items()
        if all(len(group.get("at_once", [1])) == 1 for group in contact["groups"].values())
    }
    return Written(scenario(case, contact, whole, measure), False, dict(rates), handles_s)


def memory_min(rate: float, agents: int, service: float, patience: float | None) -> float:
    """Return about how long a queue remembers: service and patience, or the relaxation time."""
    own = 1.0 / service
    if patience:
        return own + 1.0 / patience
    load = rate / (agents * service)
    return own + 1.0 / (agents * service * (1.0 - load**0.5) ** 2) if load < 1.0 else own


# --- families


def erlang_b(case: Case) -> Written:
    p = case["params"]
    n, load = p["agents"], p["offered_load_erlangs"]
    groups = {"all": {"serves": ["outage"], "roster": all_day(n)}}
    contact = centre({"outage": call_type(exponential(1.0))}, groups, [], trunks=n)
    return steady(case, contact, {"outage": float(load)}, 1.0)


def single(case: Case) -> Written:
    """Write one queue, one pool: M/M/n, with abandonment, finite trunks, balking, any G."""
    p, n, rate = case["params"], case["params"]["agents"], case["params"]["arrival_per_min"]
    theta, mu = p.get("patience_rate_per_min"), p.get("service_per_min")
    handle = exponential(mu) if mu else distribution(p["service"])
    patience = distribution(p["patience"]) if "patience" in p else exponential(theta)
    mu = mu or 1.0 / p["service"]["mean"]
    one = call_type(handle, patience, **balking(case["notes"]))
    groups = {"all": {"serves": ["outage"], "roster": all_day(n)}}
    trunks = p.get("trunks_K") or MANY
    contact = centre({"outage": one}, groups, [], trunks=trunks, **within(case))
    slow = memory_min(rate, n, mu, theta or (0.2 if "patience" in p else None))
    return steady(case, contact, {"outage": rate}, slow)


def balking(notes: str) -> Section:
    """Read the rule of balking, which the set states in words."""
    if found := re.search(r"balks with probability ([\d.]*\d)", notes):
        return {"balks": {"share": float(found[1])}}
    if found := re.search(r"balk probability 1-exp\(-w/([\d.]+)\)", notes):
        tolerated = {"exponential": minutes(float(found[1]))}
        return {"announces": "wait", "balks": {"tolerated_wait": tolerated}}
    return {}


def retrial(case: Case) -> Written:
    p, n, rate = case["params"], case["params"]["agents"], case["params"]["arrival_per_min"]
    mu, theta, gamma = (
        p["service_per_min"], p["patience_rate_per_min"], p["redial_rate_per_min"]
    )  # fmt: skip

    def redial(share: float) -> Section:
        return {"first": share, "later": share, "delay": exponential(gamma)}

    one = call_type(
        exponential(mu), exponential(theta), max_attempts=10_000,
        redial_after_blocked=redial(p["p_redial_after_block"]),
        redial_after_abandoned=redial(p["p_redial_after_abandon"]),
        redial_after_balked=redial(p.get("p_redial_after_balk", 0.0)),
        balks={"share": p.get("p_balk_if_wait", 0.0)},
    )  # fmt: skip
    groups = {"all": {"serves": ["outage"], "roster": all_day(n)}}
    contact = centre({"outage": one}, groups, [], trunks=p["trunks_K"], **within(case))
    slow = memory_min(rate, n, mu, theta) + 5.0 / gamma
    return steady(case, contact, {"outage": rate}, slow)


def priority(case: Case) -> Written:
    p, n, mu = case["params"], case["params"]["agents"], case["params"]["service_per_min"]
    high, low = p["arrival_high_per_min"], p["arrival_low_per_min"]
    thetas = p.get("patience_rate_high"), p.get("patience_rate_low")
    types = {
        "outage": call_type(exponential(mu), exponential(thetas[0]), priority=1),
        "enquiry": call_type(exponential(mu), exponential(thetas[1])),
    }
    groups = {"all": {"serves": ["enquiry", "outage"], "roster": all_day(n)}}
    slow = memory_min(high + low, n, mu, thetas[1])
    contact = centre(types, groups, [], **within(case))
    return steady(case, contact, {"outage": high, "enquiry": low}, slow)


def skill_routing(case: Case) -> Written:
    p = case["params"]
    names = {"A": "outage", "B": "enquiry"}
    types = {
        name: call_type(
            exponential(p[f"service_rate_{letter}"]), exponential(p[f"patience_rate_{letter}"])
        )
        for letter, name in names.items()
    }
    first = p["pool2_takes_first"]
    order = [names[first], *(name for letter, name in names.items() if letter != first)]
    groups = {
        "pool1": {"serves": ["outage"], "roster": all_day(p["pool1_agents"])},
        "pool2": {"serves": order, "roster": all_day(p["pool2_agents"])},
    }
    slow = 1.0 / p["service_rate_A"] + 1.0 / p["patience_rate_B"]
    rates = {name: p[f"arrival_{letter}"] for letter, name in names.items()}
    return steady(case, centre(types, groups, [], **within(case)), rates, slow)


def ivr_trunks(case: Case) -> Written:
    p, n, mu = case["params"], case["params"]["agents"], case["params"]["service_per_min"]
    menu = {
        "time": exponential(p["ivr_rate_per_min"]), "report_share": 0,
        "self_served": {"outage": 1.0 - p["p_to_agent"]},
    }  # fmt: skip
    groups = {"all": {"serves": ["outage"], "roster": all_day(n)}}
    types = {"outage": call_type(exponential(mu))}
    contact = centre(types, groups, [], trunks=p["trunks"], menu=menu)
    rate = p["arrival_per_min"]
    slow = 1.0 / p["ivr_rate_per_min"] + p["trunks"] / (n * mu)
    return steady(case, contact, {"outage": rate}, slow)


def callback(case: Case) -> Written:
    p, n, mu = case["params"], case["params"]["agents"], case["params"]["service_per_min"]
    offer = {"to": "back", "offered_from": p["offer_if_inbound_waiting_at_least"],
             "offered_from_wait": "0 s", "accepted": p["p_accept"]}  # fmt: skip
    dials = {"time": {"constant": "0 s"}, "reached": 1.0, "attempts": 1}
    types = {
        "outage": call_type(
            exponential(mu), exponential(p["patience_rate_per_min"]), priority=1, callback=offer
        ),
        "back": call_type(exponential(mu), dials=dials),
    }
    groups = {"all": {"serves": ["outage", "back"], "roster": all_day(n)}}
    rate = p["arrival_per_min"]
    slow = 4.0 * memory_min(rate, n, mu, p["patience_rate_per_min"])
    return steady(case, centre(types, groups, []), {"outage": rate}, slow)


def chat(case: Case) -> Written:
    p = case["params"]
    total = p["total_completion_rate_by_chats"]
    group = {"serves": ["outage"], "roster": all_day(p["agents"]),
             "at_once": [rate / total[0] for rate in total]}  # fmt: skip
    theta = p["patience_rate_per_min"]
    types = {"outage": call_type(exponential(total[0]), exponential(theta))}
    slow = len(total) / total[-1] + 1.0 / theta
    contact = centre(types, {"all": group}, [])
    return steady(case, contact, {"outage": p["arrival_per_min"]}, slow)


def jackson(case: Case) -> Written:
    p, rate = case["params"], case["params"]["arrival_per_min"]
    repeat = p.get("p_repeat_call", 0.0)
    again = {"solves": 1.0 - repeat, "max_attempts": 10_000} if repeat else {}
    types = {
        "outage": call_type(
            exponential(p["service_rate_tier1"]),
            escalates={"share": p["p_escalate"], "to": "second", "delay": {"constant": "0 s"}},
        ) | again | ({"repeats": {"share": 1.0, "delay": {"constant": "0 s"}}} if repeat else {}),
        "second": call_type(exponential(p["service_rate_tier2"])) | again,
    }  # fmt: skip
    groups = {
        "tier1": {"serves": ["outage"], "roster": all_day(p["agents_tier1"])},
        "tier2": {"serves": ["second"], "roster": all_day(p["agents_tier2"])},
    }
    one = memory_min(rate, p["agents_tier1"], p["service_rate_tier1"], None)
    two = memory_min(rate * p["p_escalate"], p["agents_tier2"], p["service_rate_tier2"], None)
    return steady(case, centre(types, groups, []), {"outage": rate}, one + two)


# --- days that are not steady


def daily(case: Case, contact: Section, entries: list[Section], length_min: float) -> Written:
    """Return a scenario of as many days as fit, or of one where the case fills a day."""
    contact["background"] = entries
    whole_min = DAYS * 1440.0 if length_min <= 720.0 else length_min + 720.0
    measure = {"batches": 1, "every": minutes(length_min)}
    return Written(scenario(case, contact, whole_min, measure), is_daily=True)


_PIECE = re.compile(r"(?P<rate>[^;]+?)(?:/min)? (?:for (?:[\d.]+<=)?t<(?P<high>[\d.]+)|after)")


def rate_pieces(text: str) -> list[tuple[float, float, Callable[[float], float]]]:
    """Return (from, until, rate per minute at t) of a rate stated piece by piece, in min."""
    found, low = [], 0.0
    for part in text.split(";"):
        match = _PIECE.match(part.strip())
        assert match, part
        formula = compile(match["rate"], "rate", "eval")

        def rate(t: float, formula: Any = formula) -> float:
            return float(eval(formula, {"__builtins__": {}}, {"exp": exp, "t": t}))

        high = float(match["high"]) if match["high"] else float("inf")
        found.append((low, high, rate))
        low = high
    return found


def clock(t_min: float) -> str:
    return f"{int(t_min // 60):02d}:{int(t_min % 60):02d}"


def varying(case: Case) -> Written:
    p = case["params"]
    last = p["times_min"][-1]
    entries: list[Section] = []
    for low, high, rate in rate_pieces(p["rate"]):
        n = round(min(high, last) - low)
        if rate(low) == rate(low + 1.0):
            rates = {"every": minutes(n), "per_hour": [60.0 * rate(low)]}
        else:  # straight over each minute of a curve
            points = [60.0 * rate(low + k) for k in range(n + 1)]
            rates = {"every": "1 min", "per_hour": points, "between": "straight"}
        entries.append({
            "name": f"from {low:g}", "call_type": "outage", "rates": {"from": clock(low)} | rates
        })  # fmt: skip
    groups = {"all": {"serves": ["outage"], "roster": all_day(p["agents"])}}
    one = call_type(exponential(p["service_per_min"]), exponential(p["patience_rate_per_min"]))
    contact = centre({"outage": one}, groups, [], **within(case))
    return daily(case, contact, entries, last)


def until(rate: float, length_min: float) -> list[Section]:
    """Return calls at a constant rate in the first part of every day."""
    return [{"call_type": "outage",
             "rates": {"every": minutes(length_min), "per_hour": [60.0 * rate]}}]  # fmt: skip


def shift_change(case: Case) -> Written:
    p = case["params"]
    first, change, then = staffing(p["agents"])
    last = p["times_min"][-1]
    # all go home at night, so that who stayed for a colleague has the own duty again next day
    night = clock(1440.0 if last > 720.0 else last + 600.0)
    whole = {"from": "00:00", "to": night, "agents": min(first, then)}
    part = {"from": "00:00", "to": clock(change), "agents": first - then}
    if then > first:
        part = {"from": clock(change), "to": night, "agents": then - first}
    # who stays comes first: the others leave after the change
    groups = {"all": {"serves": ["outage"], "roster": [whole, part]}}
    rule = {"leaving": "idle_first" if "marked" in p["agents"] else "pool_counter"}
    one = call_type(exponential(p["service_per_min"]), exponential(p["patience_rate_per_min"]))
    contact = centre({"outage": one}, groups, [], **rule)
    return daily(case, contact, until(p["arrival_per_min"], last), last)


def staffing(text: str) -> tuple[int, float, int]:
    """Read '12 for t<60, 8 for 60<=t<=120' as (agents before, time of the change, after)."""
    match = re.match(r"(\d+) for t<([\d.]+), (\d+)", text)
    assert match, text
    return int(match[1]), float(match[2]), int(match[3])


def literature(case: Case) -> Written:
    p = case["params"]
    if "day_min" not in p:
        return single(case)
    groups = {"all": {"serves": ["outage"], "roster": all_day(p["agents"])}}
    one = call_type(exponential(p["service_per_min"]), exponential(p["patience_rate_per_min"]))
    trunks = p.get("trunks_K") or MANY
    contact = centre({"outage": one}, groups, [], trunks=trunks, **within(case))
    return daily(case, contact, until(p["arrival_per_min"], p["day_min"]), p["day_min"])


def doubly_stochastic(case: Case) -> Written:
    p = case["params"]
    groups = {"all": {"serves": ["outage"], "roster": all_day(p["agents"])}}
    one = call_type(exponential(p["service_per_min"]), exponential(p["patience_rate_per_min"]))
    entries = until(p["arrival_per_min_mean"], RANDOM_DAY_MIN)
    entries[0]["day_factor"] = {"gamma_shape": p["gamma_shape"]}
    return daily(case, centre({"outage": one}, groups, []), entries, RANDOM_DAY_MIN)


RANDOM_DAY_MIN = 300.0
"""Calls come so long on each day of random busyness; the first part of it is warm-up."""

FAMILIES: dict[str, Callable[[Case], Written]] = {
    "erlang_b": erlang_b,
    "erlang_c": single,
    "erlang_a": single,
    "mmnkm": single,
    "balking": single,
    "mmn_general_patience": single,
    "ph_service": single,
    "retrial": retrial,
    "priority": priority,
    "skill_routing_N": skill_routing,
    "ivr_trunks": ivr_trunks,
    "callback": callback,
    "chat_concurrency": chat,
    "jackson_tiers": jackson,
    "time_varying": varying,
    "invariance": varying,
    "shift_change": shift_change,
    "literature": literature,
    "doubly_stochastic": doubly_stochastic,
}
"""Family → how its cases are written."""
