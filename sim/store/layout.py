"""The tables of a stored run: every column with its kind, unit and meaning.

Times are seconds from the start (`_s`); a time that never came is NaN. Integer columns ending in
`_ix` are positions in the table they name; codes are positions in the lists of the manifest's
`codes` (`outcome`, `call_type`, `caller_state`, `customer_class`).
"""

from __future__ import annotations

__all__ = ["CALLER_STATES", "LAYOUT_VERSION", "OUTCOMES", "TABLES"]

LAYOUT_VERSION = 3
"""Raised whenever a table or column changes its name, kind or meaning."""

OUTCOMES = (
    "blocked",
    "self_served",
    "reported",
    "abandoned",
    "answered",
    "cut_off",
    "balked",
    "left_in_menu",
    "transferred",
    "callback",
    "not_reached",
    "requeued",
    "dropped",
    "restored",
)
"""How a leg of an attempt to call can end. reported = reported the outage through the menu;
cut_off = still inside when the run ended; balked = hung up instead of waiting; dropped = cut by a
fault; restored = hung up because the lights came back. After transferred, callback and requeued,
and after not_reached with tries left, the attempt goes on."""

CALLER_STATES = (
    "pending",
    "suppressed",
    "in_menu",
    "waiting",
    "in_service",
    "in_transfer",
    "redialling",
    "gave_up",
    "lost",
    "done",
    "cut_off",
)
"""Where a planned caller can stand at the end of the run."""

TABLES: dict[str, dict[str, tuple[type, str]]] = {
    "facts": {
        "seq": (int, "sequence number"),
        "t_s": (float, "time, s"),
        "kind": (str, "type of the fact"),
        "cause": (int, "seq of what brought it about, -1 for the outside world"),
        "subject": (str, "id of what it is about"),
        "fields": (str, "all fields as JSON"),
    },
    "districts": {
        "district": (str, "id"),
        "name_en": (str, "name in English"),
        "name_zh": (str, "name in Chinese"),
        "area": (str, "urban, rural or remote: which arrival commitment applies"),
        "lat": (float, "latitude of the station, degrees"),
        "lon": (float, "longitude of the station, degrees"),
        "customers": (int, "customers supplied"),
    },
    "transformers": {
        "transformer": (str, "id of the distribution transformer"),
        "district_ix": (int, "row of districts"),
        "customers": (int, "customers behind it"),
        "load_mw": (float, "peak load, MW"),
        "lat": (float, "latitude, degrees"),
        "lon": (float, "longitude, degrees"),
    },
    "sections": {
        "section": (str, "id of the line section"),
        "district_ix": (int, "row of districts"),
        "construction": (str, "overhead or cable"),
        "length_km": (float, "length, km"),
        "lat_u": (float, "latitude of the first end, degrees"),
        "lon_u": (float, "longitude of the first end, degrees"),
        "lat_v": (float, "latitude of the second end, degrees"),
        "lon_v": (float, "longitude of the second end, degrees"),
        "is_tie": (bool, "normally open"),
    },
    "groups": {
        "transformer_ix": (int, "row of transformers, -1 for the rest of the province"),
        "customer_class": (int, "code"),
        "customers": (int, "customers in the group; 0 for the rest of the province"),
    },
    "wind": {
        "t_s": (float, "time, s; every ten minutes"),
        "district_ix": (int, "row of districts"),
        "gust_ms": (float, "3-second gust at the station, m/s"),
    },
    "track": {
        "t_s": (float, "time, s; may be before the start"),
        "lat": (float, "latitude of the centre, degrees"),
        "lon": (float, "longitude of the centre, degrees"),
        "wind_ms": (float, "maximum 10-minute wind, m/s"),
    },
    "interruptions": {
        "transformer_ix": (int, "row of transformers"),
        "customers": (int, "customers interrupted"),
        "t_off_s": (float, "supply lost"),
        "t_on_s": (float, "supply back; the end of the run where it is still open"),
        "is_open": (bool, "still without supply at the end of the run"),
        "cause": (int, "seq of the fact SupplyLost"),
    },
    "faults": {
        "fault": (str, "id"),
        "asset": (str, "id of the asset"),
        "kind": (str, "permanent or temporary"),
        "hazard": (str, "wind, steady or given"),
        "district_ix": (int, "row of districts"),
        "lat": (float, "latitude, degrees"),
        "lon": (float, "longitude, degrees"),
        "t_struck_s": (float, "struck"),
        "t_cleared_s": (float, "cleared, NaN when not"),
        "seq": (int, "seq of the fact FaultStruck"),
    },
    "incidents": {
        "incident": (str, "id"),
        "device": (str, "predicted device at the end"),
        "district_ix": (int, "row of districts"),
        "customers": (int, "most customers believed out"),
        "t_first_report_s": (float, "first evidence reached the control room"),
        "t_opened_s": (float, "opened"),
        "t_first_arrival_s": (float, "first crew on site, NaN when none came"),
        "t_closed_s": (float, "closed, NaN when still open"),
        "t_restored_s": (float, "belief of the last of its customers restored, NaN when not"),
        "first_restoration_s": (float, "first restoration time set, NaN when none"),
        "last_restoration_s": (float, "last restoration time set, NaN when none"),
        "n_restoration_times": (int, "restoration times set"),
        "seq": (int, "seq of the fact IncidentOpened"),
    },
    "beliefs": {
        "transformer_ix": (int, "row of transformers"),
        "incident": (str, "id of the incident that explains it"),
        "t_from_s": (float, "believed out from"),
        "t_to_s": (float, "until; the end of the run where still believed"),
    },
    "jobs": {
        "crew": (str, "id"),
        "incident": (str, "id"),
        "task": (str, "patrol, switch, repair or check"),
        "place": (str, "id of the asset it goes to"),
        "district_ix": (int, "row of districts of the place"),
        "t_assigned_s": (float, "assigned"),
        "t_arrived_s": (float, "on site, NaN when broken off"),
        "t_ended_s": (float, "ended"),
        "outcome": (str, "done, found, nothing, broken_off, feigned"),
    },
    "crew_states": {
        "crew": (str, "id"),
        "district_ix": (int, "row of districts of its depot"),
        "state": (
            str,
            "idle, travelling, patrolling, switching, repairing, stood_down, out_of_action",
        ),
        "t_from_s": (float, "from"),
        "t_to_s": (float, "until"),
    },
    "calls": {
        "caller": (int, "row of callers"),
        "attempt": (int, "0 for the first call, 1 for the first redial, ..."),
        "leg": (int, "0 for the call itself, then callbacks, levels of escalation, returns"),
        "solved": (int, "1 or 0 for answered calls: the matter is settled or not; -1 otherwise"),
        "call_type": (int, "code"),
        "group_ix": (int, "row of groups; 0 is the rest of the province"),
        "cause": (int, "seq of the fact that planned the caller"),
        "t_offered_s": (float, "rang"),
        "t_menu_end_s": (float, "left the menu, NaN when blocked"),
        "t_wait_end_s": (float, "answered or hung up, NaN when never queued"),
        "t_end_s": (float, "ended"),
        "outcome": (int, "code"),
        "agent": (int, "agent, -1 for none"),
    },
    "callers": {
        "t_planned_s": (float, "time of the first call, were it made"),
        "group_ix": (int, "row of groups"),
        "call_type": (int, "code"),
        "cause": (int, "seq of the fact that planned the caller"),
        "state": (int, "code"),
        "attempts": (int, "calls made"),
    },
    "agent_shifts": {
        "agent": (int, "agent"),
        "agent_group": (str, "group"),
        "tier": (str, "standby tier, '' for the roster"),
        "t_on_s": (float, "on duty from"),
        "t_off_s": (float, "until"),
        "t_shift_end_s": (float, "end of the shift as planned; longer on duty than this: overtime"),
    },
    "notices": {
        "notice": (str, "id"),
        "incident": (str, "id"),
        "template": (str, "estimate, update, restored or warning"),
        "channels": (str, "ids of its channels, with commas between them"),
        "restoration_s": (float, "restoration time it names, NaN for none"),
        "t_submitted_s": (float, "handed to its channels"),
        "customers": (int, "customers addressed"),
        "seq": (int, "seq of the fact NoticeSubmitted"),
    },
    "messages": {
        "notice": (str, "id"),
        "channel": (str, "id"),
        "group_ix": (int, "row of groups"),
        "customers": (int, "customers of the group when the notice was made"),
        "sent": (int, "messages sent"),
        "delivered": (int, "messages that arrived"),
        "noticed": (int, "messages noticed by the end of the run"),
        "cost_yuan": (float, "cost of the messages sent"),
        "t_sent_s": (float, "last message sent, NaN when the channel took none"),
        "t_delivered_s": (float, "last message arrived, NaN when none did"),
    },
}
"""Every table: column → (kind, meaning); rows in the order in which they came about."""
