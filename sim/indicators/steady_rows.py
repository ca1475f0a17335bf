"""What each steady measure is: rows (name, unit, definition, source) of the catalogue."""

from __future__ import annotations

__all__ = ["STEADY_ROWS"]

_GKM = "Gans, Koole & Mandelbaum 2003"
_KOOLE = "Koole, Call Center Optimization, 2013"
_OWN = "own definition"

STEADY_ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("steady_calls_per_h", "per_h", "Attempts that ring / time.", "count of rows"),
    ("steady_requests_per_h", "per_h", "Accepted calls / time: those that join a queue or meet an"
     " idle agent, so not blocked, balked, called back later or done in the menu.", _OWN),
    ("steady_blocked_share", "share", "Calls that find no free place / all calls (p_block).", _GKM),
    ("steady_first_blocked_share", "share", "The same among first attempts of callers"
     " (p_block_fresh).", "Falin & Templeton, Retrial Queues, 1997"),
    ("steady_balked_share", "share", "Calls that hang up at once instead of waiting / all calls"
     " (p_balk).", _GKM),
    ("steady_callback_share", "share", "Calls that take the offer to be called back / all calls"
     " (p_callback).", _OWN),
    ("steady_waited_share", "share", "Accepted calls that found no agent idle who may take them /"
     " accepted calls (p_wait); calls that take a call back count in both.", _GKM),
    ("steady_abandoned_share", "share", "Accepted calls that hang up / accepted calls"
     " (p_abandon).", _GKM),
    ("steady_abandoned_in_time_share", "share", "Accepted calls that hang up within T / accepted"
     " calls; T is `contact.service_level_within`.", _KOOLE),
    ("steady_wait_s", "mean_s", "Mean time in queue of all accepted calls, zeros and abandoned"
     " included (EW).", _GKM),
    ("steady_wait_answered_s", "mean_s", "Mean time in queue of answered calls, zeros included"
     " (EW_served): the average speed of answer.", _GKM),
    ("steady_wait_abandoned_s", "mean_s", "Mean time in queue of calls that hung up"
     " (EW_abandoned).", _GKM),
    ("steady_in_time_of_all_share", "share", "Answered within T / accepted calls.", _KOOLE),
    ("steady_in_time_of_answered_share", "share", "Answered within T / answered calls.", _KOOLE),
    ("steady_in_time_of_patient_share", "share", "Answered within T / (accepted calls - those who"
     " hung up within T).", _KOOLE),
    ("steady_in_time_or_gone_share", "share", "Answered or hung up within T / accepted calls: 1"
     " less the share who wait longer than T.", _KOOLE),
    ("steady_handle_s", "mean_s", "Mean time from the agent's taking an answered call to its end,"
     " dialling and work after it included.", _GKM),
    ("steady_attempts_per_caller", "mean", "Attempts that ring / first attempts that ring.",
     "Falin & Templeton, Retrial Queues, 1997"),
    ("steady_queue_calls", "mean", "Calls waiting for an agent, mean over time (EQ).", _GKM),
    ("steady_busy_calls", "mean", "Calls with an agent, mean over time.", _GKM),
    ("steady_menu_calls", "mean", "Calls in a menu, mean over time.", _OWN),
    ("steady_redialling_callers", "mean", "Callers between two attempts, mean over time"
     " (E_orbit).", "Falin & Templeton, Retrial Queues, 1997"),
    ("steady_lost_share", "share", "Callers whose last attempt failed and who do not call again,"
     " counted when that attempt rang / first attempts that ring.", _OWN),
    ("steady_busy_agents", "mean", "Agents with at least one call, mean over time (E_busy).", _GKM),
    ("steady_occupancy_share", "share", "Agent time with at least one call / agent time on duty;"
     " who is still busy after the shift is on duty until done.", _GKM),
    ("steady_group_share", "share", "Answered calls that an agent of the group took / answered"
     " calls, by group alone and by call type and group; of runs with several groups.", _OWN),
)  # fmt: skip
