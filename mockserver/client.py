"""Call the control API from a program: synchronous, of the standard library alone, safe to share between threads.

>>> control = ControlClient("http://127.0.0.1:8080")
>>> control.create_sandbox("t1", world="small-plan")
>>> control.play_event("t1", "postpress", "key_issued", {"key": "pp_live_one"})

Every method is named after its operation in ``specs/control/openapi.yaml``. What the server refuses is a ControlError.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from mockserver.transport import HttpTransport, Transport

TIMEOUT = 30.0
_MOST_KNOWN = 30


class ControlError(Exception):
    """A call that the control API refused, or that didn't reach it: then ``status`` is 0.

    ``kind`` is the problem's (``not-found``, ``fields``), ``known`` the names that there are, ``wrong`` the fields and
    parameters that were invalid.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], call: str) -> None:
        self.status = status
        self.kind = str(problem.get("type", "")).rpartition(":")[2]
        self.detail = str(problem.get("detail") or problem.get("title") or "no reason given")
        self.known = [str(name) for name in problem.get("known") or ()]
        self.wrong = [_field_of(violation) for violation in problem.get("violations") or ()]
        more = f"; known are {', '.join(self.known[:_MOST_KNOWN])}" if self.known else ""
        super().__init__(f"{call}: {f'{status}: ' if status else ''}{self.detail}{more}")


class ControlClient:
    """The control API of the server at ``url``; with ``token`` where it demands one.

    Raises ControlError. Sandboxes, vendors, events, snapshots and faults are named by their names and ids.
    """

    def __init__(
        self, url: str, token: str | None = None, *, transport: Transport | None = None, timeout: float = TIMEOUT
    ) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self._transport = transport or HttpTransport(self.url)
        self._timeout = timeout

    def call(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """Any call: ``path`` is what follows ``/_mock``. The answer's JSON; None where it has no body."""
        __tracebackhide__ = True  # to pytest: what is of interest is who called
        return _data(*self._exchange(method, path, body, query))

    def _exchange(
        self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None
    ) -> tuple[int, bytes, str]:
        """The status and the body of an answer, and what was called."""
        __tracebackhide__ = True
        parameters = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        target = f"/_mock{path}" + (f"?{urlencode(parameters, doseq=True)}" if parameters else "")
        headers = {"Accept": "application/json, text/plain;q=0.9"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        sent = None if body is None else json.dumps(body).encode()
        timeout = self._timeout + float((query or {}).get("wait") or 0)
        try:
            status, content = self._transport.send(method, target, headers, sent, timeout)
        except OSError as error:
            reason = {"detail": f"the mock server at {self.url} can't be reached: {error}"}
            raise ControlError(0, reason, f"{method} {target}") from None
        return status, content, f"{method} {target}"

    def close(self) -> None:
        """Close the idle connections."""
        self._transport.close()

    # The server

    def get_health(self) -> Any:
        return self.call("GET", "/health")

    def get_metrics(self) -> str:
        """What Prometheus reads: counts of requests, violations and faults, and times."""
        status, content, call = self._exchange("GET", "/metrics")
        if status != 200:
            _data(status, content, call)
        return content.decode()

    def get_interception(self) -> Any:
        """The hosts that the server takes, and its proxy: ``mockserver env`` makes variables of them."""
        return self.call("GET", "/interception")

    def list_vendors(self) -> list[Any]:
        vendors: list[Any] = self.call("GET", "/vendors")["vendors"]
        return vendors

    def get_vendor(self, vendor: str) -> Any:
        return self.call("GET", f"/vendors/{_part(vendor)}")

    def list_cases(self, vendor: str) -> list[Any]:
        cases: list[Any] = self.call("GET", f"/vendors/{_part(vendor)}/cases")["cases"]
        return cases

    def get_spec(self, vendor: str, *, form: str | None = None) -> Any:
        """A vendor's OpenAPI document, with the server's own address in it."""
        return self.call("GET", f"/vendors/{_part(vendor)}/openapi.json", query={"form": form})

    def list_worlds(self) -> list[Any]:
        worlds: list[Any] = self.call("GET", "/worlds")["worlds"]
        return worlds

    # Sandboxes

    def list_sandboxes(self) -> list[Any]:
        sandboxes: list[Any] = self.call("GET", "/sandboxes")["sandboxes"]
        return sandboxes

    def create_sandbox(
        self, name: str, *, world: Any = None, parent: str | None = None, snapshot: str | None = None
    ) -> Any:
        """A new sandbox: plain, in a world (a name, or a world itself), or a fork of ``parent``."""
        fields = {"name": name, "world": world, "from": parent, "snapshot": snapshot}
        return self.call("POST", "/sandboxes", {key: value for key, value in fields.items() if value is not None})

    def delete_sandboxes(self, names: Iterable[str]) -> None:
        """Delete several, of which any may not be there."""
        self.call("DELETE", "/sandboxes", query={"name": list(names)})

    def get_sandbox(self, sandbox: str) -> Any:
        return self.call("GET", _in(sandbox))

    def delete_sandbox(self, sandbox: str) -> None:
        self.call("DELETE", _in(sandbox))

    def reset_sandbox(self, sandbox: str) -> None:
        self.call("POST", f"{_in(sandbox)}/reset")

    def label_sandbox(self, sandbox: str, label: str) -> Any:
        """Call a sandbox something, in at most 80 characters; by nothing it has no label any more."""
        return self.call("PUT", f"{_in(sandbox)}/label", {"label": label})

    def get_world(self, sandbox: str) -> Any:
        """A world in which another sandbox begins as this one is now."""
        return self.call("GET", f"{_in(sandbox)}/world")

    def begin_world(self, sandbox: str, world: Any) -> Any:
        """Begin a sandbox anew in a world: a name, or a world itself."""
        return self.call("PUT", f"{_in(sandbox)}/world", world)

    def get_history(self, sandbox: str) -> list[Any]:
        """The last events, moves of the clock, replaced states and restored snapshots, newest first."""
        moments: list[Any] = self.call("GET", f"{_in(sandbox)}/history")["moments"]
        return moments

    def list_snapshots(self, sandbox: str) -> list[Any]:
        snapshots: list[Any] = self.call("GET", f"{_in(sandbox)}/snapshots")["snapshots"]
        return snapshots

    def take_snapshot(self, sandbox: str, name: str) -> Any:
        return self.call("POST", f"{_in(sandbox)}/snapshots", {"name": name})

    def delete_snapshot(self, sandbox: str, name: str) -> None:
        self.call("DELETE", f"{_in(sandbox)}/snapshots/{_part(name)}")

    def restore_snapshot(self, sandbox: str, name: str) -> None:
        self.call("POST", f"{_in(sandbox)}/snapshots/{_part(name)}/restore")

    def play_event(self, sandbox: str, vendor: str, event: str, fields: Mapping[str, Any] | None = None) -> Any:
        """Let something happen outside the API: ``{"result", "state"}``."""
        return self.call("POST", f"{_in(sandbox)}/events/{_part(vendor)}/{_part(event)}", dict(fields or {}))

    def get_state(self, sandbox: str, vendor: str) -> Any:
        return self.call("GET", f"{_in(sandbox)}/state/{_part(vendor)}")

    def get_summary(self, sandbox: str, vendor: str) -> Any:
        """A vendor's state in words: ``{"lines": […], "due": [{"at", "what"}, …]}``, what is due first at the front."""
        return self.call("GET", f"{_in(sandbox)}/state/{_part(vendor)}", query={"form": "summary"})

    def put_state(self, sandbox: str, vendor: str, state: Any) -> Any:
        return self.call("PUT", f"{_in(sandbox)}/state/{_part(vendor)}", state)

    def get_clock(self, sandbox: str) -> Any:
        return self.call("GET", f"{_in(sandbox)}/clock")

    def set_clock(
        self,
        sandbox: str,
        *,
        now: str | None = None,
        advance: str | float | None = None,
        frozen: bool | None = None,
    ) -> Any:
        fields = {"now": now, "advance": advance, "frozen": frozen}
        return self.call("PUT", f"{_in(sandbox)}/clock", {key: at for key, at in fields.items() if at is not None})

    # Faults

    def list_faults(self, sandbox: str) -> list[Any]:
        faults: list[Any] = self.call("GET", f"{_in(sandbox)}/faults")["faults"]
        return faults

    def arm_fault(self, sandbox: str, fault: Mapping[str, Any]) -> Any:
        """Arm a fault: ``{"vendor": "postpress", "error": "no_channel", "times": 2}``. The fault, with its ``id``."""
        __tracebackhide__ = True
        return self.call("POST", f"{_in(sandbox)}/faults", dict(fault))

    def get_fault(self, sandbox: str, fault: str) -> Any:
        return self.call("GET", f"{_in(sandbox)}/faults/{_part(fault)}")

    def clear_faults(self, sandbox: str) -> None:
        self.call("DELETE", f"{_in(sandbox)}/faults")

    def disarm_fault(self, sandbox: str, fault: str) -> None:
        self.call("DELETE", f"{_in(sandbox)}/faults/{_part(fault)}")

    # Journal and report

    def list_journal(self, sandbox: str, **filters: Any) -> Any:
        """``{"entries": [newest first], "dropped"}``; filters are the operation's: ``vendor``, ``limit``, ``wait`` …"""
        return self.call("GET", f"{_in(sandbox)}/journal", query=filters)

    def list_all_journals(self, **filters: Any) -> Any:
        """The newest entries of all sandboxes, as ``list_journal`` has those of one."""
        return self.call("GET", "/journal", query=filters)

    def clear_journal(self, sandbox: str) -> None:
        self.call("DELETE", f"{_in(sandbox)}/journal")

    def get_journal_entry(self, id: str) -> Any:
        return self.call("GET", f"/journal/{_part(id)}")

    def replay_journal_entry(self, id: str) -> Any:
        """Run a request again in its sandbox: the entry of the new run."""
        return self.call("POST", f"/journal/{_part(id)}/replay")

    def get_report(self, **filters: Any) -> Any:
        """The report on all sandboxes, or on one (``sandbox="t1"``)."""
        return self.call("GET", "/report", query=filters)

    def clear_report(self) -> None:
        self.call("DELETE", "/report")


def _data(status: int, content: bytes, call: str) -> Any:
    """The JSON of an answer. Raises ControlError for a refusal."""
    __tracebackhide__ = True
    try:
        data = json.loads(content) if content else None
    except ValueError:
        data = {"detail": f"the answer is not valid JSON: {content[:200]!r}"}
        status = status if status >= 400 else 0
    if not 200 <= status < 300:
        raise ControlError(status, data if isinstance(data, dict) else {}, call)
    return data


def _field_of(violation: Mapping[str, Any]) -> str:
    """The parameter, or the body's field, that a violation is about; empty for the body as a whole."""
    return str(violation.get("name") or violation.get("pointer", "").removeprefix("/").partition("/")[0])


def _in(sandbox: str) -> str:
    return f"/sandboxes/{_part(sandbox)}"


def _part(name: str) -> str:
    return quote(name, safe="")


def _text(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
