"""A session that plays the contract of a drill with made-up, plausible figures of the real county.

It has no world behind it: orders change the figures in the simplest way that a console can show.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sim.grid.assets import Grid
from sim.grid.importers import build_grid
from sim.scenario.contact import Menu
from sim.scenario.loader import load_scenario

SEATS = ("controller", "supervisor", "dispatcher", "notification")
COUNTY = Path(__file__).parents[2] / "scenarios" / "county_typhoon.yaml"
START_S = 70_200.0
DIGEST = "9f2c4d1be07a55c3f1d8a94e6b20c7715e3a8d90b4f6127cc0e9ab3d41f78e25"
RIGHTS = {
    "dispatcher": {
        "AssignCrew", "OperateSwitch", "SetRestorationTime", "CloseIncident", "JudgeIncident",
        "Report",
    },
    "supervisor": {
        "AskOvertime", "CallStandby", "FileMajorService", "RelieveAgents", "SwitchAnnouncement",
        "Report",
    },
    "notification": {"SendNotice", "CancelNotice", "Report"},
    "controller": {"HandOver"},
}  # fmt: skip
INJECTS = (
    ("I02", "馈线跳闸", "A feeder trips", "dispatcher", "fired"),
    ("I03", "相继跳闸", "A second feeder trips", "dispatcher", "armed"),
    ("I07", "抢修时间超出预期", "Repair takes longer than told", "dispatcher", "planned"),
    ("I08", "停电范围判断错误", "The outage boundary is wrong", "notification", "planned"),
    ("I10", "语音系统部分中断", "Part of the menu fails", "supervisor", "armed"),
    ("I12", "短信网关限流", "The text gateway is throttled", "notification", "held"),
    ("I22", "社区谣言", "A rumour in the county", "notification", "planned"),
    ("I30", "坐席缺勤", "Agents do not come", "supervisor", "fired"),
    ("I48", "新闻采访", "A journalist calls", "notification", "expired"),
)

TEXTS: dict[str, dict[str, Any]] = {
    name: {
        "text": name, "name": each.name.model_dump(), "words": each.words.model_dump(),
        "extra_s": each.extra_time, "tells_time": each.tells_time,
    }
    for name, each in Menu().announcements.items()
}  # fmt: skip


@cache
def county() -> Grid:
    return build_grid(load_scenario(COUNTY).scenario.grid)


def static_grid(grid: Grid) -> dict[str, Any]:
    return {
        "districts": [
            [d.id, d.name_en, d.name_zh, d.latitude, d.longitude] for d in grid.districts
        ],
        "sections": [
            [s.id, *s.from_place, *s.to_place, int(s.construction == "overhead"), _is_tie(grid, s)]
            for s in grid.sections
        ],
        "transformers": [
            [t.id, t.latitude, t.longitude, t.customers, t.district_ix] for t in grid.transformers
        ],
        "switches": [
            [s.id, s.latitude, s.longitude, s.kind, int(s.is_remote), int(s.is_closed)]
            for s in grid.switches
        ],
    }


def _is_tie(grid: Grid, section: Any) -> int:
    ends = (section.from_switch_ix, section.to_switch_ix)
    return int(any(ix >= 0 and not grid.switches[ix].is_closed for ix in ends))


_QUEUE = {"backlog_s": 0.0, "waiting": 0, "measured_per_s": 0.0}
CHANNELS = [
    {"channel": "sms", "name": {"en": "text message", "zh": "短信"}, "is_default": True,
     "at_once": False, "approval_s": 0.0, "receipts": True, "cost_yuan": 0.05,
     "backlog_s": 380.0, "waiting": 1900, "per_s": 50.0, "measured_per_s": 49.6},
    {"channel": "app", "name": {"en": "app push", "zh": "APP推送（网上国网）"}, "is_default": False,
     "at_once": False, "approval_s": 0.0, "receipts": True, "cost_yuan": 0.0,
     "per_s": 2000.0, **_QUEUE},
    {"channel": "loudspeaker", "name": {"en": "village loudspeaker", "zh": "村村响应急广播"},
     "is_default": False, "at_once": True, "approval_s": 600.0, "receipts": False,
     "cost_yuan": 0.0, "per_s": 50.0, **_QUEUE},
]  # fmt: skip


def _on_channel(name: str, messages: int) -> dict[str, Any]:
    """Return how a notice fares on a channel at first."""
    delivered = None if name == "loudspeaker" else 0
    return {"channel": name, "messages": messages, "sent": 0, "delivered": delivered,
            "cost_yuan": 0.0}  # fmt: skip


class FakeSession:
    """Play the contract. `tick` is a step of time; orders count in `orders`."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {seat: f"secret-of-{seat}-0123456789" for seat in SEATS}
        self.orders: list[tuple[str, str, Mapping[str, Any]]] = []
        self.visits: list[tuple[str, str, bool]] = []
        self._lock = threading.RLock()
        self._listeners: dict[str, list[Callable[[Mapping[str, Any]], None]]] = {
            seat: [] for seat in SEATS
        }
        self._n = dict.fromkeys(SEATS, 0)
        self._views: dict[str, dict[str, Any]] = {}
        self.grid = county()
        self.t_s, self.speed, self.status = START_S, 2.0, "ready"
        self.inbox: dict[str, list[dict[str, Any]]] = {seat: [] for seat in SEATS}
        self.autopilot = dict.fromkeys(SEATS, False)
        self.users: dict[str, str] = {}
        self.last_action: dict[str, float | None] = dict.fromkeys(SEATS)
        self._invent()
        self._publish()

    # --- what the server asks

    def subscribe(self, seat: str, deliver: Callable[[Mapping[str, Any]], None]) -> Any:
        with self._lock:
            self._listeners[seat].append(deliver)
            deliver({"type": "full", "n": self._n[seat], "view": dict(self._views[seat])})
        return lambda: self._listeners[seat].remove(deliver)

    def connected(self, seat: str, user: str, is_connected: bool) -> None:
        with self._lock:
            self.visits.append((seat, user, is_connected))
            if is_connected:
                self.users[seat] = user
            else:
                self.users.pop(seat, None)
            self._publish()

    def submit(self, seat: str, user: str, message: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            why = self._do(seat, message)
            if not why:
                self.orders.append((seat, user, message))
                self.last_action[seat] = self.t_s
            else:
                self._write(seat, "refused", f"Not possible: {why}", f"无法执行：{why}")
            self._publish()
            text = {"en": f"not possible ({why})", "zh": f"无法执行（{why}）"} if why else None
            return {
                "type": "ack", "id": message["id"], "accepted": not why, "why": why, "text": text,
            }  # fmt: skip

    # --- play

    def tick(self, seconds: float = 1.0) -> None:
        """Let time pass."""
        with self._lock:
            if self.status == "running":
                self.t_s += seconds * self.speed
            wave = int(self.t_s) % 7
            self.board["waiting"] = max(0, self.board["waiting"] + wave - 3)
            for notice in self.notices:
                if notice["status"] == "sending":
                    notice["sent"] = min(notice["messages"], notice["sent"] + 60)
                    notice["delivered"] = min(notice["sent"], notice["delivered"] + 40)
                    notice["channels"][0].update(sent=notice["sent"], delivered=notice["delivered"])
            self._publish()

    def alarm(self, kind: str, **fields: Any) -> None:
        with self._lock:
            entry = {"n": len(self.alarms) + 1, "t_s": self.t_s, "kind": kind, "values": fields}
            self.alarms.append(entry)
            self._publish()

    def inject(self, seat: str, en: str, zh: str, is_alarm: bool = True) -> None:
        with self._lock:
            self._write(seat, "inject", en, zh, is_alarm)
            self._publish()

    def _write(self, seat: str, kind: str, en: str, zh: str, is_alarm: bool = False) -> None:
        box = self.inbox[seat]
        entry = {
            "n": len(box) + 1, "t_s": self.t_s, "kind": kind, "text": {"en": en, "zh": zh},
            "is_alarm": is_alarm,
        }  # fmt: skip
        self.inbox[seat] = [*box, entry]

    def _do(self, seat: str, message: Mapping[str, Any]) -> str:
        if message["type"] == "control":
            return self._steer(message) if seat == "controller" else "controller_only"
        name, fields = message.get("command"), message.get("fields")
        if not isinstance(name, str) or not isinstance(fields, dict):
            return "malformed"
        if name not in RIGHTS.get(seat, set()):
            return "not_your_order"
        handler = re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
        return str(getattr(self, f"_{handler}")(fields))

    def _steer(self, message: Mapping[str, Any]) -> str:
        action = message.get("action")
        if action in ("start", "resume"):
            self.status = "running"
        elif action == "pause":
            self.status = "paused"
        elif action == "stop":
            self.status = "ended"
        elif action == "speed":
            self.speed = message["speed"]
        elif action == "step":
            self.t_s += message["seconds"]
        elif action == "hint":
            self._write(message["seat"], "hint", message["text"], message["text"])
        elif action == "hand_over":
            self.autopilot[message["seat"]] = message["autopilot"]
        elif action in ("fire", "hold"):
            status = "fired"
            if action == "hold":
                status = "held" if message["held"] else "planned"
            self.injects = [
                {**each, "status": status, "t_s": self.t_s}
                if each["id"] == message["inject"]
                else each
                for each in self.injects
            ]
        else:
            return "unknown_action"
        return ""

    def _incident(self, fields: Mapping[str, Any]) -> dict[str, Any] | None:
        return next((each for each in self.incidents if each["id"] == fields["incident"]), None)

    def _assign_crew(self, fields: Mapping[str, Any]) -> str:
        incident = self._incident(fields)
        crew = next((each for each in self.crews if each["id"] == fields["crew"]), None)
        if incident is None or crew is None:
            return "incident_not_open"
        if crew["state"] != "idle":
            return "crew_busy"
        crew.update(
            state="travelling", task=fields["task"], incident=incident["id"],
            place=fields["targets"][0], since_s=self.t_s,
        )  # fmt: skip
        incident.update(crew=crew["id"], status="crew")
        self.suggestions = {k: v for k, v in self.suggestions.items() if k != incident["id"]}
        return ""

    def _operate_switch(self, fields: Mapping[str, Any]) -> str:
        moved = dict(self.believed["moved_switches"])
        moved[self.grid.switch_ix[fields["device"]]] = int(fields["closed"])
        self.believed = {**self.believed, "moved_switches": sorted(map(list, moved.items()))}
        return ""

    def _set_restoration_time(self, fields: Mapping[str, Any]) -> str:
        incident = self._incident(fields)
        if incident is None:
            return "incident_not_open"
        if fields["restoration_s"] < self.t_s:
            return "in_the_past"
        incident["restoration_s"] = fields["restoration_s"]
        return ""

    def _close_incident(self, fields: Mapping[str, Any]) -> str:
        return "customers_out"

    def _judge_incident(self, fields: Mapping[str, Any]) -> str:
        incident = self._incident(fields)
        if incident is None:
            return "incident_not_open"
        incident["status"] = "open" if fields["accepted"] else "closed"
        return ""

    def _call_standby(self, fields: Mapping[str, Any]) -> str:
        tier = next((each for each in self.tiers if each["tier"] == fields["tier"]), None)
        if tier is None:
            return "unknown_tier"
        tier.update(state="called", arrived=0, arrive_s=self.t_s + 1500)
        return ""

    def _ask_overtime(self, _fields: Mapping[str, Any]) -> str:
        self.staff["overtime"] = {"t_s": self.t_s, "asked": 9, "agents": 7}
        return ""

    def _relieve_agents(self, _fields: Mapping[str, Any]) -> str:
        self.staff["relieved"] += 3
        return ""

    def _file_major_service(self, _fields: Mapping[str, Any]) -> str:
        self.major_service = {"t_s": self.t_s, "until_s": self.t_s + 86400, "customers": 4321}
        return ""

    def _switch_announcement(self, fields: Mapping[str, Any]) -> str:
        text = fields.get("text") or "area"
        if text not in TEXTS:
            return "unknown_text"
        self.announcement = text if fields["on"] else ""
        return ""

    def _send_notice(self, fields: Mapping[str, Any]) -> str:
        incident = self._incident(fields)
        if incident is None:
            return "incident_not_open"
        at_s = fields["restoration_s"] or incident["restoration_s"]
        if at_s is None:
            return "no_restoration_time"
        number = len(self.notices) + 1
        incident.update(
            told_restoration_s=at_s, notice=f"{incident['id']}/{fields['template']}#{number}"
        )
        sent = int(incident["customers"] * 0.7)
        self.notices.append(
            {
                "notice": incident["notice"], "incident": incident["id"],
                "template": fields["template"], "restoration_s": at_s,
                "customers": incident["customers"], "messages": sent, "sent": 0, "delivered": 0,
                "channels": [_on_channel(each, sent) for each in fields["channels"]],
                "submitted_s": self.t_s, "status": "sending",
            }
        )  # fmt: skip
        return ""

    def _report(self, fields: Mapping[str, Any]) -> str:
        return ""

    def _cancel_notice(self, fields: Mapping[str, Any]) -> str:
        for each in self.notices:
            if each["notice"] == fields["notice"]:
                each["status"] = "cancelled"
                return ""
        return "unknown_notice"

    # --- what is shown

    def _invent(self) -> None:
        grid = self.grid
        names = ("yayang", "pengxi", "sixi", "shiyang", "xiaocun", "sankui", "luoyang")
        self.incidents: list[dict[str, Any]] = []
        dead: list[int] = []
        out: list[int] = []
        self.suggestions: dict[str, dict[str, Any]] = {}
        for k, district in enumerate(names):
            breakers = [
                s for s in grid.switches
                if s.id.startswith(f"{district}/") and s.is_feeder_breaker
            ]  # fmt: skip
            breaker = breakers[k % len(breakers)]
            lines = [s for s in grid.sections if s.id.startswith(f"{district}/")]
            found = lines[6 * k % 30 : 6 * k % 30 + 9 + 2 * k]
            dead += [s.ix for s in found]
            buses = {bus for s in found for bus in (s.from_bus_ix, s.to_bus_ix)}
            behind = [t for t in grid.transformers if t.bus_ix in buses]
            out += [t.ix for t in behind]
            name = f"{breaker.id}#1"
            has_damage = k in (1, 4)
            self.incidents.append(
                {
                    "id": name, "device": breaker.id, "district": district,
                    "customers": sum(t.customers for t in behind) + 300 - 37 * k,
                    "section": found[2].id if k % 2 else "",
                    "damage": [[f"{found[3].id}/span2", 0]] if has_damage else [],
                    "status": ("open", "crew", "open", "damage")[k % 4], "closed_s": None,
                    "opened_s": START_S - 4000 + 500 * k,
                    "restoration_s": None if k in (2, 6) else START_S + 1200 + 5400 * k,
                    "crew": f"{district}/b1" if k == 1 else "",
                    "moving": 0, "n_reports": 12 + 7 * k,
                    "told_restoration_s": START_S + (1200 if k == 0 else -600) if k < 2 else None,
                    "told_channels": [] if k > 1 else ["sms"],
                    "notice": "" if k > 1 else f"{name}/estimate#1",
                }
            )  # fmt: skip
            if k != 1:
                task = {"task": "patrol", "targets": [s.id for s in found[:4]]}
                self.suggestions[name] = {
                    "moves": [], "task": task, "is_done": False,
                    "crew": f"{district}/b1" if district in ("sixi", "luoyang") else "siqian/b1",
                }  # fmt: skip
        self.believed: dict[str, Any] = {
            "dead_sections": sorted(set(dead)), "out_transformers": sorted(set(out)),
            "moved_switches": [],
        }  # fmt: skip
        states = ("idle", "repairing", "idle", "travelling", "idle", "stood_down", "patrolling")
        self.crews = [
            {
                "id": f"{d.id}/b{m + 1}", "district": d.id,
                "state": states[(d.ix + m) % 7] if m == 0 else "off",
                "task": "repair" if states[d.ix % 7] == "repairing" and m == 0 else "",
                "incident": "", "place": d.id, "lat": d.latitude + 0.006 * m,
                "lon": d.longitude + 0.012, "since_s": START_S - 900 - 60 * d.ix,
            }
            for d in grid.districts
            for m in range(2)
        ]  # fmt: skip
        first = [each["device"] for each in self.incidents]
        stations = [grid.transformers[ix].id for ix in self.believed["out_transformers"]]
        self.alarms: list[dict[str, Any]] = []
        for k, device in enumerate(first):
            t_s = START_S - 4000 + 500 * k
            kinds: list[tuple[str, dict[str, Any]]] = [
                ("breaker_open", {"device": device}),
                ("gasp", {"transformer": stations[3 * k]}),
                ("trouble", {"transformer": stations[3 * k + 1], "reports": 3}),
            ]
            for kind, fields in kinds:
                entry = {"n": len(self.alarms) + 1, "t_s": t_s, "kind": kind, "values": fields}
                self.alarms.append(entry)
        self.board: dict[str, Any] = {
            "waiting": 64, "longest_wait_s": 412.0, "on_duty": 26, "busy": 26, "idle": 0,
            "trunks_in_use": 101, "trunks": 120, "service_level": 0.41,
            "last_15": {
                "offered": 486, "answered": 236, "abandoned": 118, "blocked": 9, "self_served": 74,
            },
        }  # fmt: skip
        minutes = range(180)
        self.history = {
            "t_s": [START_S - 60.0 * (180 - k) for k in minutes],
            "waiting": [max(0, (k - 120) * (k - 90) // 60 + k % 5) if k > 120 else k % 3
                        for k in minutes],
            "on_duty": [26 if k < 150 else 24 for k in minutes],
            "offered": [6 + k % 4 + max(0, k - 110) // 2 for k in minutes],
            "abandoned": [max(0, k - 130) // 6 for k in minutes],
        }  # fmt: skip
        self.tiers: list[dict[str, Any]] = [
            {"tier": "first", "agents": 12, "state": "ready", "arrived": 0, "arrive_s": None},
            {"tier": "second", "agents": 16, "state": "ready", "arrived": 0, "arrive_s": None},
        ]
        self.announcement = ""
        self.major_service: dict[str, Any] | None = None
        self.staff: dict[str, Any] = {"overtime": None, "relieved": 0, "sites_lost": ["", "east"]}
        told = self.incidents[:2]
        self.notices: list[dict[str, Any]] = [
            {
                "notice": each["notice"], "incident": each["id"], "template": "estimate",
                "restoration_s": each["told_restoration_s"], "customers": each["customers"],
                "messages": int(each["customers"] * 0.7), "sent": 260 * k + 90,
                "delivered": 200 * k + 80,
                "channels": [_on_channel("sms", int(each["customers"] * 0.7))],
                "submitted_s": START_S - 1500 + 600 * k,
                "status": "sent" if k == 0 else "sending",
            }
            for k, each in enumerate(told)
        ]  # fmt: skip
        self.injects: list[dict[str, Any]] = [
            {
                "id": name, "title": {"en": en, "zh": zh}, "status": status,
                "t_s": START_S - 600 if status == "fired" else None, "seat": seat,
                "objective": "calls",
            }
            for name, zh, en, seat, status in INJECTS
        ]  # fmt: skip
        title = {"en": "Typhoon in the evening", "zh": "台风之夜"}
        self.exercise = {
            "title": title,
            "commitment": DIGEST,
            "objectives": [
                {"en": "Answer customers while the storm lasts", "zh": "风暴期间保持话务接通"},
                {"en": "Restore supply safely and in order", "zh": "安全有序恢复供电"},
                {"en": "Tell customers the truth in time", "zh": "及时、准确告知用户"},
            ],
        }
        for seat in SEATS:
            self._write(
                seat, "exercise",
                "【演练】 This is an exercise. To stop for a real event say: REAL EVENT.",
                "【演练】本次为演练。如遇真实事件，请说“真实情况”。",
            )  # fmt: skip
        self._write(
            "dispatcher", "inject",
            "【演练】 The village head of Sixi reports a tree on the line.",
            "【演练】泗溪村主任来电，称有树倒在线路上。", True,
        )  # fmt: skip
        self._write(
            "supervisor", "inject", "【演练】 Three agents cannot come: the road is flooded.",
            "【演练】道路积水，三名坐席无法到岗。", True,
        )  # fmt: skip

    def _clock(self) -> dict[str, Any]:
        minutes = int(self.t_s // 60)
        day, minute = divmod(minutes, 1440)
        return {
            "t_s": self.t_s,
            "local": f"2018-07-{10 + day:02d}T{minute // 60:02d}:{minute % 60:02d}+08:00",
            "status": self.status, "speed": self.speed,
            "startex_s": START_S, "endex_s": START_S + 5400.0, "progress": 1.0, "is_timely": True,
        }  # fmt: skip

    def _view(self, seat: str) -> dict[str, Any]:
        view: dict[str, Any] = {
            "clock": self._clock(),
            "situation": {
                "colour": "orange", "level": "III",
                "customers_believed_out": sum(each["customers"] for each in self.incidents),
                "incidents_open": sum(each["status"] != "closed" for each in self.incidents),
                "gust_ms": 27.6,
            },
            "autopilot": self.autopilot[seat],
            "inbox": self.inbox[seat],
            "exercise": self.exercise,
            "grid": self._static,
        }  # fmt: skip
        belief = {
            "believed": self.believed,
            "incidents": [dict(each) for each in self.incidents],
            "crews": [dict(each) for each in self.crews],
        }
        if seat == "dispatcher":
            view |= belief | {"alarms": self.alarms[-60:], "suggestions": self.suggestions}
        elif seat == "supervisor":
            known = [
                {"incident": each["incident"], "district": each["incident"].split("/")[0],
                 "restoration_s": each["restoration_s"]}
                for each in self.notices
            ]  # fmt: skip
            view |= {
                "board": dict(self.board), "history": self.history,
                "tiers": [dict(each) for each in self.tiers], "announcement": self.announcement,
                "announcements": list(TEXTS.values()), "staff": dict(self.staff),
                "major_service": self.major_service,
                "known_outages": known,
            }  # fmt: skip
        elif seat == "notification":
            view |= {
                "incidents": belief["incidents"],
                "notices": [dict(each) for each in self.notices],
                "channels": CHANNELS,
                "believed": {"out_transformers": self.believed["out_transformers"]},
            }
        else:
            dead = self.believed["dead_sections"]
            view |= belief | {
                "truth": {
                    "dead_sections": [*dead[: len(dead) * 2 // 3], 3, 5, 8],
                    "out_transformers": self.believed["out_transformers"][:-9],
                    "faults": [
                        {"fault": f"{line.id}#1", "asset": f"{line.id}/span2", "t_s": START_S,
                         "lat": line.latitude, "lon": line.longitude}
                        for line in (self.grid.sections[ix] for ix in dead[::9])
                    ],
                },
                "board": dict(self.board),
                "injects": self.injects,
                "consoles": [
                    {"seat": each, "user": self.users.get(each, ""),
                     "connected": each in self.users, "autopilot": self.autopilot[each],
                     "last_action_s": self.last_action[each]}
                    for each in SEATS
                ],
            }  # fmt: skip
        return view

    @property
    def _static(self) -> dict[str, Any]:
        return _static_county()

    def _publish(self) -> None:
        for seat in SEATS:
            view, before = self._view(seat), self._views.get(seat, {})
            changed = {key: value for key, value in view.items() if before.get(key) != value}
            if not changed:
                continue
            self._n[seat] += 1
            self._views[seat] = view
            for deliver in list(self._listeners[seat]):
                deliver({"type": "delta", "n": self._n[seat], "view": changed})


@cache
def _static_county() -> dict[str, Any]:
    return static_grid(county())
