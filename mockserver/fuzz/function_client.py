"""Calls a client that is a Python function: in this process, in a thread of its own that may hang."""

from __future__ import annotations

import asyncio
import ctypes
import inspect
import threading
import traceback
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

from mockserver.fuzz.fake_server import Trial
from mockserver.fuzz.outcome import HANDLED, HUNG, TYPED, UNHANDLED, Outcome

LONGEST_DETAIL = 300


class _Stopped(BaseException):
    """Raised in a call that didn't end in time."""


class FunctionClient:
    """``call(base_url, key)`` is a function, a coroutine function too; ``typed`` are the client's own errors."""

    def __init__(
        self, call: Callable[[str, str], Any], typed: tuple[type[BaseException], ...] = (), timeout: float = 5.0
    ) -> None:
        self._call = call
        self._typed = typed
        self._timeout = timeout
        self._running: dict[threading.Thread, SimpleQueue[Outcome]] = {}

    def attempt(self, trial: Trial, vendor: str) -> Outcome:
        outcomes: SimpleQueue[Outcome] = SimpleQueue()
        arguments = trial.base_urls[vendor], trial.keys[vendor]
        thread = threading.Thread(target=lambda: outcomes.put(self._outcome(*arguments)), daemon=True)
        thread.start()
        self._running[thread] = outcomes
        try:
            return outcomes.get(timeout=self._timeout)
        except Empty:
            _stop(thread)
            return self._hung()
        finally:
            del self._running[thread]

    def stop(self) -> None:
        for thread, outcomes in tuple(self._running.items()):
            _stop(thread)
            outcomes.put(self._hung())

    def close(self) -> None:
        pass

    def _hung(self) -> Outcome:
        return Outcome(HUNG, f"no answer within {self._timeout:g} s", HUNG)

    def _outcome(self, base_url: str, key: str) -> Outcome:
        try:
            value = self._call(base_url, key)
            if inspect.isawaitable(value):
                value = asyncio.run(_result(value))
        except self._typed as error:
            return Outcome(TYPED, _one_line(error), type(error).__name__, error)
        except _Stopped:
            return self._hung()
        except BaseException as error:  # whatever a client raises is what is looked for
            return Outcome(
                UNHANDLED, f"{_one_line(error)}{_raised_at(error)}", f"{type(error).__name__}{_raised_at(error)}"
            )
        return Outcome(HANDLED, value=value)


async def _result(value: Any) -> Any:
    return await value


def _stop(thread: threading.Thread) -> None:
    """End a call that runs on; one that waits in the system for something goes on waiting, and hinders nobody."""
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_Stopped))


def _one_line(error: BaseException) -> str:
    text = f"{type(error).__name__}: {error}".partition("\n")[0]
    return text if len(text) <= LONGEST_DETAIL else text[: LONGEST_DETAIL - 1] + "…"


def _raised_at(error: BaseException) -> str:
    """Where it was raised: `` (client.py:12)``."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno})" if frames else ""
