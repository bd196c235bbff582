"""Calls a client that is a Python function: in this process, in a thread of its own that may hang."""

from __future__ import annotations

import asyncio
import ctypes
import inspect
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from mockserver.fuzz.fake_server import Trial
from mockserver.fuzz.outcome import HANDLED, HUNG, TYPED, UNHANDLED, Outcome

LONGEST_DETAIL = 300
LOOK = 0.25  # seconds between two looks


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
        self._stopped = threading.Event()

    def attempt(self, trial: Trial, vendor: str) -> Outcome:
        arguments = trial.base_urls[vendor], trial.keys[vendor]
        return timed_outcome(self._call, arguments, self._typed, self._timeout, self._stopped.is_set)

    def stop(self) -> None:
        self._stopped.set()

    def close(self) -> None:
        pass


def timed_outcome(
    call: Callable[..., Any],
    arguments: tuple[Any, ...],
    typed: tuple[type[BaseException], ...],
    timeout: float,
    is_over: Callable[[], bool] = lambda: False,
) -> Outcome:
    """What a call made of its arguments, within ``timeout`` seconds, or until ``is_over``."""
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(_outcome(call, arguments, typed, timeout)), daemon=True)
    deadline = time.monotonic() + timeout
    thread.start()
    while thread.is_alive() and (left := deadline - time.monotonic()) > 0 and not is_over():
        thread.join(min(left, LOOK))
    if not outcomes:
        _stop(thread)
        return Outcome(HUNG, f"no answer within {timeout:g} s", HUNG)
    return outcomes[0]


def _outcome(
    call: Callable[..., Any], arguments: tuple[Any, ...], typed: tuple[type[BaseException], ...], timeout: float
) -> Outcome:
    try:
        value = call(*arguments)
        if inspect.isawaitable(value):
            value = asyncio.run(_result(value))
    except typed as error:
        return Outcome(TYPED, _one_line(error), type(error).__name__, error)
    except _Stopped:
        return Outcome(HUNG, f"no answer within {timeout:g} s", HUNG)
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
