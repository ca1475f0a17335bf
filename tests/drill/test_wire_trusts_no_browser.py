"""What browsers say is read strictly; nothing they say can raise."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.commands import (
    AssignCrew,
    BeginPlannedWork,
    CallStandby,
    Command,
    OperateSwitch,
    SendNotice,
    SwitchAnnouncement,
)
from sim.drill import wire

FINE = {
    "type": "command",
    "id": "a1",
    "seen": 7,
    "command": "SendNotice",
    "fields": {"incident": "d/a3#1", "template": "update", "districts": ["d"], "restoration_s": 9},
}


def but(**changed: Any) -> dict[str, Any]:
    return {**FINE, **changed}


def fields_but(**changed: Any) -> dict[str, Any]:
    return but(fields={**FINE["fields"], **changed})  # type: ignore[dict-item]


def test_a_command_is_read_with_exactly_its_types() -> None:
    said = wire.read(FINE)
    command = SendNotice("d/a3#1", "update", ("d",), 9.0)
    assert said == wire.CommandMessage("a1", 7, command)
    assert isinstance(said, wire.CommandMessage)
    assert isinstance(said.command, SendNotice)
    assert type(said.command.restoration_s) is float


def test_what_a_person_wrote_may_have_lines_and_wide_spaces() -> None:
    text = "请核对\u3000灵溪线\n第二行"
    said = wire.read({"type": "control", "id": 3, "action": "hint", "seat": "x", "text": text})
    assert said == wire.ControlMessage("3", wire.Hint("x", text))


def test_the_channels_of_a_notice_are_read_as_codes() -> None:
    said = wire.read(fields_but(channels=["app", "loudspeaker"]))
    assert isinstance(said, wire.CommandMessage)
    command = said.command
    assert isinstance(command, SendNotice)
    assert command.channels == ("app", "loudspeaker")
    assert wire.command_of("SendNotice", wire.fields_of(command)) == command
    for wrong in ("app", [1], [""], ["a\nb"], None, ["x"] * 401):
        assert wire.read(fields_but(channels=wrong)) == wire.Malformed("a1", "bad_value")


@pytest.mark.parametrize(
    "command", [BeginPlannedWork("mend"), OperateSwitch("d/a2@1", False, incident="")]
)
def test_nobody_in_particular_may_be_named_by_an_empty_text(command: Command) -> None:
    name, fields = type(command).__name__, wire.fields_of(command)
    said = wire.read({"type": "command", "id": "1", "command": name, "fields": fields})
    assert said == wire.CommandMessage("1", -1, command)
    assert wire.command_of(name, fields) == command  # as a drill shown again reads it


@pytest.mark.parametrize("text", [None, "area_and_time"])
def test_an_announcement_is_read_again_from_its_logged_fields(text: str | None) -> None:
    command = SwitchAnnouncement(True, text)
    assert wire.command_of("SwitchAnnouncement", wire.fields_of(command)) == command


def test_fields_with_a_default_may_be_left_out() -> None:
    said = wire.read(but(fields={"incident": "i", "template": "update"}, seen=-1))
    assert said == wire.CommandMessage("a1", -1, SendNotice("i", "update"))


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ([], "not_an_object"),
        (None, "not_an_object"),
        ("command", "not_an_object"),
        (but(id=None), "bad_id"),
        (but(id=""), "bad_id"),
        (but(id="x" * 65), "bad_id"),
        (but(id=True), "bad_id"),
        (but(id=-1), "bad_id"),
        (but(id=10**30), "bad_id"),
        (but(id="a\nb"), "bad_id"),
        (but(type="shout"), "unknown_type"),
        (but(type=["command"]), "unknown_type"),
        (but(more=1), "unknown_key"),
        (but(seat="controller"), "unknown_key"),
        (but(seen="7"), "bad_seen"),
        (but(seen=True), "bad_seen"),
        (but(seen=-2), "bad_seen"),
        (but(seen=7.0), "bad_seen"),
        (but(command="Command"), "unknown_command"),
        (but(command="eval"), "unknown_command"),
        (but(command=["SendNotice"]), "unknown_command"),
        (but(fields=[]), "bad_fields"),
        (but(fields={}), "missing_field"),
        (fields_but(more=1), "unknown_key"),
        (fields_but(incident=3), "bad_value"),
        (fields_but(incident=""), "bad_value"),
        (fields_but(incident="x" * 10_000), "bad_value"),
        (fields_but(incident="a\x00b"), "bad_value"),
        (fields_but(incident="\ud800"), "bad_value"),
        (fields_but(incident="\u202eabc"), "bad_value"),
        (fields_but(districts="d"), "bad_value"),
        (fields_but(districts={"d": 1}), "bad_value"),
        (fields_but(districts=[["d"]]), "bad_value"),
        (fields_but(districts=["d"] * 1000), "bad_value"),
        (fields_but(restoration_s="9"), "bad_value"),
        (fields_but(restoration_s=True), "bad_value"),
        (fields_but(restoration_s=float("nan")), "bad_value"),
        (fields_but(restoration_s=float("inf")), "bad_value"),
        (fields_but(restoration_s=10**400), "bad_value"),
        (but(command="HandOver", fields={"seat": "dispatcher", "autopilot": 1}), "bad_value"),
        (but(command="SwitchAnnouncement", fields={"on": True, "text": ""}), "bad_value"),
        (but(command="SwitchAnnouncement", fields={"on": True, "text": "a\nb"}), "bad_value"),
        (but(command="SwitchAnnouncement", fields={"on": True, "text": "x" * 200}), "bad_value"),
        (
            but(
                command="SetRestorationTime",
                fields={"incident": "i", "restoration_s": 1, "stage": "<b>now</b>"},
            ),
            "unknown_code",
        ),
        (but(command="PutOffPlannedWork", fields={"work": "w", "why": "fun"}), "unknown_code"),
        (but(command="PutOffPlannedWork", fields={"work": "", "why": "order"}), "bad_value"),
        ({"type": "control", "id": "1", "action": "format"}, "unknown_action"),
        ({"type": "control", "id": "1", "action": {}}, "unknown_action"),
        ({"type": "control", "id": "1", "action": "speed"}, "missing_field"),
        ({"type": "control", "id": "1", "action": "speed", "speed": "2"}, "bad_value"),
        ({"type": "control", "id": "1", "action": "pause", "speed": 2}, "unknown_key"),
        ({"type": "control", "id": "1", "action": "hint", "seat": "x", "text": "y" * 501},
         "bad_value"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_its_reason(message: object, why: str) -> None:
    said = wire.read(message)
    assert isinstance(said, wire.Malformed)
    assert said.why == why


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN",
        '{"type":"command","id":Infinity}',
        '{"id":"1","id":"2"}',
        "[" * 100_000,
        "1" * 5000,
        b"\xff\xfe",
        '"' + "x" * 20_000 + '"',
    ],
)
def test_text_that_is_not_plain_json_is_refused(text: str | bytes) -> None:
    assert isinstance(wire.decoded(text), wire.Malformed)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
NAMES = st.sampled_from([*wire.COMMANDS, *wire.CONTROLS, "x"])
ALMOST = st.fixed_dictionaries(
    {"type": st.sampled_from(["command", "control", "x"]) | JSON},
    optional={
        "id": st.text() | JSON,
        "seen": st.integers() | JSON,
        "command": NAMES | JSON,
        "action": NAMES | JSON,
        "fields": JSON
        | st.dictionaries(
            st.sampled_from(["incident", "crew", "task", "targets", "seat", "autopilot", "tier"]),
            JSON,
        ),
        "speed": JSON,
        "seat": JSON,
        "text": JSON,
    },
)


@given(JSON | ALMOST)
def test_no_message_can_raise(message: Any) -> None:
    said = wire.read(message)
    if isinstance(said, wire.Malformed):
        assert said.why


@given(st.text() | st.binary())
def test_no_text_can_raise(text: str | bytes) -> None:
    wire.read(wire.decoded(text))


@given(st.lists(st.text(min_size=1, max_size=20).filter(str.isprintable), max_size=5))
def test_a_command_is_read_back_from_its_line_as_it_was(targets: list[str]) -> None:
    command = AssignCrew("d-1", "i", "patrol", tuple(targets))
    fields = json.loads(json.dumps(wire.fields_of(command)))
    assert wire.command_of("AssignCrew", fields) == command


def test_every_command_can_be_said() -> None:
    examples: dict[str, Any] = {
        "str": "x", "str | None": "x", "bool": True, "float": 1.5, "int": 1
    }  # fmt: skip
    for name, kind in wire.COMMANDS.items():
        fields: dict[str, Any] = {}
        for each in dataclasses.fields(kind):
            codes = wire._CODES.get((name, each.name))
            if codes:
                fields[each.name] = codes[0]
            else:
                fields[each.name] = ["x"] if "tuple" in str(each.type) else examples.get(
                    str(each.type), 1.5
                )  # fmt: skip
        said = wire.read({"type": "command", "id": 1, "command": name, "fields": fields})
        assert isinstance(said, wire.CommandMessage), (name, said)


def test_unknown_commands_of_a_ledger_are_told() -> None:
    with pytest.raises(ValueError, match="CallStandby: missing_field"):
        wire.command_of("CallStandby", {})
    assert wire.command_of("CallStandby", {"tier": "first"}) == CallStandby("first")
