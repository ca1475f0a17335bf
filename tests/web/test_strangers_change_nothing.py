"""Forged, foreign, oversized, malformed, repeated and rushed messages change nothing."""

from __future__ import annotations

import http.client
from typing import Any

import pytest
from raw_console import RawConsole
from websockets.exceptions import InvalidStatus

from sim.web.server import MOST_BYTES


def answer(port: int, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/seat/",
        "/seat/controller",
        "/seat/secret-of-controller-012345678",
        "/seat/%F0%28%8C",
        "/static/",
        "/static/server.py",
        "/static/..%2fserver.py",
        "/static/%2e%2e/console.html",
        "/ws/secret-of-controller-0123456789",
        "/docs",
    ],
)
def test_what_is_not_there_is_not_found(served: Any, path: str) -> None:
    response = answer(served.server.port, path)
    assert response.status == 404
    assert response.getheader("Set-Cookie") is None


def test_a_page_keeps_to_itself(served: Any) -> None:
    path = f"/seat/{served.session.secrets['dispatcher']}"
    response = answer(served.server.port, path)
    policy = response.getheader("Content-Security-Policy") or ""
    assert response.status == 200
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert response.getheader("X-Content-Type-Options") == "nosniff"
    assert response.getheader("Referrer-Policy") == "no-referrer"
    assert response.getheader("Cache-Control") == "no-store"
    assert response.getheader("Set-Cookie") is None
    assert response.getheader("Server") is None


def test_pages_are_only_read(served: Any) -> None:
    path = f"/seat/{served.session.secrets['dispatcher']}"
    assert answer(served.server.port, path, "POST").status == 405


def test_a_page_of_another_name_reaches_nothing(served: Any) -> None:
    """A name that a stranger lets point at this machine does not open the consoles."""
    path = f"/seat/{served.session.secrets['dispatcher']}"
    assert answer(served.server.port, path, Host="evil.example").status == 421
    own = f"localhost:{served.server.port}"
    assert answer(served.server.port, path, Host=own).status == 200


@pytest.mark.parametrize("secret", ["x", "secret-of-controller-012345678", "界" * 20])
def test_a_forged_secret_opens_no_socket(served: Any, secret: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        RawConsole(served.server.port, secret)
    assert refused.value.response.status_code == 404
    assert served.session.visits == []


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
def test_a_page_elsewhere_opens_no_socket(served: Any, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        served.console("controller", origin=origin)
    assert refused.value.response.status_code == 403
    assert served.session.visits == []


MALFORMED = [
    "",
    "null",
    "[]",
    "7",
    '"start"',
    "{",
    '{"type": 7}',
    '{"type": "start"}',
    '{"type": "command"}',
    '{"type": "command", "id": 7, "command": "CallStandby", "fields": {}}',
    '{"type": "command", "id": "", "command": "CallStandby", "fields": {}}',
    '{"type": "command", "id": "' + "x" * 65 + '", "command": "CallStandby", "fields": {}}',
    '{"type": "hello", "user": ["a"]}',
    '{"type": "command", "id": "a", "fields": NaN}',
    '{"a": ' + "[" * 2000 + "]" * 2000 + "}",
    b"\x00\xff\xfe",
    b'{"type": "resync"}',
]


@pytest.mark.parametrize("message", MALFORMED)
def test_a_malformed_message_is_answered_and_changes_nothing(
    served: Any, message: str | bytes
) -> None:
    console = served.console("supervisor")
    console.full()
    console.say(message)
    refused = console.hear(lambda each: each["type"] == "ack")
    assert (refused["accepted"], refused["why"]) == (False, "malformed")
    assert served.session.orders == []
    assert console.command("CallStandby", tier="first")["accepted"]


def test_an_oversized_message_ends_the_socket(served: Any) -> None:
    console = served.console("supervisor")
    console.full()
    console.say({"type": "hello", "user": "x" * MOST_BYTES})
    assert console.code_of_end() == 1009
    assert served.session.orders == []


def test_a_flood_ends_the_socket_and_leaves_the_others_alone(served: Any) -> None:
    calm, wild = served.console("dispatcher"), served.console("supervisor")
    calm.full()
    wild.full()
    for k in range(400):
        wild.say({"type": "command", "id": f"f{k}", "seen": 1, "command": "X", "fields": {}})
    assert wild.code_of_end() == 1008
    assert served.session.orders == []
    crew = served.session.crews[0]["id"]
    incident = served.session.incidents[0]["id"]
    done = calm.command(
        "AssignCrew", crew=crew, incident=incident, task="patrol", targets=["luoyang/line1"]
    )
    assert done["accepted"]


@pytest.mark.parametrize("seat", ["supervisor", "dispatcher", "notification"])
@pytest.mark.parametrize("action", ["start", "stop", "speed", "fire", "hint"])
def test_a_player_cannot_steer_the_drill(served: Any, seat: str, action: str) -> None:
    console = served.console(seat)
    console.full()
    refused = console.order("control", action=action, speed=60, inject="I02", seat=seat, text="x")
    assert (refused["accepted"], refused["why"]) == (False, "controller_only")
    assert set(refused["text"]) == {"en", "zh"}
    assert served.session.status == "ready"
    assert served.session.orders == []


def test_a_seat_cannot_give_the_orders_of_another(served: Any) -> None:
    console = served.console("notification")
    console.full()
    assert not console.command("CallStandby", tier="first")["accepted"]
    assert served.session.tiers[0]["state"] == "ready"


def test_an_order_said_twice_is_carried_out_once(served: Any) -> None:
    console = served.console("supervisor")
    console.full()
    order = {
        "type": "command", "id": "same", "seen": 1,
        "command": "CallStandby", "fields": {"tier": "first"},
    }  # fmt: skip
    console.say(order)
    console.say(order)
    answers = [console.hear(lambda each: each["type"] == "ack") for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(served.session.orders) == 1
    console.close()
    again = served.console("supervisor")
    again.say(order)
    assert again.hear(lambda each: each["type"] == "ack") == answers[0]
    assert len(served.session.orders) == 1


def test_the_newer_browser_plays_and_the_older_reads_until_it_takes_the_seat_back(
    served: Any,
) -> None:
    def is_told(active: bool) -> Any:
        return lambda each: each["type"] == "seat" and each["active"] is active

    older = served.console("supervisor")
    older.hear(is_told(True))
    newer = served.console("supervisor")
    newer.hear(is_told(True))
    older.hear(is_told(False))
    refused = older.command("CallStandby", tier="first")
    assert (refused["accepted"], refused["why"]) == (False, "read_only")
    older.say({"type": "take"})
    newer.hear(is_told(False))
    assert older.command("CallStandby", tier="first")["accepted"]
    assert len(served.session.orders) == 1
    older.close()
    newer.hear(is_told(True))


def test_a_name_is_plain_and_short(served: Any) -> None:
    console = served.console("supervisor")
    console.say({"type": "hello", "user": "\u202e<b>Chen</b>\n\x00" + "x" * 100})
    console.command("CallStandby", tier="first")
    _seat, user, _order = served.session.orders[0]
    assert user.startswith("<b>Chen</b>xx")
    assert len(user) == 40
