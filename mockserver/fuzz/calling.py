"""A client that is a Python function: called in this process, in a thread of its own that may hang."""

from __future__ import annotations

import asyncio
import ctypes
import inspect
import threading
import traceback
from collections.abc import Callable
from typing import Any

from mockserver.fuzz.outcome import HANDLED, HUNG, TYPED, UNHANDLED, Outcome
from mockserver.fuzz.serving import Place

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

    def attempt(self, place: Place, vendor: str) -> Outcome:
        found: list[Outcome] = []
        arguments = place.base_urls[vendor], place.keys[vendor]
        thread = threading.Thread(target=lambda: found.append(self._outcome(*arguments)), daemon=True)
        thread.start()
        thread.join(self._timeout)
        if not found:
            _stop(thread)
            return Outcome(HUNG, f"no answer within {self._timeout:g} s", HUNG)
        return found[0]

    def close(self) -> None:
        pass

    def _outcome(self, base_url: str, key: str) -> Outcome:
        try:
            value = self._call(base_url, key)
            if inspect.isawaitable(value):
                value = asyncio.run(_result(value))
        except self._typed as error:
            return Outcome(TYPED, _shown(error), type(error).__name__, error)
        except _Stopped:
            return Outcome(HUNG, f"no answer within {self._timeout:g} s", HUNG)
        except BaseException as error:  # whatever a client raises is what is looked for
            return Outcome(UNHANDLED, f"{_shown(error)}{_place(error)}", f"{type(error).__name__}{_place(error)}")
        return Outcome(HANDLED, value=value)


async def _result(value: Any) -> Any:
    return await value


def _stop(thread: threading.Thread) -> None:
    """End a call that runs on; one that waits in the system for something goes on waiting, and hinders nobody."""
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_Stopped))


def _shown(error: BaseException) -> str:
    text = f"{type(error).__name__}: {error}".partition("\n")[0]
    return text if len(text) <= LONGEST_DETAIL else text[: LONGEST_DETAIL - 1] + "…"


def _place(error: BaseException) -> str:
    """Where it was raised: `` (client.py:12)``."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno})" if frames else ""
