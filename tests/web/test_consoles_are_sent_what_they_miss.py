"""The hub: slow consoles skip figures, never an alarm; a gap is filled by the full view."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from sim.web.hub import Console, Hub

Message = dict[str, Any]


class Lines:
    """Be a session that only shows."""

    secrets: Mapping[str, str] = {"dispatcher": "d"}

    def __init__(self) -> None:
        self.deliver: Callable[[Mapping[str, Any]], None]
        self.visits: list[tuple[str, bool]] = []

    def subscribe(self, _seat: str, deliver: Callable[[Mapping[str, Any]], None]) -> Any:
        self.deliver = deliver
        return lambda: None

    def submit(self, _seat: str, _user: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        return message

    def connected(self, seat: str, _user: str, is_connected: bool) -> None:
        self.visits.append((seat, is_connected))


class Browser:
    """Receive at the speed the test wants."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self._news = asyncio.Condition()

    async def send(self, text: str) -> None:
        await self.may_go_on.wait()
        async with self._news:
            self.heard.append(json.loads(text))
            self._news.notify_all()

    async def until(self, wanted: Callable[[list[Message]], bool]) -> None:
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: wanted(self.heard)), 20)


def alarm(n: int) -> Message:
    return {"n": n, "t_s": float(n), "kind": "gasp", "values": {}}


def shows(n: int, **view: Any) -> Message:
    return {"type": "delta", "n": n, "view": view}


def has_shown(n: int) -> Callable[[list[Message]], bool]:
    return lambda heard: any(each.get("n") == n for each in heard)


def play(script: Callable[[Lines, Hub, Browser, Console], Any]) -> None:
    async def whole() -> None:
        lines, browser = Lines(), Browser()
        hub = Hub(lines, lines.secrets)
        hub.start()
        console = Console("dispatcher", browser.send)
        hub.enter(console)
        sender = asyncio.create_task(console.run(hub.board("dispatcher")))
        await script(lines, hub, browser, console)
        sender.cancel()
        hub.stop()

    asyncio.run(whole())


def test_a_console_gets_the_full_view_then_only_what_changes() -> None:
    async def script(lines: Lines, _hub: Hub, browser: Browser, _console: Console) -> None:
        lines.deliver({"type": "full", "n": 1, "view": {"clock": {"t_s": 0}, "grid": [1, 2]}})
        await browser.until(has_shown(1))
        lines.deliver(shows(2, clock={"t_s": 1}))
        await browser.until(has_shown(2))
        views = [each for each in browser.heard if "view" in each]
        assert views == [
            {"type": "full", "n": 1, "view": {"clock": {"t_s": 0}, "grid": [1, 2]}},
            {"type": "delta", "n": 2, "view": {"clock": {"t_s": 1}}},
        ]

    play(script)


def test_a_slow_console_skips_figures_but_no_alarm() -> None:
    async def script(lines: Lines, _hub: Hub, browser: Browser, _console: Console) -> None:
        lines.deliver({"type": "full", "n": 1, "view": {"board": 0, "alarms": [alarm(1)]}})
        await browser.until(has_shown(1))
        browser.may_go_on.clear()
        for n in range(2, 402):
            # the session itself shows the last 60 only
            window = [alarm(k) for k in range(max(1, n - 59), n + 1)]
            lines.deliver(shows(n, board=n, alarms=window))
        browser.may_go_on.set()
        await browser.until(has_shown(401))
        views = [each["view"] for each in browser.heard if "view" in each]
        assert len(views) < 10
        assert [each["n"] for view in views for each in view.get("alarms", [])] == list(
            range(1, 402)
        )

    play(script)


def test_a_gap_is_filled_by_the_full_view() -> None:
    async def script(lines: Lines, _hub: Hub, browser: Browser, console: Console) -> None:
        lines.deliver({"type": "full", "n": 1, "view": {"board": 1, "inbox": [alarm(1)]}})
        await browser.until(has_shown(1))
        lines.deliver(shows(2, board=2, inbox=[alarm(1), alarm(2)]))
        await browser.until(has_shown(2))
        console.start_over()
        await browser.until(lambda heard: sum(each["type"] == "full" for each in heard) == 2)
        assert browser.heard[-1] == {
            "type": "full", "n": 2, "view": {"board": 2, "inbox": [alarm(1), alarm(2)]},
        }  # fmt: skip

    play(script)


def test_going_back_in_time_sends_everything_anew() -> None:
    async def script(lines: Lines, _hub: Hub, browser: Browser, _console: Console) -> None:
        both = [alarm(1), alarm(2)]
        lines.deliver({"type": "full", "n": 1, "view": {"board": 1, "inbox": both}})
        await browser.until(has_shown(1))
        lines.deliver({"type": "full", "n": 2, "view": {"board": 1, "inbox": [alarm(1)]}})
        await browser.until(has_shown(2))
        view = {"board": 1, "inbox": [alarm(1)]}
        assert browser.heard[-1] == {"type": "full", "n": 2, "view": view}

    play(script)


def test_a_console_that_reads_no_answers_is_given_up() -> None:
    async def script(_lines: Lines, _hub: Hub, browser: Browser, console: Console) -> None:
        browser.may_go_on.clear()
        for _ in range(1000):
            console.tell({"type": "ack"})
        await asyncio.wait_for(console.is_dead.wait(), 20)

    play(script)


def test_the_session_hears_who_comes_and_goes() -> None:
    async def script(lines: Lines, hub: Hub, browser: Browser, console: Console) -> None:
        second = Console("dispatcher", browser.send)
        hub.enter(second)
        hub.leave(second)
        assert console.is_active
        hub.leave(console)
        assert lines.visits[-1] == ("dispatcher", False)
        assert [each for each in lines.visits if not each[1]] == [("dispatcher", False)]

    play(script)
