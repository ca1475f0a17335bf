"""Orders: what the world does to the centre between two events; the kernel's other entries.

`Centre` makes room in the tables before each of them.
"""

from __future__ import annotations

from sim.contact.compiled import compiled_entry
from sim.contact.kernel import endings, events, joining, staff
from sim.contact.state import State

__all__ = ["come_back", "cut_away", "dial", "go_away", "hang_up_restored", "push"]


@compiled_entry
def push(s: State, t_s: float, kind: int, row: int) -> None:
    """Add an event."""
    events.push(s, t_s, kind, row)


@compiled_entry
def dial(s: State, t_s: float) -> None:
    """Let idle agents dial through lines of which places have become free."""
    joining.dial(s, t_s)


@compiled_entry
def hang_up_restored(s: State, t_s: float) -> None:
    """Let waiting callers of the groups whose supply is just back hang up, some of them."""
    endings.hang_up_restored(s, t_s)


@compiled_entry
def go_away(s: State, agent_ix: int) -> None:
    """Take an agent from the seat; contacts in hand stay in hand."""
    staff.go_away(s, agent_ix)


@compiled_entry
def cut_away(s: State, t_s: float, row: int, drops: bool) -> None:
    """Cut a contact of an agent who is away, who then leaves if the shift is over."""
    staff.cut_away(s, t_s, row, drops)


@compiled_entry
def come_back(s: State, t_s: float, agent_ix: int) -> None:
    """Bring an agent back to the seat, once no other reason to be away is left."""
    staff.come_back(s, t_s, agent_ix)
