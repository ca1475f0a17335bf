"""Every command a seat has the right to give has a control on its console, or a reason not to."""

import re
from functools import cache
from importlib.resources import files

import pytest

from sim.drill.wire import COMMANDS, CONTROLS
from sim.text.catalogue import LANGUAGES, catalogue
from sim.world.seats import CONTROLLER, PLAYERS, SEATS, may_give

BY_CONTROL = {"HandOver": "hand_over", "FireInject": "fire", "HoldInject": "hold"}
"""Given by the controller as controls of the exercise: the session turns them into commands."""
NOT_OFFERED: dict[tuple[str, str], str] = {}
"""(seat, command) that a console deliberately does not offer, and why."""

STATIC = files("sim.web") / "static"
IMPORTED = re.compile(r'from "\./(\w+\.js)"')
GIVEN = re.compile(r'(?:\bapp\.command\(|#command\(|\bcommand: |\border\()"(\w+)"')
STEERED = re.compile(r'(?:\bapp\.control\(|#control\(|\bcontrol\("[\w.]+", "\w*", )"(\w+)"')

PAIRS = sorted(
    (seat, name)
    for seat in SEATS
    for name, kind in COMMANDS.items()
    if may_give(seat, kind.__new__(kind))
)


@cache
def scripts_of(seat: str) -> str:
    """Return the text of a console's own script and of all it imports."""
    read: dict[str, str] = {}
    waiting = [f"{seat}.js", "shell.js"]
    while waiting:
        name = waiting.pop()
        if name not in read:
            text = (STATIC / name).read_text(encoding="utf-8")
            read[name] = re.sub(r"//.*|/\*.*?\*/", "", text)
            waiting += IMPORTED.findall(read[name])
    return "\n".join(read.values())


def test_the_scripts_are_read_with_what_they_import() -> None:
    assert "RestoreFeeder" in GIVEN.findall(scripts_of("dispatcher"))
    assert "CutFeeder" not in scripts_of("supervisor")
    assert len(PAIRS) > 20


@pytest.mark.parametrize(("seat", "name"), PAIRS)
def test_a_seat_can_give_it_from_its_console(seat: str, name: str) -> None:
    if (seat, name) in NOT_OFFERED:
        assert name not in GIVEN.findall(scripts_of(seat)), "it is offered after all"
    elif seat == CONTROLLER:
        assert BY_CONTROL[name] in CONTROLS
        assert BY_CONTROL[name] in STEERED.findall(scripts_of(seat))
    else:
        assert name in GIVEN.findall(scripts_of(seat))


@pytest.mark.parametrize("seat", PLAYERS)
def test_a_console_offers_nothing_its_seat_may_not_give(seat: str) -> None:
    for name in GIVEN.findall(scripts_of(seat)):
        kind = COMMANDS[name]
        assert may_give(seat, kind.__new__(kind)), name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_the_scripts_name_is_there(lang: str) -> None:
    texts = catalogue(lang)
    named = {key for seat in SEATS for key in re.findall(r'"(console\.[\w.]+)"', scripts_of(seat))}
    assert len(named) > 100
    assert {key for key in named if key not in texts} == set()
