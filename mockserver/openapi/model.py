"""A spec as the engine sees it: frozen values, references resolved, every part with its JSON pointer.

Schemas stay where they are in the document; a part that has one names it by pointer (``schema``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from mockserver.openapi.advice import Retry, retry_by_status
from mockserver.openapi.file import Source
from mockserver.openapi.references import resolve
from mockserver.values import dataclass

if TYPE_CHECKING:
    from mockserver.openapi.credits import Credits

Provenance = str  # "documented", "corroborated", "assumed"; "" in a spec that isn't ours
REFUSALS: Mapping[str, tuple[int, str]] = {
    "no_credential": (401, "No credential"),
    "bad_credential": (401, "Unknown credential"),
    "revoked_credential": (401, "Revoked credential"),
    "expired_credential": (401, "Expired credential"),
    "forbidden": (403, "Permission lacking"),
    "invalid_parameter": (400, "Invalid parameter"),
    "invalid_body": (400, "Invalid body"),
    "media_type": (415, "Unsupported media type"),
    "too_large": (413, "Body too large"),
    "no_route": (404, "Unknown path"),
    "method": (405, "Method not allowed"),
    "rate_limited": (429, "Too many requests"),
    "not_found": (404, "Not found"),
    "conflict": (409, "Conflict"),
}
"""What the engine itself refuses, with the status and title it gives where ``x-refusals`` names no case."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
SAFE = ("get", "head", "options", "query")
"""Methods that only read, unless the spec says otherwise (``x-read-only``)."""
IDEMPOTENT = (*SAFE, "put", "delete")
"""Methods that do twice what they do once, unless the spec says otherwise (``x-idempotent``): RFC 9110, 9.2.2."""


@dataclass(frozen=True, slots=True)
class Case:
    """A named example of a response: what ``Prefer: example=NAME`` asks for.

    ``bodies`` holds its body as data, by media type; it is empty where the response has no body. ``key`` is its name
    as the spec writes it, which need not be a case name (``not-there``). ``advice`` is the spec's ``x-retry``.
    """

    name: str
    status: int
    bodies: Mapping[str, Any]
    response: Response
    pointer: str
    summary: str = ""
    description: str = ""
    provenance: Provenance = ""
    key: str = ""
    advice: Retry | None = None

    @property
    def is_error(self) -> bool:
        return self.status >= 400

    @property
    def retry(self) -> Retry:
        """What a client should do about it: as the spec says, else as follows from its status."""
        return self.advice or retry_by_status(self.status)


@dataclass(frozen=True, slots=True)
class Header:
    """A response header; ``value`` is its example as it is sent, None where there is none.

    ``is_json`` says that its text is JSON.
    """

    name: str
    value: str | None
    required: bool
    schema: str | None
    pointer: str
    is_json: bool = False


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one field of a form is written, where the spec says it; ``content_type`` is empty where it doesn't.

    ``content_type`` may be several types and ranges, with commas between. ``headers`` are those of a part.
    """

    style: str = "form"
    explode: bool = True
    content_type: str = ""
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaType:
    """One way to write a body. ``schema`` is a pointer, None where any body will do; ``encoding`` is by field.

    ``item_schema`` is that of each event or line of a stream (OpenAPI 3.2), ``interval`` the seconds between two of
    them (``x-stream-interval``), None where the spec doesn't say.
    """

    name: str
    schema: str | None
    examples: Mapping[str, Any]
    pointer: str
    encoding: Mapping[str, Encoding] = field(default_factory=dict)
    item_schema: str | None = None
    interval: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """A response by its key: ``200``, ``4XX`` or ``default``. ``status`` is the one sent when none is asked for."""

    key: str
    status: int
    description: str
    headers: tuple[Header, ...]
    content: Mapping[str, MediaType]
    pointer: str

    def covers(self, status: int) -> bool:
        """Whether this response describes a status."""
        if self.key == "default":
            return True
        return self.key == str(status) or (self.key.upper() == f"{status // 100}XX")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter; ``where`` is path, query, header or cookie. ``json`` says that its text is JSON.

    ``may_be_empty`` says that it may be there without a value (``?flag``), whatever its schema.
    """

    name: str
    where: str
    required: bool
    style: str
    explode: bool
    schema: str | None
    example: Any
    pointer: str
    json: bool = False
    description: str = ""
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class RequestBody:
    required: bool
    content: Mapping[str, MediaType]
    pointer: str


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """Where a credential stands. ``where`` is header, query or cookie; ``prefix`` is ``bearer``, ``basic`` or empty."""

    name: str
    where: str
    parameter: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class EntitySource:
    """Whose data an operation answers with: a ``kind``, told by a parameter or body property (``*``: all input)."""

    kind: str
    by: str


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One method of one path. ``security`` is a choice of alternatives, each {scheme: roles}; empty means open.

    ``mounts`` are the paths of servers of its own, where it has some. ``read_only`` says that a call changes nothing at
    the vendor but for what it costs; ``idempotent`` that the same call made twice does what it does once. ``disabled``
    says why the engine can't serve it; such an operation answers 501.
    """

    vendor: str
    id: str
    method: str
    path: str
    pointer: str
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    provenance: Provenance = ""
    parameters: tuple[Parameter, ...] = ()
    body: RequestBody | None = None
    responses: tuple[Response, ...] = ()
    cases: Mapping[str, Case] = field(default_factory=dict)
    security: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    credits: Credits | None = None
    entity: EntitySource | None = None
    read_only: bool = False
    idempotent: bool = False
    disabled: str = ""
    mounts: tuple[str, ...] = ()

    @property
    def schemas(self) -> tuple[str, ...]:
        """The pointers of all its schemas."""
        contents = [response.content for response in self.responses] + [self.body.content if self.body else {}]
        media_types = [media_type for content in contents for media_type in content.values()]
        media = [schema for media_type in media_types for schema in (media_type.schema, media_type.item_schema)]
        headers = [header.schema for response in self.responses for header in response.headers]
        pointers = [*(parameter.schema for parameter in self.parameters), *media, *headers]
        return tuple(dict.fromkeys(pointer for pointer in pointers if pointer))

    @property
    def success(self) -> Response:
        """The response of a call that goes well: the lowest 2xx, else the lowest redirect, else the default.

        Where a spec lists none of these, an empty one that is plausible: 200 for what reads, 204 for what acts.
        """
        going_well = [response for response in self.responses if response.key[0] in "23" and response.key != "304"]
        going_well += [response for response in self.responses if response.key == "default"]
        if going_well:
            return min(going_well, key=lambda response: (response.key[0], not response.key.isdigit(), response.key))
        status = 200 if self.method in ("GET", "HEAD") else 204
        return Response(str(status), status, "", (), {}, f"{self.pointer}/responses")

    @property
    def default(self) -> Case | None:
        """The example that a call that goes well is answered with."""
        success = self.success
        return next((case for case in self.cases.values() if case.response is success), None)

    def response_for(self, status: int) -> Response | None:
        """The response that describes a status, the most exact one first."""
        covering = [response for response in self.responses if response.covers(status)]
        return min(covering, key=lambda response: (response.key == "default", not response.key.isdigit()), default=None)

    def case_named(self, name: str, status: str | None = None) -> Case | None:
        """The case of a name, else the one whose example is called so in the spec (under a status, if one is given)."""
        if name in self.cases:
            return self.cases[name]
        called = [case for case in self.cases.values() if name and case.key == name]
        return next((case for case in called if status == str(case.status)), called[0] if called else None)

    def case_for(self, status: int) -> Case | None:
        """The first case listed under a status."""
        return next((case for case in self.cases.values() if case.status == status), None)


@dataclass(frozen=True, slots=True, eq=False)
class Webhook:
    """A request that the vendor sends, by its name in the spec; its operation's path is just that name or expression.

    A callback has an ``expression`` of where it is sent (``{$request.body#/url}``), and is one ``of`` an operation's
    calls; a webhook has neither.
    """

    name: str
    operation: Operation
    expression: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """A vendor's whole contract. ``mounts`` are its servers' paths (``("/v1", "/api/v1")``), ``hosts`` their hosts.

    ``notes`` tell what was put right or left out: (pointer, rule, message) each. ``webhooks`` are the requests that the
    vendor sends, callbacks too.
    """

    vendor: str
    title: str
    version: str
    description: str
    source: Source
    document: dict[str, Any]
    operations: tuple[Operation, ...]
    schemes: Mapping[str, SecurityScheme]
    refusals: Mapping[str, str]
    spare_cases: Mapping[str, Case]
    mounts: tuple[str, ...]
    hosts: tuple[str, ...]
    notes: tuple[tuple[str, str, str], ...] = ()
    webhooks: tuple[Webhook, ...] = ()

    def operation(self, name: str) -> Operation | None:
        return next((operation for operation in self.operations if operation.id == name), None)

    def case(self, name: str) -> Case | None:
        """A case by its name alone: those outside all operations first, then of any operation."""
        if name in self.spare_cases:
            return self.spare_cases[name]
        return next((operation.cases[name] for operation in self.operations if name in operation.cases), None)

    def at(self, pointer: str) -> Any:
        """The part of the document at a JSON pointer, references on the way followed."""
        return resolve(self.document, pointer)[0]
