"""A made-up run in the shape of `sim.store.layout`: known numbers, no engine.

It is a drawing of an outage, not a model of one: a gust curve, faults under it, crews in turn, one
queue. Everything follows from the seed, and every table keeps the rules of the layout.
"""

from __future__ import annotations

import heapq
import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from sim.engine import facts as f
from sim.engine.tables import Columns
from sim.experiments.compare import Comparison, compare
from sim.experiments.replicate import Replication
from sim.experiments.thinned import thinned
from sim.indicators.catalogue import measure
from sim.store.layout import TABLES
from sim.store.manifest import Manifest

HOUR = 3600.0
DISTRICTS = (
    ("luoyang", "Luoyang", "罗阳", "urban", 27.557, 119.716),
    ("yayang", "Yayang", "雅阳", "rural", 27.433, 119.935),
    ("siqian", "Siqian", "司前", "remote", 27.690, 119.640),
    ("xiaocun", "Xiaocun", "筱村", "rural", 27.620, 119.860),
    ("sixi", "Sixi", "泗溪", "rural", 27.510, 119.885),
    ("sankui", "Sankui", "三魁", "rural", 27.470, 119.760),
    ("shiyang", "Shiyang", "仕阳", "remote", 27.400, 119.700),
    ("pengxi", "Pengxi", "彭溪", "rural", 27.370, 119.985),
)
CALL_TYPES = ("outage", "billing")
CLASSES = ("residential", "commercial")


@dataclass
class SyntheticRun:
    """Hold the tables and the manifest as a stored run does."""

    tables: dict[str, Columns]
    manifest: Manifest

    def __getitem__(self, name: str) -> Columns:
        return self.tables[name]


@dataclass
class Drawing:
    """Collect rows and facts out of order; put them in order at the end."""

    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {name: [] for name in TABLES}
    )
    events: list[tuple[float, str, f.Fact, str]] = field(default_factory=list)

    def add(self, table: str, **row: Any) -> int:
        self.rows[table].append(row)
        return len(self.rows[table]) - 1

    def say(self, t_s: float, key: str, fact: f.Fact, cause: str = "") -> str:
        self.events.append((t_s, key, fact, cause))
        return key

    def finish(self) -> tuple[dict[str, Columns], dict[str, int]]:
        """Number the facts in the order of time and return all tables and the numbers by key."""
        ordered = sorted(self.events, key=lambda event: event[0])
        seq = {key: number for number, (_, key, _, _) in enumerate(ordered)}
        for number, (t_s, _key, fact, cause) in enumerate(ordered):
            self.add(
                "facts",
                seq=number,
                t_s=t_s,
                kind=type(fact).__name__,
                cause=seq[cause] if cause else -1,
                subject=fact.subject,
                fields=json.dumps(asdict(fact), ensure_ascii=False),
            )
        tables = {name: self._columns(name, seq) for name in TABLES}
        return tables, seq

    def _columns(self, name: str, seq: dict[str, int]) -> Columns:
        kinds: dict[type, Any] = {int: np.int64, float: np.float64, bool: np.bool_, str: object}

        def value(each: Any, kind: type) -> Any:
            return seq[each] if kind is int and isinstance(each, str) else each

        return {
            column: np.array(
                [value(row[column], kind) for row in self.rows[name]], dtype=kinds[kind]
            )
            for column, (kind, _) in TABLES[name].items()
        }


def gust_ms(t_s: float, district: int, peak_s: float = 14 * HOUR) -> float:
    """Return a bell of wind that reaches each district at its own minute."""
    shift = (t_s - peak_s - 600.0 * district) / (6.0 * HOUR)
    return 9.0 + (26.0 + 1.5 * (district % 4)) * math.exp(-(shift**2))


def county_run(
    seed: int = 7,
    n_districts: int = 8,
    n_feeders: int = 6,
    n_on_feeder: int = 15,
    n_faults: int = 90,
    n_agents: int = 24,
    hours: float = 60.0,
) -> SyntheticRun:
    """Draw a whole run; the defaults look like the county, small ones suit a unit test."""
    rng = np.random.default_rng(seed)
    end_s = hours * HOUR
    drawing = Drawing()
    feeders = _grid(drawing, rng, n_districts, n_feeders, n_on_feeder)
    customers = sum(row["customers"] for row in drawing.rows["transformers"])
    drawing.say(0.0, "start", f.RunStarted("county_typhoon", seed, customers))
    _weather(drawing, n_districts, end_s)
    last_s = _outages(drawing, rng, feeders, n_faults, end_s)
    _centre(drawing, rng, n_agents, min(end_s, last_s + 2 * HOUR))
    finish_s = min(end_s, last_s + 2 * HOUR)
    drawing.say(finish_s + 1.0, "end", f.RunEnded("all_restored", 0))
    tables, _ = drawing.finish()
    manifest = Manifest(
        scenario="county_typhoon",
        seed=seed,
        title={"en": "A county in a typhoon", "zh": "台风中的县"},
        notes=({"en": "Coordinates are approximate.", "zh": "坐标为近似值。"},),
        resolved="",
        start="2019-08-09T12:00:00+08:00",
        zone="Asia/Shanghai",
        horizon_s=end_s,
        end_s=finish_s + 1.0,
        call_types=CALL_TYPES,
        customer_classes=CLASSES,
    ).sealed(tables)
    return SyntheticRun(tables, manifest)


def _grid(
    drawing: Drawing, rng: np.random.Generator, n_districts: int, n_feeders: int, n_on_feeder: int
) -> list[list[int]]:
    feeders = []
    for district, (name, en, zh, area, lat, lon) in enumerate(DISTRICTS[:n_districts]):
        first = len(drawing.rows["transformers"])
        for feeder in range(n_feeders):
            angle = 2 * math.pi * (feeder + 0.3 * rng.random()) / n_feeders
            at_lat, at_lon, members = lat, lon, []
            for place in range(n_on_feeder):
                angle += 0.35 * (rng.random() - 0.5)
                step = 0.0045 * (0.6 + 0.8 * rng.random())
                to_lat, to_lon = at_lat + step * math.sin(angle), at_lon + step * math.cos(angle)
                drawing.add(
                    "sections",
                    section=f"{name}.line{feeder}_{place}",
                    district_ix=district,
                    construction="cable" if area == "urban" and place < 5 else "overhead",
                    length_km=0.5,
                    lat_u=at_lat,
                    lon_u=at_lon,
                    lat_v=to_lat,
                    lon_v=to_lon,
                    is_tie=False,
                )
                at_lat, at_lon = to_lat, to_lon
                members.append(
                    drawing.add(
                        "transformers",
                        transformer=f"{name}.tr{feeder}_{place}",
                        district_ix=district,
                        customers=int(rng.integers(20, 110)),
                        load_mw=0.2,
                        lat=at_lat,
                        lon=at_lon,
                    )
                )
            feeders.append(members)
        served = sum(row["customers"] for row in drawing.rows["transformers"][first:])
        drawing.add(
            "districts",
            district=name,
            name_en=en,
            name_zh=zh,
            area=area,
            lat=lat,
            lon=lon,
            customers=served,
        )
    drawing.add("groups", transformer_ix=-1, customer_class=0, customers=0)
    for transformer, row in enumerate(drawing.rows["transformers"]):
        shops = row["customers"] // 8
        drawing.add(
            "groups",
            transformer_ix=transformer,
            customer_class=0,
            customers=row["customers"] - shops,
        )
        drawing.add("groups", transformer_ix=transformer, customer_class=1, customers=shops)
    return feeders


def _weather(drawing: Drawing, n_districts: int, end_s: float) -> None:
    for t_s in np.arange(0.0, end_s + 1.0, 600.0):
        for district in range(n_districts):
            drawing.add(
                "wind", t_s=t_s, district_ix=district, gust_ms=gust_ms(float(t_s), district)
            )
    for hour in range(-6, int(end_s / HOUR) + 7, 3):
        drawing.add(
            "track",
            t_s=hour * HOUR,
            lat=26.1 + 0.11 * (hour - 0),
            lon=121.6 - 0.125 * hour,
            wind_ms=max(15.0, 46.0 - 1.1 * abs(hour - 10)),
        )
    drawing.say(2 * HOUR, "w1", f.WarningChanged("orange"))
    drawing.say(2 * HOUR, "l1", f.ResponseLevelChanged("III"), "w1")
    drawing.say(9 * HOUR, "w2", f.WarningChanged("red"))
    drawing.say(9 * HOUR, "l2", f.ResponseLevelChanged("II"), "w2")


@dataclass
class _Crew:
    name: str
    district: int
    free_s: float = 0.0


def _outages(
    drawing: Drawing,
    rng: np.random.Generator,
    feeders: list[list[int]],
    n_faults: int,
    end_s: float,
) -> float:
    rows = drawing.rows
    n_districts = len(rows["districts"])
    per_district = len(feeders) // n_districts
    crews = [
        _Crew(
            f"{rows['districts'][i % n_districts]['district']}.crew{i // n_districts}",
            i % n_districts,
        )
        for i in range(3 * n_districts)
    ]
    for crew in crews:
        drawing.say(0.0, f"on {crew.name}", f.CrewShiftStarted(crew.name), "start")
    times = np.sort(14 * HOUR + rng.normal(0.0, 2.6 * HOUR, n_faults))
    busy_until = dict.fromkeys(range(len(feeders)), 0.0)
    last_s = 0.0
    for struck_s in times:
        fault_s = max(600.0, float(struck_s))
        choice = int(rng.integers(len(feeders)))
        for step in range(len(feeders)):
            feeder = (choice + step) % len(feeders)
            if busy_until[feeder] < fault_s:
                break
        else:
            continue
        members = feeders[feeder]
        district = feeder // per_district
        end = _one_outage(drawing, rng, crews, fault_s, feeder % per_district, district, members)
        busy_until[feeder] = end + 600.0
        last_s = max(last_s, end)
    spans: dict[str, list[tuple[float, float, str]]] = {crew.name: [] for crew in crews}
    for job in rows["jobs"]:
        spans[job["crew"]].append((job["t_assigned_s"], job["t_arrived_s"], "travelling"))
        spans[job["crew"]].append((job["t_arrived_s"], job["t_ended_s"], job["task"]))
    names = {"patrol": "patrolling", "repair": "repairing", "switch": "switching"}
    for crew in crews:
        now = 0.0
        for start, stop, what in sorted(spans[crew.name]):
            _idle(drawing, crew, now, start)
            drawing.add(
                "crew_states",
                crew=crew.name,
                district_ix=crew.district,
                state=names.get(what, what),
                t_from_s=start,
                t_to_s=stop,
            )
            now = stop
        _idle(drawing, crew, now, min(end_s, last_s + 2 * HOUR))
    return last_s


def _idle(drawing: Drawing, crew: _Crew, start: float, stop: float) -> None:
    """Fill a gap: stood down while the gust is above 25 m/s, idle otherwise."""
    now = start
    while now < stop:
        upto = min(stop, (math.floor(now / 600.0) + 1) * 600.0)
        state = "stood_down" if gust_ms(now, crew.district) > 25.0 else "idle"
        last = drawing.rows["crew_states"][-1] if drawing.rows["crew_states"] else None
        if last and last["crew"] == crew.name and last["state"] == state and last["t_to_s"] == now:
            last["t_to_s"] = upto
        else:
            drawing.add(
                "crew_states",
                crew=crew.name,
                district_ix=crew.district,
                state=state,
                t_from_s=now,
                t_to_s=upto,
            )
        now = upto


def _calm_after(t_s: float, district: int) -> float:
    while gust_ms(t_s, district) > 25.0:
        t_s += 600.0
    return t_s


def _one_outage(
    drawing: Drawing,
    rng: np.random.Generator,
    crews: list[_Crew],
    t0: float,
    feeder: int,
    district: int,
    members: list[int],
) -> float:
    rows = drawing.rows
    name = rows["districts"][district]["district"]
    place = int(rng.integers(len(members)))
    section = f"{name}.line{feeder}_{place}"
    n_before = sum(1 for row in rows["faults"] if row["asset"] == section)
    fault, device = f"{section}#{n_before + 1}", f"{name}.breaker{feeder}"
    out = members[max(0, place - 3) :]
    ids = tuple(rows["transformers"][i]["transformer"] for i in out)
    n_out = sum(rows["transformers"][i]["customers"] for i in out)
    key = drawing.say(
        t0, f"fault {fault}", f.FaultStruck(fault, section, "permanent", "wind", name)
    )
    trip = drawing.say(t0 + 0.1, f"trip {fault}", f.BreakerTripped(device, fault, name), key)
    lock = drawing.say(t0 + 3.0, f"lock {fault}", f.BreakerLockedOut(device, name), trip)
    lost = drawing.say(t0 + 0.1, f"lost {fault}", f.SupplyLost(device, ids, n_out), trip)
    planned = drawing.say(t0 + 0.1, f"plan {fault}", f.CallersPlanned("outage", n_out // 5), lost)
    seen = drawing.say(t0 + 20.0, f"seen {fault}", f.BreakerStateReported(device, False), lock)
    opened = t0 + float(rng.uniform(120.0, 2400.0))
    incident = f"{device}!{int(t0)}"
    open_ = drawing.say(
        opened, f"open {fault}", f.IncidentOpened(incident, device, name, n_out), seen
    )
    first_restoration = opened + 5.0 * HOUR
    etr = drawing.say(
        opened + 60.0,
        f"etr {fault}",
        f.RestorationTimeSet(incident, first_restoration, "first"),
        open_,
    )
    # Crews work in turn and wait for the wind; two steps of restoration.
    crew = min(crews, key=lambda c: (max(c.free_s, opened), c.district != district))
    assigned = _calm_after(max(crew.free_s, opened + 300.0), district)
    travel = float(rng.uniform(900.0, 5400.0))
    arrived = assigned + travel
    patrolled = arrived + float(rng.uniform(900.0, 3600.0))
    switched = patrolled + 900.0
    repaired = switched + float(rng.lognormal(math.log(2.0 * HOUR), 0.5))
    crew.free_s = repaired + 1.0
    say = drawing.say
    say(
        assigned,
        f"assign {fault}",
        f.CrewAssigned(crew.name, incident, "patrol", section, travel),
        open_,
    )
    arrive = say(
        arrived,
        f"arrive {fault}",
        f.CrewArrived(crew.name, incident, "patrol", section),
        f"assign {fault}",
    )
    say(patrolled, f"patrol {fault}", f.PatrolEnded(crew.name, incident, section), arrive)
    say(
        switched,
        f"repair {fault}",
        f.RepairStarted(crew.name, incident, section, switched + 7200.0),
        f"patrol {fault}",
    )
    say(
        repaired,
        f"repaired {fault}",
        f.RepairEnded(crew.name, incident, section),
        f"repair {fault}",
    )
    say(repaired, f"clear {fault}", f.FaultCleared(fault, "repaired"), f"repaired {fault}")
    half = len(out) // 2
    for stop, part, why in ((switched, out[:half], "patrol"), (repaired, out[half:], "clear")):
        part_ids = tuple(rows["transformers"][i]["transformer"] for i in part)
        part_n = sum(rows["transformers"][i]["customers"] for i in part)
        if part:
            say(
                stop,
                f"back {why} {fault}",
                f.SupplyRestored(device, part_ids, part_n),
                f"{why} {fault}",
            )
        for i in part:
            drawing.add(
                "interruptions",
                transformer_ix=i,
                customers=rows["transformers"][i]["customers"],
                t_off_s=t0 + 0.1,
                t_on_s=stop,
                is_open=False,
                why="fault",
                outage="",
                cause=lost,
            )
    say(
        repaired + 120.0,
        f"close {fault}",
        f.IncidentClosed(incident, "restored"),
        f"back clear {fault}",
    )
    updated = max(arrived + 3.0 * HOUR, assigned + 1.0)
    say(arrived, f"etr2 {fault}", f.RestorationTimeSet(incident, updated, "arrival"), arrive)
    drawing.add(
        "faults",
        fault=fault,
        asset=section,
        kind="permanent",
        hazard="wind",
        district_ix=district,
        lat=rows["transformers"][members[place]]["lat"],
        lon=rows["transformers"][members[place]]["lon"],
        t_struck_s=t0,
        t_cleared_s=repaired,
        seq=key,
    )
    drawing.add(
        "incidents",
        incident=incident,
        device=device,
        district_ix=district,
        customers=n_out,
        t_first_report_s=t0 + 20.0,
        t_opened_s=opened,
        t_first_arrival_s=arrived,
        t_closed_s=repaired + 120.0,
        t_restored_s=repaired + 60.0,
        first_restoration_s=first_restoration,
        last_restoration_s=updated,
        n_restoration_times=2,
        seq=open_,
    )
    # Belief: the whole feeder at first, so some transformers are wrongly believed out.
    wrong = members[max(0, place - 5) : max(0, place - 3)]
    for i in out:
        drawing.add(
            "beliefs",
            transformer_ix=i,
            incident=incident,
            t_from_s=opened,
            t_to_s=(switched if i in out[:half] else repaired) + 60.0,
        )
    for i in wrong:
        drawing.add(
            "beliefs", transformer_ix=i, incident=incident, t_from_s=opened, t_to_s=patrolled
        )
    for task, start, at, stop, outcome in (
        ("patrol", assigned, arrived, patrolled, "found"),
        ("repair", patrolled, switched, repaired, "done"),
    ):
        drawing.add(
            "jobs",
            crew=crew.name,
            incident=incident,
            task=task,
            place=section,
            district_ix=district,
            t_assigned_s=start,
            t_arrived_s=at,
            t_ended_s=stop,
            outcome=outcome,
        )
    for template, when, restoration, cause in (
        ("estimate", opened + 120.0, first_restoration, etr),
        ("update", arrived + 60.0, updated, f"etr2 {fault}"),
        ("restored", repaired + 180.0, math.nan, f"close {fault}"),
    ):
        _notice(
            drawing,
            rng,
            f"{incident}/{template}",
            incident,
            template,
            when,
            restoration,
            cause,
            out,
        )
    _callers(drawing, rng, planned, out, t0, repaired)
    return repaired


def _notice(
    drawing: Drawing,
    rng: np.random.Generator,
    notice: str,
    incident: str,
    template: str,
    when: float,
    restoration: float,
    cause: str,
    out: list[int],
) -> None:
    rows = drawing.rows
    customers = sum(rows["transformers"][i]["customers"] for i in out)
    said = None if math.isnan(restoration) else restoration
    drawing.say(
        when,
        f"notice {notice}",
        f.NoticeSubmitted(notice, incident, template, ("sms",), customers, said),
        cause,
    )
    sent_all, delivered_all = 0, 0
    for i in out:
        for group in (1 + 2 * i, 2 + 2 * i):
            n = rows["groups"][group]["customers"]
            sent = int(0.8 * n)
            delivered = int(rng.binomial(sent, 0.93))
            noticed = int(rng.binomial(delivered, 0.7))
            drawing.add(
                "messages",
                notice=notice,
                channel="sms",
                group_ix=group,
                customers=n,
                sent=sent,
                delivered=delivered,
                noticed=noticed,
                cost_yuan=0.05 * sent,
                t_sent_s=when + 5.0,
                t_delivered_s=when + 60.0 + sent * 0.1 if delivered else math.nan,
            )
            sent_all += sent
            delivered_all += delivered
    drawing.say(
        when + 90.0,
        f"noticed {notice}",
        f.NoticeFinished(notice, "sms", sent_all, delivered_all),
        f"notice {notice}",
    )
    drawing.add(
        "notices",
        notice=notice,
        incident=incident,
        template=template,
        channels="sms",
        restoration_s=restoration,
        t_submitted_s=when,
        customers=customers,
        seq=f"notice {notice}",
    )


def _callers(
    drawing: Drawing, rng: np.random.Generator, cause: str, out: list[int], t0: float, end: float
) -> None:
    for i in out:
        for group in (1 + 2 * i, 2 + 2 * i):
            n = int(rng.binomial(drawing.rows["groups"][group]["customers"], 0.2))
            for delay in rng.exponential(1800.0, n):
                if t0 + delay < end:
                    drawing.add(
                        "callers",
                        t_planned_s=t0 + float(delay),
                        group_ix=group,
                        call_type=0,
                        cause=cause,
                        state=4,
                        attempts=1,
                    )


def _centre(drawing: Drawing, rng: np.random.Generator, n_agents: int, end_s: float) -> None:
    """Serve all calls first come, first served, by the agents on duty at their time."""
    for t_s in np.cumsum(rng.exponential(60.0, int(end_s / 60.0))):
        if t_s < end_s:
            drawing.add(
                "callers",
                t_planned_s=float(t_s),
                group_ix=0,
                call_type=1,
                cause="start",
                state=4,
                attempts=1,
            )
    standby_s = 13.5 * HOUR
    drawing.say(standby_s - 1800.0, "standby", f.StandbyCalled("first", n_agents), "l2")
    drawing.say(standby_s, "seated", f.AgentsArrived("first", n_agents), "standby")
    seats = []
    for agent in range(2 * n_agents):
        is_standby = agent >= n_agents
        on, off = (standby_s, min(end_s, standby_s + 12 * HOUR)) if is_standby else (0.0, end_s)
        drawing.add(
            "agent_shifts",
            agent=agent,
            agent_group="outage",
            tier="first" if is_standby else "",
            t_on_s=on,
            t_off_s=off,
            t_shift_end_s=off,
        )
        seats.append((on, agent, off))
    heapq.heapify(seats)
    order = sorted(
        range(len(drawing.rows["callers"])), key=lambda i: drawing.rows["callers"][i]["t_planned_s"]
    )
    for i in order:
        caller = drawing.rows["callers"][i]
        offered = caller["t_planned_s"]
        row = dict(
            caller=i,
            attempt=0,
            leg=0,
            solved=-1,
            call_type=caller["call_type"],
            group_ix=caller["group_ix"],
            cause=caller["cause"],
            t_offered_s=offered,
            t_menu_end_s=math.nan,
            t_wait_end_s=math.nan,
            agent=-1,
        )
        luck = rng.random()
        menu_end = offered + 25.0
        if luck < 0.02:
            drawing.add("calls", **row, t_end_s=offered, outcome=0)
            continue
        row["t_menu_end_s"] = menu_end
        if luck < 0.25 and caller["call_type"] == 0:
            drawing.add("calls", **row, t_end_s=menu_end, outcome=1 if luck < 0.15 else 2)
            continue
        while seats and seats[0][2] <= max(seats[0][0], menu_end):
            heapq.heappop(seats)
        start = max(menu_end, seats[0][0]) if seats else math.inf
        patience = float(rng.exponential(300.0))
        if start - menu_end > patience:
            row["t_wait_end_s"] = menu_end + patience
            drawing.add("calls", **row, t_end_s=menu_end + patience, outcome=3)
            continue
        _, agent, off = heapq.heappop(seats)
        end = start + float(rng.lognormal(math.log(170.0), 0.6))
        heapq.heappush(seats, (end, agent, off))
        row["t_wait_end_s"], row["agent"] = start, agent
        drawing.add("calls", **row, t_end_s=end, outcome=4)


def synthetic_comparison(replications: int = 4) -> Comparison:
    """Compare made-up runs that differ in their agents alone; they are paired by seed."""
    found = []
    for case, n_agents in (("base", 6), ("more_agents", 9), ("few_agents", 4)):
        for seed in range(replications):
            run = county_run(seed, n_districts=3, n_faults=20, n_agents=n_agents)
            measured = measure(run.tables, run.manifest)
            found.append(
                Replication(
                    case=case,
                    number=seed,
                    seed=seed,
                    input_hash="",
                    code="",
                    digest=run.manifest.digest,
                    end_s=run.manifest.end_s,
                    values={name: each.value for name, each in measured.items()},
                    reasons={},
                    series=thinned(run.tables, run.manifest),
                )
            )
    return compare(found)
