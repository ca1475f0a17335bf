"""What each measure of `service` is: rows (name, unit, definition, source) of the catalogue."""

from __future__ import annotations

__all__ = ["SERVICE_ROWS"]

_COUNT = "count of rows"
_OWN = "own definition"
_GKM = "Gans, Koole & Mandelbaum 2003"
_KOOLE = "Koole, Call Center Optimization, 2013"
_CC = "common in call centres"

SERVICE_ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("offered", "calls", "Attempts of all customers, by telephone or any other channel: the sum of"
     " the eleven ends that follow. What the centre dials itself does not count.", _COUNT),
    ("blocked", "calls", "Attempts that met no free place or a closed line.", _COUNT),
    ("self_served", "calls", "Attempts the menu settled, outages reported there not included.",
     _COUNT),
    ("reported", "calls", "Attempts that reported an outage through the menu.", _COUNT),
    ("left_in_menu", "calls", "Attempts that hung up in the menu.", _COUNT),
    ("balked", "calls", "Attempts that hung up at once instead of waiting.", _COUNT),
    ("abandoned", "calls", "Attempts that hung up while they waited, for the first or a later"
     " level.", _COUNT),
    ("restored", "calls", "Attempts that hung up because supply was back.", _COUNT),
    ("answered", "calls", "Attempts an agent finished, at whatever level.", _COUNT),
    ("not_reached", "calls", "Attempts that were promised a call back or dialled at a later level,"
     " and not reached in all tries.", _COUNT),
    ("dropped", "calls", "Attempts a fault cut off.", _COUNT),
    ("cut_off", "calls", "Attempts still inside when the run ended.", _COUNT),
    ("redials", "calls", "Attempts after one that failed.", _COUNT),
    ("repeats", "calls", "Repeat calls: attempts after one that an agent finished.", _COUNT),
    ("callbacks", "calls", "Attempts that took the offer to be called back. Offers that were"
     " declined leave no trace in the tables.", _COUNT),
    ("callbacks_kept", "calls", "Of these, those with whom an agent then spoke.", _COUNT),
    ("dialled", "calls", "Outbound legs an agent dialled to their end, each try.", _COUNT),
    ("reached", "calls", "Of these, those that were answered.", _COUNT),
    ("handled", "calls", "Legs an agent took, of every kind and level.", _COUNT),
    ("callers", "callers", "Callers with at least one attempt, however often they redial.", _COUNT),
    ("overtime_h", "h", "Agents' time on duty after the planned end of the shift or of its part"
     " before a break: those who talk on or stay for a colleague who left, summed over agents.",
     _OWN),
    ("blocked_share", "share", "Blocked / offered.", _GKM),
    ("balked_share", "share", "Balked / offered.", _GKM),
    ("gone_share", "share", "Hung up in the queue they rang into / accepted. Accepted: attempts"
     " that joined that queue or met an idle agent, known to their end; not blocked, balked, called"
     " back later or done in the menu.", _GKM),
    ("self_service_share", "share", "Settled or reported in the menu / attempts that came through"
     " the menu, however they left it; blocked attempts are not in it.", _OWN),
    ("containment_share", "share", "The same with those who hung up in the menu in the numerator:"
     " all who asked for no agent.", _CC),
    ("connected_share", "share", "Manual connection rate: spoke with an agent, at once or when"
     " called back / asked for an agent, so left the menu for one. Blocked attempts and those still"
     " waiting when the run ends are not in it; balked and abandoned ones are.",
     "usual at 95598"),
    ("in_time_of_all_share", "share", "Service level of all: an agent took the call within T of its"
     " joining the queue / accepted. Excludes blocked, balked and called back. T is"
     " `contact.service_level_within`.", _KOOLE),
    ("in_time_of_answered_share", "share", "Service level of the answered: taken within T / taken"
     " by an agent. Excludes blocked and all who were not answered.", _KOOLE),
    ("in_time_of_patient_share", "share", "Service level of the patient: taken within T /"
     " (accepted - hung up within T). Excludes blocked.", _KOOLE),
    ("in_time_or_gone_share", "share", "Service level with the impatient: (taken + hung up within"
     " T) / accepted. Excludes blocked.", _KOOLE),
    ("in_time_of_asked_share", "share", "Service level of all who wanted an agent or could not get"
     " in: taken within T / (accepted + blocked + balked + called back). Includes blocked.", _OWN),
    ("asa_s", "s", "Average speed of answer: mean wait in the queue the call rang into, of those an"
     " agent took.", _GKM),
    ("callback_kept_share", "share", "Callbacks kept / callbacks taken whose end is known.", _OWN),
    ("callback_wait_s", "s", "Mean time from hanging up to the agent's dialling, of callbacks"
     " kept.", _OWN),
    ("transfers_per_case", "mean", "Talks handed on / cases; a case is an attempt with at least"
     " one talk that came to its end.", _OWN),
    ("levels_per_case", "mean", "Talks that came to their end / cases: levels a matter passed.",
     _OWN),
    ("settled_share", "share", "Attempts whose last talk settled the matter / attempts an agent"
     " finished.", _OWN),
    ("first_resolved_share", "share", "First-contact resolution: callers whose first talk settled"
     " the matter, without being handed on and without another call within the run / callers who"
     " had a talk. A talk cut by a fault is a first talk; one sent back to the queue goes on.",
     _CC),
    ("first_unrepeated_share", "share", "First-contact resolution as a centre sees it: not handed"
     " on and no further call within the run, settled or not / callers who had a talk.", _CC),
    ("repeat_share", "share", "Repeat calls / offered.", _OWN),
    ("handle_s", "s", "Mean time from an agent's taking a leg to its end, dialling and work after"
     " the call included.", _GKM),
    ("reached_share", "share", "Outbound legs answered / dialled.", _OWN),
    ("caller_served_share", "share", "Callers with an attempt finished by an agent, settled in the"
     " menu or reported there / callers. Those still inside or about to call again when the run"
     " ends are left out unless served.", _OWN),
    ("attempts_per_caller", "mean", "Offered / callers.",
     "Falin & Templeton, Retrial Queues, 1997"),
    ("wait_per_caller_s", "mean_s", "Wait in the queues rung into, summed over all attempts of a"
     " caller, mean over callers; waits cut off by the end of the run count as they are.", _OWN),
    ("planned_occupancy_share", "share", "Agent time with a contact in hand / agent time from"
     " coming to the planned end of the shift: without the ghosts. Can exceed 1; `occupancy_share`"
     " counts those who talk on after their shift as staff.", _OWN),
)  # fmt: skip
