"""What a browser may say, and what the server answers before the drill hears of it.

Whatever is malformed, too fast, meant for another seat or said twice changes nothing.
"""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections import OrderedDict
from typing import Any

from starlette.concurrency import run_in_threadpool

from sim.text.catalogue import LANGUAGES, Translator
from sim.web.guard import TokenBucket
from sim.web.hub import CONTROLLER, Console, Hub
from sim.web.seats import DrillSession, Message

__all__ = ["Answers", "RulesBrokenError", "Talk"]

_LONGEST_ID = 64
_LONGEST_USER = 40
_REMEMBERED = 1000
"""Acknowledgements kept per seat, for a browser that asks again."""
_PER_S, _BURST = 20.0, 60
_FAULTS = 30
"""Malformed or too fast messages after which a socket is closed."""
_DEEPEST = 8


class RulesBrokenError(Exception):
    """The console has broken the rules once too often; `code` closes its socket."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Answers:
    """Own the acknowledgements of one seat: one order at a time, each id once."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self._given: OrderedDict[str, Message] = OrderedDict()

    def get(self, name: str) -> Message | None:
        """Return the acknowledgement given to an id before."""
        return self._given.get(name)

    def keep(self, name: str, answer: Message) -> None:
        """Remember an acknowledgement."""
        self._given[name] = answer
        while len(self._given) > _REMEMBERED:
            self._given.popitem(last=False)


class Talk:
    """Read what one console says."""

    def __init__(self, console: Console, hub: Hub, session: DrillSession, answers: Answers) -> None:
        self._console, self._hub, self._session = console, hub, session
        self._answers = answers
        self._clock = asyncio.get_running_loop().time
        self._bucket = TokenBucket(_PER_S, _BURST, self._clock())
        self._faults = 0

    async def hear(self, text: str | None) -> None:
        """Handle one message; raise RulesBrokenError when there were too many bad ones."""
        if not self._bucket.take(self._clock()):
            self._fault("too_fast")
            return
        message = _read(text)
        if message is None:
            self._fault("malformed")
            return
        kind = message["type"]
        if kind == "resync":
            self._console.start_over()
        elif kind == "take":
            self._hub.hand_to(self._console)
        elif kind == "hello":
            self._greet(message)
        elif kind in ("command", "control"):
            await self._order(message)
        else:
            self._fault("malformed")

    def _greet(self, message: Message) -> None:
        user = message.get("user")
        if not isinstance(user, str):
            self._fault("malformed")
            return
        self._console.user = _plain(user)[:_LONGEST_USER]
        if self._console.is_active:
            self._session.connected(self._console.seat, self._console.user, True)

    async def _order(self, message: dict[str, Any]) -> None:
        name = message.get("id")
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_ID:
            self._fault("malformed")
            return
        if message["type"] == "control" and self._console.seat != CONTROLLER:
            self._refuse(name, "controller_only")
            return
        if not self._console.is_active:
            self._refuse(name, "read_only")
            return
        async with self._answers.lock:
            answer = self._answers.get(name)
            if answer is None:
                answer = await run_in_threadpool(
                    self._session.submit, self._console.seat, self._console.user, message
                )
                self._answers.keep(name, answer)
        self._console.tell(answer)

    def _fault(self, why: str) -> None:
        self._faults += 1
        if self._faults > _FAULTS:
            raise RulesBrokenError(1008)
        self._refuse("", why)

    def _refuse(self, name: str, why: str) -> None:
        text = {lang: Translator(lang)(f"console.why.{why}") for lang in LANGUAGES}
        self._console.tell({"type": "ack", "id": name, "accepted": False, "why": why, "text": text})


def _read(text: str | None) -> dict[str, Any] | None:
    """Return a message with a type, or None when it is anything else."""
    if text is None or _depth(text) > _DEEPEST:
        return None
    try:
        message = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return None
    return message


def _depth(text: str) -> int:
    """Return an upper bound of how deep lists and objects nest."""
    deepest = depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _plain(text: str) -> str:
    """Return a text without control characters, line breaks and lone surrogates."""
    return "".join(each for each in text if unicodedata.category(each)[0] != "C").strip()
