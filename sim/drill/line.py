"""The line: a thread of its own and the requests that wait for it.

Everything that touches a world or a ledger happens in that thread. Without it (in tests) requests
are carried out at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TypeVar

__all__ = ["Line"]

Result = TypeVar("Result")


class Line:
    """Own the thread of a session."""

    def __init__(self, live: Callable[[], None]) -> None:
        """Take what the thread does; it must return soon after `is_closing`."""
        self._live = live
        self._requests: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_open(self) -> bool:
        """Say whether there is a thread."""
        return self._thread is not None

    @property
    def is_closing(self) -> bool:
        """Say whether the thread is to end."""
        return self._closing.is_set()

    def open(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._live, name="drill", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; what is in line by then is still carried out, by whoever closes."""
        self._closing.set()
        if self._thread is not None:
            self.ask(lambda: None)
            self._thread.join()
            self._thread = None
            self.serve(0.0)

    def ask(self, request: Callable[[], None]) -> None:
        """Put a request in line; without a thread, or in it, carry it out at once."""
        if self._thread is None or threading.current_thread() is self._thread:
            request()
        else:
            self._requests.put(request)

    def call(self, function: Callable[[], Result], timeout_s: float) -> Result:
        """Put a request in line and return its result, or raise what it raised.

        Raise TimeoutError when it takes longer.
        """
        answer: Future[Result] = Future()

        def carry_out() -> None:
            try:
                answer.set_result(function())
            except BaseException as error:
                answer.set_exception(error)
                raise

        self.ask(carry_out)
        return answer.result(timeout_s)

    def serve(self, wait_s: float) -> None:
        """Carry out the requests in line; wait for the first one a while."""
        try:
            request = self._requests.get(timeout=wait_s) if wait_s else self._requests.get_nowait()
            while True:
                request()
                request = self._requests.get_nowait()
        except Empty:
            return
