"""A call in one line, for whoever looks on: at a terminal, in a log, in a listing."""

from __future__ import annotations

from mockserver.printable import clean

_COLOURS = {2: "\x1b[32m", 3: "\x1b[36m", 4: "\x1b[33m", 5: "\x1b[31m", 0: "\x1b[35m"}
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"


def call_line(
    *,
    time: str,
    status: int | None,
    vendor: str | None,
    operation: str | None,
    method: str,
    target: str,
    sandbox: str,
    why: str,
    id: str,
    in_colour: bool = False,
) -> str:
    """``02:31:07.123  503  postpress get_inmail_balance  t1  no_channel (fault f1)  req_0a1b2c3d000001``.

    ``time`` is ISO 8601, of which the time of day is shown; a request that found no operation is shown by its line.
    """
    what = f"{vendor} {operation}" if operation else f"{method} {clean(target)}"
    shown = str(status or "---")
    if in_colour:
        shown = f"{_COLOURS.get((status or 0) // 100, '')}{shown}{_PLAIN}"
        id = f"{_DIM}{id}{_PLAIN}"
    return f"{time[11:23]}  {shown}  {what}  {sandbox}  {why}  {id}"
