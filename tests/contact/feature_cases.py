"""Random centres in which every feature of lines, call types and seats may meet every other."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = ("outage", "enquiry", "billing", "chat", "office")
HOURS = (("00:00", "24:00"), ("00:00", "24:00"), ("08:00", "09:30"), ("07:00", "08:10"),
         ("08:10", "08:40"), ("00:00", "08:20"), ("09:00", "24:00"))  # fmt: skip
SKILLS = {
    "new": {"factor": 1.5, "learned": 1.0, "learning": 0.25, "solves": 0.5},
    "junior": {"factor": 2.0, "learned": 2.0, "learning": 1.0, "solves": 0.0},
}
AT_ONCE = ((1.0,), (1.0,), (1.0, 2.0), (1.0, 1.4, 1.6), (0.5, 2.0))

OPENS = ({}, {}, {"after": "20 s"}, {"after": "1 min"}, {"above": 0}, {"above": 1},
         {"after": "1 min", "above": 2}, {"after": "0 s", "above": 1})  # fmt: skip
BREAK = {"at": "08:30", "lasts": "10 min"}

shares = st.sampled_from([0.0, 0.3, 0.8, 1.0])
rare = st.sampled_from([0.0, 0.0, 0.0, 0.3, 1.0])
few = st.sampled_from([0.0, 0.0, 0.1, 0.5])
seldom = st.sampled_from([True, False, False])


@st.composite
def menu_levels(draw, lengths, names):
    return [
        {
            "time": draw(lengths),
            "self_served": {name: draw(rare) for name in names if draw(seldom)},
            "gives_up": draw(few),
        }
        for _ in range(draw(st.integers(0, 2)))
    ]


@st.composite
def lines(draw, lengths, names):
    """Draw up to two further lines."""
    return {
        name: {
            "trunks": draw(st.sampled_from([None, None, 1, 3, 20])),
            "open": [
                {"from": opens, "to": closes}
                for opens, closes in draw(st.lists(st.sampled_from(HOURS), max_size=3))
            ],
            "menu": draw(menu_levels(lengths, names)),
            "needs_supply": draw(st.booleans()),
        }
        for name in ("hall", "text")[: draw(st.integers(0, 2))]
    }


def _has_room(shift):
    return shift["from"] <= "08:20" and shift["to"] >= "09:30"


@st.composite
def groups(draw, rosters, names):
    """Draw up to three groups; the first serves all, so that no type is without one."""
    found = {}
    for number in range(draw(st.integers(1, 3))):
        serves = draw(st.permutations(names))
        if number > 0:
            serves = serves[: draw(st.integers(1, len(names)))]
        shifts = [
            shift
            | {"skill": draw(st.sampled_from(["", *SKILLS]))}
            | ({"breaks": [BREAK]} if _has_room(shift) and draw(seldom) else {})
            for shift in draw(rosters)
        ]
        found[f"g{number}"] = {
            "serves": serves,
            "roster": shifts,
            "site": draw(st.sampled_from(["", "north", "south"])),
            "takes": draw(st.sampled_from(["preferred", "oldest"])),
            "at_once": draw(st.sampled_from(AT_ONCE)),
            "absence": draw(st.sampled_from([0.0, 0.0, 0.3])),
            "shrinkage": draw(st.sampled_from([0.0, 0.0, 0.2])),
        }
    return found


@st.composite
def redials(draw, lengths, names):
    found = {"first": draw(shares), "later": draw(shares), "delay": draw(lengths)}
    if draw(seldom):
        found |= {"moves_to": draw(st.sampled_from(names)), "moves": draw(shares)}
    return found


@st.composite
def call_types(draw, lengths, names, served_by, line_names):
    """Draw all call types; chains of escalation lead to later ones, call backs to outbound ones."""
    outbound = [name for name in names[1:] if draw(st.booleans())]
    return {
        name: draw(_call_type(lengths, name, names, outbound, served_by[name], line_names))
        for name in names
    }


@st.composite
def _call_type(draw, lengths, name, names, outbound, serving, line_names):
    announces = draw(st.sampled_from(["nothing", "position", "wait"]))
    found = {
        "handle": draw(lengths),
        "patience": draw(lengths),
        "priority": draw(st.integers(-1, 1)),
        "priority_gain": draw(st.sampled_from([0.0, 0.0, 0.5, 3.0])),
        "line": draw(st.sampled_from(line_names)),
        "routes": draw(_routes(serving)) if draw(st.booleans()) else [],
        "redial_after_blocked": draw(redials(lengths, names)),
        "redial_after_abandoned": draw(redials(lengths, names)),
        "redial_after_balked": draw(redials(lengths, names)),
        "max_attempts": draw(st.integers(1, 4)),
        "balks": draw(_balking(lengths, announces == "wait")),
        "announces": announces,
        "told_patience": draw(st.sampled_from([1.0, 0.5, 2.0, 0.0])),
        "leaves_when_restored": draw(shares),
        "reports_outage": draw(st.sampled_from([None, None, True, False])),
        "solves": draw(shares),
    }
    if name in outbound:
        found["dials"] = {
            "time": draw(lengths), "reached": draw(shares), "attempts": draw(st.integers(1, 3)),
            "retry": draw(lengths),
        }  # fmt: skip
    elif outbound and draw(st.booleans()):
        found["callback"] = {
            "to": draw(st.sampled_from(outbound)),
            "offered_from": draw(st.integers(0, 2)),
            "offered_from_wait": draw(st.sampled_from(["0 s", "1 min"])),
            "accepted": draw(shares),
        }
    later = names[names.index(name) + 1 :]
    if later and draw(st.booleans()):
        found["escalates"] = {
            "share": draw(shares), "to": draw(st.sampled_from(later)), "delay": draw(lengths),
            "keeps_line": draw(st.booleans()), "distorted": draw(rare),
        }  # fmt: skip
    if draw(st.booleans()):
        found["repeats"] = {"share": draw(shares), "delay": draw(lengths)}
    return found


@st.composite
def _routes(draw, serving):
    chosen = draw(st.permutations(serving))[: draw(st.integers(1, len(serving)))]
    opens = st.sampled_from(OPENS)
    return [{"group": group, **draw(opens)} for group in chosen]


@st.composite
def _balking(draw, lengths, is_told):
    steps = sorted(draw(st.sets(st.integers(0, 5), max_size=2)))
    found = {
        "share": draw(few),
        "by_queue": [{"from": step, "share": draw(few)} for step in steps],
    }
    if is_told and draw(st.booleans()):
        found["tolerated_wait"] = draw(lengths)
    return found


@st.composite
def features(draw, lengths, rosters):
    """Draw what a section says of all features: to be put over a plain section's settings."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    all_groups = draw(groups(rosters, names))
    all_lines = draw(lines(lengths, names))
    served_by = {
        name: [group for group, each in all_groups.items() if name in each["serves"]]
        for name in names
    }
    slows = draw(st.sampled_from([0.0, 0.0, 0.5]))
    return {
        "call_types": draw(call_types(lengths, names, served_by, ["phone", *all_lines])),
        "groups": all_groups,
        "lines": all_lines,
        "menu": {
            "time": draw(lengths),
            "report_share": draw(shares),
            "self_served": {name: draw(rare) for name in names if draw(seldom)},
            "gives_up": draw(few),
            "levels": draw(menu_levels(lengths, names)),
        },
        "skills": SKILLS,
        "leaving": draw(
            st.sampled_from(["pool_counter", "hang_up", "idle_first", "finish_call"])
        ),
        "fatigue": {"slows": slows, "builds_over": "20 min", "rests_over": "10 min"},
        "levels_at_most": draw(st.sampled_from([5, 3, 2, 1])),
    }  # fmt: skip


LONG_TALKS = {"uniform": {"low": "1 min", "high": "10 min"}}
OVERLAPPING = (("07:00", "08:20"), ("08:10", "08:40"), ("08:20", "09:30"), ("07:00", "24:00"))


@st.composite
def busy_features(draw, lengths, rosters):
    """Draw features where callers reach agents who talk for long: so the rules of seats bite."""
    found = draw(features(lengths, rosters))
    for each in found["call_types"].values():
        each |= {"handle": LONG_TALKS, "patience": {"constant": "40 min"}, "balks": {}}
    found["menu"] = {"time": {"constant": "0 s"}}
    for each in found["groups"].values():
        spans = draw(st.lists(st.sampled_from(OVERLAPPING), min_size=1, max_size=3))
        each["roster"] = [
            {"from": begins, "to": ends, "agents": draw(st.integers(1, 3))}
            for begins, ends in spans
        ]
    return found
