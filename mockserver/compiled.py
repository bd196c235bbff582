"""A vendor's spec compiled: what the pipeline looks up instead of working it out for each request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mockserver.byte_cache import ByteCache
from mockserver.errors import SpecError, VendorError
from mockserver.openapi.loader import load
from mockserver.openapi.model import REFUSALS, Case, Operation, RequestBody, SecurityScheme, Spec
from mockserver.openapi.schemas import Schemas
from mockserver.plugin import Remembering, Vendor
from mockserver.requests.magic import Token
from mockserver.requests.parameters import ParameterReader
from mockserver.requests.plain_query import PlainQuery
from mockserver.requests.query import Texts
from mockserver.requests.routing import Router
from mockserver.requests.violation import Violation
from mockserver.responses.bodies import Bodies
from mockserver.responses.encoded import EncodedResponse
from mockserver.responses.negotiation import best_type
from mockserver.rules import NO_RULES, Rules, load_rules

if TYPE_CHECKING:
    from mockserver.requests.body import BodyReader
    from mockserver.resources.model import Understanding


MOST_ANSWERS = 4 * 1024 * 1024
"""About the bytes of the answers that a vendor remembers; their bodies are among those that were generated, too."""


class KnownAnswer(NamedTuple):
    """What a call without a body was answered; ``case`` is empty where the answer was generated."""

    rule: str
    case: str
    answer: EncodedResponse


AnswerKey = tuple[object, object, int, int, str]
"""All that such an answer follows from: the target; the headers, where some are parameters, else ``Accept``; the seed;
the month of the call's time; the entity that a behaviour named."""


class CompiledOperation:
    """One operation, compiled. ``refusals`` are the operation's own cases for the engine's kinds of refusal.

    ``secret_query`` tells of the names that may stand in the query whether they hold a secret, ``secret_headers`` are
    those of header parameters that do, ``secret_fields`` and ``secret_results``
    those of password fields in request and response bodies. ``ready`` is the answer of a call that goes well, once
    made, where it is the same for every such call.
    """

    __slots__ = (
        "_case",
        "_cases_in",
        "_knows_case",
        "behaviour",
        "body",
        "cookies",
        "headers",
        "is_negotiable",
        "may_refuse_types",
        "model",
        "options",
        "path",
        "plain_query",
        "query",
        "ready",
        "refusals",
        "secret_fields",
        "secret_headers",
        "secret_query",
        "secret_results",
        "success",
        "vendor",
    )

    def __init__(self, vendor: CompiledVendor, operation: Operation, limit: int) -> None:
        schemas = vendor.schemas.of_requests
        readers: dict[str, list[ParameterReader]] = {"path": [], "query": [], "header": [], "cookie": []}
        for parameter in operation.parameters:
            readers[parameter.where].append(ParameterReader(parameter, schemas))
        self.vendor = vendor
        self.model = operation
        self.path = readers["path"]
        self.query = readers["query"]
        self.plain_query = PlainQuery(self.query, (scheme.parameter for scheme in vendor.query_schemes))
        self.headers = readers["header"]
        self.cookies = readers["cookie"]
        self.body = _body_reader(operation.body, schemas, limit) if operation.body else None
        self.behaviour = vendor.plugin.behaviours.get(operation.id)
        self.refusals = vendor.refusals(operation)
        self.success = operation.success
        self.may_refuse_types = any(response.key == "406" for response in operation.responses)
        self._case: Case | None = None
        self._knows_case = False
        self._cases_in: dict[str, Case | None] = {}
        self.is_negotiable = len(self.success.content) > 1 and not vendor.plugin.strict
        self.options = vendor.bodies.options(self.success)
        self.ready: EncodedResponse | None = None
        self.secret_query = {name: reader.is_secret for reader in self.query for name in reader.query_names}
        self.secret_headers = frozenset(one.parameter.name.lower() for one in self.headers if one.is_secret)
        self.secret_fields = self.body.secret_fields if self.body else frozenset()
        contents = [media.schema for response in operation.responses for media in response.content.values()]
        self.secret_results = frozenset(name for place in contents for name in schemas.password_fields(place))

    @property
    def case(self) -> Case | None:
        """The example of a call that goes well; of a foreign spec the first that keeps to its schema, if one does."""
        if not self._knows_case:
            self._case, self._knows_case = self._fitting_case(), True
        return self._case

    def _fitting_case(self) -> Case | None:
        default = self.model.default
        if default is None or self.vendor.plugin.strict:
            return default
        cases = [case for case in self.model.cases.values() if case.response is default.response]
        case = next(filter(self.vendor.bodies.is_fitting, cases), None)
        return case and self.vendor.bodies.all_events(case)

    def case_for(self, accept: str) -> Case | None:
        """The example for an ``Accept`` header: one in the type that it likes best, where the usual one isn't."""
        if not accept or self.case is None:
            return self.case
        shown = self.case.bodies
        best = best_type(accept, [*shown, *(name for name in self.success.content if name not in shown)])
        if best in shown:
            return self.case
        if best not in self._cases_in:
            cases = [case for case in self.model.cases.values() if best in case.bodies]
            own = [case for case in cases if case.response is self.success]
            own = own or list(self.vendor.bodies.rewritten(self.case, best))
            found = next(filter(self.vendor.bodies.is_fitting, own), None)
            self._cases_in[best] = found and self.vendor.bodies.all_events(found)
        return self._cases_in[best]


def _body_reader(body: RequestBody, schemas: Schemas, limit: int) -> BodyReader:
    from mockserver.requests.body import BodyReader  # many operations take none

    return BodyReader(body, schemas, limit)


class CompiledOperations(dict[Operation, CompiledOperation]):
    """A vendor's operations, each compiled when it is first looked up."""

    def __init__(self, vendor: CompiledVendor, body_limit: int) -> None:
        self._vendor = vendor
        self._limit = body_limit

    def __missing__(self, operation: Operation) -> CompiledOperation:
        compiled = self[operation] = CompiledOperation(self._vendor, operation, self._limit)
        return compiled


class CompiledVendor:
    """One vendor, ready to serve. The limits are bytes: of a request body, and of what it remembers in a sandbox.

    ``answers`` are those that were given before, of operations that don't answer every call alike: clients ask again.
    """

    def __init__(self, plugin: Vendor, body_limit: int, state_limit: int = 2**20) -> None:
        self.plugin = plugin
        self.state_limit = state_limit
        self.name = plugin.name
        self.spec: Spec = load(plugin.spec, plugin.name, strict=plugin.strict, reach=plugin.reach)
        self.rules = load_rules(plugin.rules) if plugin.rules else NO_RULES
        _check_events(plugin, self.rules)
        self.schemas = Schemas(self.spec)
        self.bodies = Bodies(self.spec, self.schemas.of_responses, plugin.entities, plugin.formats)
        self._understanding = self._remember(plugin.remembering) if plugin.remembering is not None else None
        self.router = Router(self.spec.operations, self.spec.mounts)
        if plugin.strict and self.router.hidden:
            raise SpecError([self.spec.source.defect("/paths", "path", text) for text in self.router.hidden])
        self.operations = CompiledOperations(self, body_limit)
        self.answers: ByteCache[KnownAnswer] = ByteCache(MOST_ANSWERS)
        self.remembers = bool(self.plugin.behaviours or plugin.headers)
        self.stray_refusals = self.refusals(None)
        self.schemes: tuple[SecurityScheme, ...] = tuple(self.spec.schemes.values())
        self.query_schemes = tuple(scheme for scheme in self.schemes if scheme.where == "query")

    @property
    def understanding(self) -> Understanding:
        """What the vendor remembers of its spec alone: nothing, where it has behaviours of its own."""
        if self._understanding is None:
            from mockserver.resources.model import Understanding

            self._understanding = Understanding()
        return self._understanding

    def _remember(self, remembering: Remembering) -> Understanding:
        """Give the resources that the spec plainly has behaviours and a state."""
        from mockserver.resources.vendor import remembered, summary  # a start without --spec needs none of them

        found = remembered(self.spec, self.schemas, lambda: self.bodies.generator, remembering)
        if found.understanding.resources:
            self.plugin = replace(self.plugin, behaviours=found.behaviours, summary=summary, seeded=found.seeded)
            self.rules = found.rules
        return found.understanding

    def refusals(self, operation: Operation | None) -> Mapping[str, Case]:
        """The cases for the kinds of refusal: of an operation, or of a request that found none."""
        cases: dict[str, Case] = {}
        for kind, name in self.spec.refusals.items():
            case = operation.cases.get(name) if operation else self.spec.case(name)
            if case:
                cases[kind] = case
        for kind in ("revoked_credential", "expired_credential"):
            if kind not in cases and "bad_credential" in cases and kind in REFUSALS:
                cases[kind] = cases["bad_credential"]
        return cases


def _check_events(vendor: Vendor, rules: Rules) -> None:
    """Raises VendorError where the events of the rules aren't those that the vendor has functions for."""
    for name in vendor.events.keys() ^ rules.events.keys():
        missing = "function" if name in rules.events else "entry in rules.yaml"
        raise VendorError(f"vendor {vendor.name}: event {name} has no {missing}")


def read_all(
    readers: list[ParameterReader], texts: Mapping[str, Texts]
) -> tuple[dict[str, object], list[Violation], Token | None]:
    """The values of some parameters: ({name: value} of those that came, violations, the first magic token)."""
    values: dict[str, object] = {}
    violations: list[Violation] = []
    first: Token | None = None
    for reader in readers:
        is_query = reader.parameter.where == "query"
        value, wrong, token = (
            reader.read_query(texts) if is_query else reader.read(texts.get(reader.parameter.name, []))
        )
        if value is not None:
            values[reader.parameter.name] = value
        violations += wrong
        first = first or token
    return values, violations, first
