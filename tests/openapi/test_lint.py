"""What ``mockserver check`` finds: each defect planted alone in a good spec."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli import main
from mockserver.openapi.loader import load
from tests.support.specs import JSON, SPECS, document, operation, response, saved

POSTPRESS = (SPECS / "postpress" / "openapi.yaml").read_text()
GET = "/paths/~1linkedin~1inmail_balance/get"
OK = f"{GET}/responses/200"
MEDIA = f"{OK}/content/application~1json"
BALANCE = "/components/schemas/LinkedinInmailBalance"
UNAUTHORIZED = "/components/responses/Unauthorized"
CASES = "/content/application~1json/examples"


def check(path: Path) -> tuple[int, list[str]]:
    stdout = StringIO()
    code = main(["check", "--strict", str(path)], {}, stdout)
    return code, stdout.getvalue().splitlines()


def verdict(path: Path) -> list[str]:
    """The defects of a bad file, each a line; the last line says how many."""
    code, lines = check(path)
    *defects, last = lines
    assert code == 1
    assert last == f"{path}: {len(defects)} defect{'s' * (len(defects) != 1)}"
    assert all(line.startswith(f"{path}") for line in defects)
    return defects


def line_of(text: str, mark: str) -> int:
    """The line, from 1, on which a text first stands."""
    assert mark in text
    return text[: text.index(mark)].count("\n") + 1


def test_the_good_spec_is_good(tmp_path: Path):
    path = saved(tmp_path, POSTPRESS)
    assert check(path) == (0, [f"{path}: ok"])


@pytest.mark.parametrize("file", sorted(SPECS.glob("*/openapi.yaml")), ids=lambda file: file.parent.name)
def test_every_spec_of_ours_is_good(tmp_path: Path, file: Path):
    path = saved(tmp_path, file.read_text())
    assert check(path) == (0, [f"{path}: ok"])


# One replacement in PostPress's spec, of the first text of its kind. The line is that of `mark` in the changed spec.


def planted(id: str, old: str, new: str, mark: str, pointer: str, message: str) -> Any:
    return pytest.param(old, new, mark, pointer, message, id=id)


MISSING = f"{UNAUTHORIZED}{CASES}/missing_credentials"
NO_CREDENTIALS = "            missing_credentials:\n              summary: No credentials"
PLANTED = [
    planted(
        "a dangling reference to a response",
        "#/components/responses/NotFound",
        "#/components/responses/Nowhere",
        "responses/Nowhere",
        f"{GET}/responses/404/$ref",
        "there is no 'Nowhere' in #/components/responses [dangling-ref]",
    ),
    planted(
        "a reference to another file",
        "#/components/schemas/LinkedinInmailBalance",
        "balance.yaml#/Balance",
        "balance.yaml",
        f"{MEDIA}/schema/$ref",
        "balance.yaml: No such file or directory [dangling-ref]",
    ),
    planted(
        "an example that breaks its schema",
        "premium: 5",
        "premium: five",
        "                ok:",
        f"{MEDIA}/examples/ok",
        'case \'ok\' breaks its schema at /premium: "five" is not of types "null", "number" [example]',
    ),
    planted(
        "an error that breaks its schema",
        "type: errors/missing_credentials",
        "type: errors/Missing",
        NO_CREDENTIALS,
        MISSING,
        "case 'missing_credentials' breaks its schema at /type: \"errors/Missing\" does not match",
    ),
    planted(
        "a case without a value",
        """              value:
                title: Missing credentials
                detail: This request needs an API key, and none was sent.
                type: errors/missing_credentials
                status: 401
""",
        "",
        NO_CREDENTIALS,
        MISSING,
        "case 'missing_credentials' has no value [example]",
    ),
    planted(
        "an example of a parameter that breaks its schema",
        "example: acc_linkedin_01HXYZ4QK3WJ8FN3M6QH7TZ8GR",
        "example: ''",
        "- name: account_id",
        f"{GET}/parameters/0",
        "the example of parameter 'account_id': \"\" is shorter than 1 character [example]",
    ),
    planted(
        "a default that breaks its schema",
        "minimum: 0",
        "minimum: 0\n          default: -1",
        "default: -1",
        f"{BALANCE}/properties/premium/default",
        "the default breaks its schema: -1 is less than the minimum of 0 [default]",
    ),
    planted(
        "nullable",
        'type: [number, "null"]',
        "type: number\n          nullable: true",
        "nullable",
        f"{BALANCE}/properties/premium/nullable",
        "'nullable' is OpenAPI 3.0; write type: [..., \"null\"] in OpenAPI 3.1 [openapi-3.0]",
    ),
    planted(
        "a boolean exclusiveMinimum",
        "minimum: 0",
        "minimum: 0\n          exclusiveMinimum: true",
        "exclusiveMinimum",
        f"{BALANCE}/properties/premium/exclusiveMinimum",
        "'exclusiveMinimum' is OpenAPI 3.0; a number in OpenAPI 3.1, not a boolean [schema]",
    ),
    planted(
        "requried",
        "required: true",
        "requried: true",
        "requried",
        f"{GET}/parameters/0/requried",
        "parameter has no key 'requried'; did you mean required? [unknown-key]",
    ),
    planted(
        "minLenght",
        "minLength: 1",
        "minLenght: 1",
        "minLenght",
        f"{GET}/parameters/0/schema/minLenght",
        "schema has no key 'minLenght'; did you mean minLength? [unknown-keyword]",
    ),
    planted(
        "x-provenence",
        "x-provenance: assumed",
        "x-provenence: assumed",
        "x-provenence",
        f"{MEDIA}/examples/zero_credits/x-provenence",
        "example has no key 'x-provenence' [unknown-extension]",
    ),
    planted(
        "x-refusal",
        "x-refusals:",
        "x-refusal:",
        "x-refusal:",
        "/x-refusal",
        "openapi has no key 'x-refusal'; did you mean x-refusals? [unknown-extension]",
    ),
    planted(
        "an unknown security scheme",
        "- apiKey: [linkedin:read]",
        "- apiKeys: [linkedin:read]",
        "      security:\n",
        f"{GET}/security",
        "security scheme 'apiKeys' is not defined [security-scheme]",
    ),
    planted(
        "mutual TLS",
        "type: apiKey",
        "type: mutualTLS",
        "    apiKey:\n      type",
        "/components/securitySchemes/apiKey",
        "security scheme 'apiKey' (mutualTLS) is not supported [unsupported]",
    ),
    planted(
        "a key in the body",
        "in: header",
        "in: body",
        "    apiKey:\n      type",
        "/components/securitySchemes/apiKey",
        "security scheme 'apiKey' (apiKey) is not supported [unsupported]",
    ),
    planted(
        "a case without provenance",
        "                  x-provenance: assumed\n",
        "",
        "                zero_credits:",
        f"{MEDIA}/examples/zero_credits",
        "case 'zero_credits' of 'get_inmail_balance' has no x-provenance [provenance]",
    ),
    planted(
        "an operation without provenance",
        "      x-provenance: documented\n",
        "",
        "    get:\n",
        GET,
        "operation 'get_inmail_balance' has no x-provenance [provenance]",
    ),
    planted(
        "an unknown provenance",
        "x-provenance: documented",
        "x-provenance: rumoured",
        "rumoured",
        f"{GET}/x-provenance",
        "'rumoured' is not a known provenance; known are documented, corroborated, assumed [provenance]",
    ),
    planted(
        "an unknown kind of refusal",
        "no_credential:",
        "no_credentials:",
        "no_credentials:",
        "/x-refusals/no_credentials",
        "'no_credentials' is not a known refusal; known are no_credential, bad_credential",
    ),
    planted(
        "a refusal with an unknown case",
        "no_credential: missing_credentials",
        "no_credential: missing_credential",
        "no_credential:",
        "/x-refusals/no_credential",
        "no response has an example named 'missing_credential' [refusal]",
    ),
    planted(
        "a key twice",
        "      summary: Get the",
        "      summary: Twice\n      summary: Get the",
        "      summary: Get the",
        f"{GET}/summary",
        "key 'summary' is there twice",
    ),
    planted(
        "a dialect",
        "x-refusals:",
        "jsonSchemaDialect: https://a.example\nx-refusals:",
        "jsonSchemaDialect",
        "/jsonSchemaDialect",
        "'jsonSchemaDialect' of openapi is not supported [unsupported]",
    ),
    planted(
        "a webhook that refers to nothing",
        "x-refusals:",
        "webhooks: {paid: {$ref: '#/components/pathItems/Paid'}}\nx-refusals:",
        "webhooks",
        "/webhooks/paid/$ref",
        "there is no 'pathItems' in #/components [dangling-ref]",
    ),
    planted(
        "a callback without provenance",
        "      responses:\n",
        "      callbacks: {paid: {'{$url}': {post: {responses: {'200': {description: ok}}}}}}\n      responses:\n",
        "callbacks",
        f"{GET}/callbacks/paid/{{$url}}/post",
        "operation 'post_url' has no x-provenance [provenance]",
    ),
    planted(
        "a style of another place",
        "in: query",
        "in: query\n          style: simple",
        "- name: account_id",
        f"{GET}/parameters/0",
        "style 'simple' of a query parameter is not supported [unsupported]",
    ),
    planted(
        "a parameter in no known place",
        "in: query",
        "in: querry",
        "- name: account_id",
        f"{GET}/parameters/0",
        "needs a name, and an in that is one of path, query, header, cookie [parameter]",
    ),
    planted(
        "an unknown type in a parameter",
        "type: string",
        "type: strng",
        "type: strng",
        f"{GET}/parameters/0/schema/type",
        '"strng" is not valid under any of the schemas',
    ),
    planted(
        "a pattern that is none",
        "^errors/[a-z_]+$",
        "^errors/[a-z_+$",
        "pattern:",
        "/components/schemas/Error/properties/type/pattern",
        '"^errors/[a-z_+$" is not a regular expression of ECMA-262 [pattern]',
    ),
    planted(
        "a name that no case may have",
        "no_subscription:",
        "no-subscription:",
        "no-subscription:",
        f"{MEDIA}/examples/no-subscription",
        "'no-subscription' is not a case name; it must match [A-Za-z][A-Za-z0-9_]* [case-name]",
    ),
    planted(
        "two cases of one name",
        "no_subscription:",
        "missing_credentials:",
        NO_CREDENTIALS,
        MISSING,
        "two examples are named 'missing_credentials'; a case name is unique in its operation [case-name]",
    ),
    planted(
        "a status that is none",
        '"404":',
        '"44":',
        '"44":',
        f"{GET}/responses/44",
        "'44' is not a status, a range such as 4XX, or default [status]",
    ),
    planted(
        "a response without a description",
        "          description: The balance, one field for each kind of subscription.\n",
        "",
        '"200":',
        OK,
        "response needs 'description' [required]",
    ),
    planted(
        "yes for true",
        "required: true",
        "required: yes",
        "required: yes",
        f"{GET}/parameters/0/required",
        'must be true or false, not "yes" [type]',
    ),
    planted(
        "a word for a list",
        "tags: [LinkedIn]",
        "tags: LinkedIn",
        "tags: LinkedIn",
        f"{GET}/tags",
        'must be a list, not "LinkedIn" [type]',
    ),
    planted(
        "a mapping for a list",
        "  - apiKey: []",
        "  apiKey: []",
        "security:\n",
        "/security",
        'must be a list, not {"apiKey": []} [type]',
    ),
    planted(
        "a price without a base",
        "      responses:\n",
        "      x-credits: {per_result: 1}\n      responses:\n",
        "x-credits",
        f"{GET}/x-credits",
        "credits needs 'base' [required]",
    ),
    planted(
        "a price that is rounded in a way that there isn't",
        "      responses:\n",
        "      x-credits: {base: 1, rounding: sideways}\n      responses:\n",
        "sideways",
        f"{GET}/x-credits/rounding",
        "must be one of down [type]",
    ),
    planted(
        "an entity that nothing tells",
        "      responses:\n",
        "      x-entity: {kind: person}\n      responses:\n",
        "x-entity",
        f"{GET}/x-entity",
        "entity needs 'by' [required]",
    ),
]


@pytest.mark.parametrize(("old", "new", "mark", "pointer", "message"), PLANTED)
def test_a_planted_defect_is_found(tmp_path: Path, old: str, new: str, mark: str, pointer: str, message: str):
    assert old in POSTPRESS
    text = POSTPRESS.replace(old, new, 1)
    path = saved(tmp_path, text)
    wanted = f"{path}:{line_of(text, mark)}: {pointer}: "
    assert [line for line in verdict(path) if line.startswith(wanted) and message in line]


# Small specs, one defect each


THINGS = "/paths/~1things"
X_INTERNAL: dict[str, Any] = {"x-internal": True}
ONE = "/paths/~1things~1{id}"
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
LINKED = {"200": {"description": "ok", "links": {"next": {"operationId": "get_thing"}}}}


def with_id(**changes: Any) -> dict[str, Any]:
    return operation(path="/things/{id}", parameters=[{**ID, **changes}])


def answering(**parts: Any) -> dict[str, Any]:
    return operation(responses={"200": {"description": "ok", **parts}})


def in_query(schema: Any) -> dict[str, Any]:
    return operation(parameters=[{"name": "a", "in": "query", "schema": schema}])


SMALL = [
    pytest.param(
        operation(operationId="a") | operation(path="/others", operationId="a"),
        "/paths/~1others/get",
        "operationId 'a' is taken by GET /things [operation-id]",
        id="an operationId twice",
    ),
    pytest.param(
        operation(path="/things/{id}"),
        f"{ONE}/get",
        "path parameter 'id' of /things/{id} is not declared [path-parameter]",
        id="a path parameter that isn't declared",
    ),
    pytest.param(
        with_id(name="other"),
        f"{ONE}/get/parameters/0",
        "path parameter 'other' does not occur in /things/{id} [path-parameter]",
        id="a path parameter that isn't in the path",
    ),
    pytest.param(
        operation(path="/things/{id}", parameters=[{"name": "id", "in": "path"}]),
        f"{ONE}/get/parameters/0",
        "path parameter 'id' must be required: true [path-parameter]",
        id="a path parameter that isn't required",
    ),
    pytest.param(
        operation(responses=LINKED),
        f"{THINGS}/get/responses/200/links/next/operationId",
        "link to an unknown operation 'get_thing' [link]",
        id="a link to an unknown operation",
    ),
    pytest.param(
        with_id() | operation("post", "/things/{name}", parameters=[{**ID, "name": "name"}]),
        "/paths/~1things~1{name}",
        "/things/{name} is the same path as /things/{id} [path]",
        id="two templates of one path",
    ),
    pytest.param(
        operation(path="things"),
        "/paths/things",
        "path 'things' must begin with a slash [path]",
        id="a path without a slash",
    ),
    pytest.param(
        {"/things": {"get": {}}},
        f"{THINGS}/get",
        "no response tells of success; an empty 200 is made up [success]",
        id="no responses",
    ),
    pytest.param(
        {"/things": {"fetch": {}}},
        f"{THINGS}/fetch",
        "path has no key 'fetch'; did you mean patch? [unknown-key]",
        id="an unknown method",
    ),
    pytest.param(
        {"/things": {"get": []}},
        f"{THINGS}/get",
        "must be an object (operation), not [] [type]",
        id="a list for an operation",
    ),
    pytest.param({"/things": None}, THINGS, "must be an object (path), not null [type]", id="nothing for a path"),
    pytest.param(
        answering(headers={"X-A": {"schema": {"type": "integer"}, "example": "x"}}),
        f"{THINGS}/get/responses/200/headers/X-A",
        'the example of header \'X-A\': "x" is not of type "integer" [example]',
        id="an example of a header that breaks its schema",
    ),
    pytest.param(
        operation("post", requestBody={"content": {JSON: {"schema": {"type": "integer"}, "example": "x"}}}),
        f"{THINGS}/post/requestBody/content/application~1json",
        'request example \'\': "x" is not of type "integer" [example]',
        id="an example of a body that breaks its schema",
    ),
    pytest.param(
        answering(content={"json": {}}),
        f"{THINGS}/get/responses/200",
        "'json' is not a media type [media-type]",
        id="a key of content that is no media type",
    ),
    pytest.param(
        answering(content={JSON: {"examples": {"a": {"externalValue": "http://x"}}}}),
        f"{THINGS}/get/responses/200/content/application~1json/examples/a",
        "externalValue 'http://x' is not a file; only files beside the spec are read [unread-file]",
        id="an example elsewhere",
    ),
    pytest.param(
        answering(content={JSON: {"schema": {"examples": ["a", 1], "type": "string"}}}),
        f"{THINGS}/get/responses/200/content/application~1json/schema/examples/1",
        'the example breaks its schema: 1 is not of type "string" [example]',
        id="an example in a schema that breaks it",
    ),
    pytest.param(
        in_query({"properties": {"value": {"$ref": "#/nope"}}}),
        f"{THINGS}/get/parameters/0/schema/properties/value/$ref",
        "there is no 'nope' in #/ [dangling-ref]",
        id="a dangling reference of a property called value",
    ),
]


@pytest.mark.parametrize(("paths", "pointer", "message"), SMALL)
def test_a_small_spec_with_a_defect(tmp_path: Path, paths: dict[str, Any], pointer: str, message: str):
    path = saved(tmp_path, document(paths))
    (found,) = [line for line in verdict(path) if line.endswith(f": {pointer}: {message}")]
    number = int(found.removeprefix(f"{path}:").partition(":")[0])
    key = pointer.rpartition("/")[2].replace("~1", "/")
    assert key.isdigit() or f'"{key}"' in path.read_text().splitlines()[number - 1]


@pytest.mark.parametrize(
    ("more", "pointer", "message"),
    [
        pytest.param(
            {"security": [{"nope": []}]}, "/security", "security scheme 'nope' is not defined", id="an unknown scheme"
        ),
        pytest.param(
            {"servers": [{"url": "/", "variable": {}}]},
            "/servers/0/variable",
            "did you mean variables?",
            id="a server",
        ),
        pytest.param({"info": {"title": "x"}}, "/info", "info needs 'version'", id="no version"),
        pytest.param({"components": {"schema": {}}}, "/components/schema", "did you mean schemas?", id="components"),
        pytest.param(
            {"components": {"responses": {"a": {"$ref": "#/components/responses/a"}}}},
            "/components/responses/a/$ref",
            "$ref #/components/responses/a leads to itself [dangling-ref]",
            id="a reference to itself",
        ),
    ],
)
def test_a_defect_of_the_whole_is_told_once(tmp_path: Path, more: dict[str, Any], pointer: str, message: str):
    path = saved(tmp_path, document(operation() | operation(path="/others")) | more)
    (found,) = verdict(path)
    assert f": {pointer}: " in found
    assert message in found


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param(operation(responses=LINKED, operationId="get_thing"), id="a link to a known operation"),
        pytest.param(operation(responses={"200": response(links={"operationId": "x"})}), id="links in an example"),
        pytest.param(operation(responses={"200": response(a={"$ref": "#/nope"})}), id="a reference in an example"),
        pytest.param(operation(responses={"200": response(a={"schema": {"type": "x"}})}), id="a schema in an example"),
        pytest.param(in_query({"properties": {"$ref": {"type": "string"}}}), id="a property called $ref"),
        pytest.param(in_query({"const": {"$ref": "#/nope"}}), id="a reference in a constant"),
        pytest.param(operation() | {"x-note": "text"}, id="somebody's own key among the paths"),
        pytest.param(operation(**X_INTERNAL), id="somebody's own key in an operation"),
        pytest.param(
            operation(responses={"2XX": {"description": "a"}, "default": {"description": "b"}}),
            id="a range and a default",
        ),
        pytest.param(
            operation(path="/{a}.{b}", parameters=[{**ID, "name": name} for name in "ab"]), id="two in a segment"
        ),
        pytest.param(operation() | operation(path="/others"), id="no provenance where none is given"),
        pytest.param(
            operation(responses={"200": {"$ref": "#/paths/~1others/get/responses/200"}}) | operation(path="/others"),
            id="a reference into the paths",
        ),
    ],
)
def test_what_is_no_defect(tmp_path: Path, paths: dict[str, Any]):
    path = saved(tmp_path, document(paths))
    assert check(path) == (0, [f"{path}: ok"])


@pytest.mark.parametrize("keyword", ["nullable", "exclusiveMinimum"])
def test_what_is_3_0_is_good_in_3_0(tmp_path: Path, keyword: str):
    parameter = {"name": "a", "in": "query", "schema": {"type": "integer", "minimum": 1, keyword: True}}
    assert check(saved(tmp_path, document(operation(parameters=[parameter]), openapi="3.0.3")))[0] == 0
    assert check(saved(tmp_path, document(operation(parameters=[parameter]))))[0] == 1


# Files that are no specs


INFO = "info: {title: T, version: '1'}\n"


@pytest.mark.parametrize(
    ("text", "line", "pointer", "message"),
    [
        pytest.param("", 1, "/", "no `openapi` field; OpenAPI 3.0, 3.1 and 3.2 and Swagger 2.0", id="an empty file"),
        pytest.param("hello", 1, "/", "no `openapi` field", id="a word"),
        pytest.param("[]", 1, "/", "no `openapi` field", id="a list"),
        pytest.param("swagger: '1.2'\napis: []\n", 1, "/", "no `openapi` field", id="Swagger 1.2"),
        pytest.param("openapi: 2.0.0\npaths: {}\n", 1, "/", "openapi is '2.0.0'; OpenAPI 3.0", id="version 2"),
        pytest.param("openapi: 4.0.0\npaths: {}\n", 1, "/", "openapi is '4.0.0'", id="version 4"),
        pytest.param("openapi: 3.10.0\npaths: {}\n", 1, "/", "openapi is '3.10.0'", id="version 3.10"),
        pytest.param(f"openapi: 3.1\n{INFO}paths: {{}}\n", 1, "/openapi", "must be text, not 3.1", id="a number"),
        pytest.param(f"openapi: 3.1.0\n{INFO}", 1, "/", "needs 'paths', 'components' or 'webhooks'", id="no paths"),
        pytest.param(f"openapi: 3.0.0\n{INFO}", 1, "/", "openapi needs 'paths'", id="no paths in 3.0"),
        pytest.param(f"openapi: 3.1.0\n{INFO}paths: []\n", 3, "/paths", "must be an object, not []", id="no map"),
        pytest.param("openapi: 3.1.0\npaths: [\n", 3, "/", "[yaml]", id="no YAML"),
        pytest.param("a:\n\tb: 1\n", 2, "/", "cannot start any token [yaml]", id="tabs"),
        pytest.param("<html><body>404: Not Found</body></html>\n", 1, "/", "[", id="a web page"),
    ],
)
def test_a_file_that_is_no_spec(tmp_path: Path, text: str, line: int, pointer: str, message: str):
    path = saved(tmp_path, text)
    (found,) = verdict(path)
    assert found.startswith(f"{path}:{line}: {pointer}: ")
    assert message in found


@pytest.mark.parametrize(
    ("raw", "message"),
    [(b"\xff\xfe\x00", "[yaml]"), (b"\x89PNG\r\n\x1a\n\x00", "[yaml]"), (b"a: \x00", "control characters")],
)
def test_a_file_that_is_no_text(tmp_path: Path, raw: bytes, message: str):
    path = tmp_path / "spec.yaml"
    path.write_bytes(raw)
    (found,) = verdict(path)
    assert message in found


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "nope.yaml"
    assert check(path) == (2, [])
    assert capsys.readouterr().err == f"mockserver: {path}: /: No such file or directory [unreadable]\n"


def test_a_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert check(tmp_path) == (2, [])
    assert capsys.readouterr().err == f"mockserver: {tmp_path}: /: Is a directory [unreadable]\n"


# The command


def test_what_openapi_allows_is_a_note(tmp_path: Path):
    named = {"description": "ok", "content": {JSON: {"examples": {"not-a-name": {"value": 1}}}}}
    spec = document(operation(security=[{"k": []}], responses={"200": named}))
    path = saved(tmp_path, spec | {"components": {"securitySchemes": {"k": {"type": "mutualTLS"}}}})
    for options, code, last in (
        ([], 0, "ok, 1 note"),
        (["--strict"], 1, "2 defects"),
        (["--ignore", "unsupported"], 0, "ok"),
        (["--ignore", "unsupported", "--ignore", "case-name", "--strict"], 0, "ok"),
    ):
        stdout = StringIO()
        assert main(["check", *options, str(path)], {}, stdout) == code
        assert stdout.getvalue().splitlines()[-1] == f"{path}: {last}"


def test_a_note_hides_no_defect(tmp_path: Path):
    spec = document(operation(responses={"200": {"description": "ok", "content": {"json": {}}}}))
    path = saved(tmp_path, spec | {"components": {"securitySchemes": {"k": {"type": "mutualTLS"}}}})
    stdout = StringIO()
    assert main(["check", str(path)], {}, stdout) == 1
    assert stdout.getvalue().splitlines()[-1] == f"{path}: 1 defect, 1 note"


def test_several_files_are_all_checked(tmp_path: Path):
    good, bad = saved(tmp_path, document(operation()), "good.yaml"), saved(tmp_path, "", "bad.yaml")
    stdout = StringIO()
    assert main(["check", str(bad), str(good)], {}, stdout) == 1
    assert f"{bad}: 1 defect\n{good}: ok\n" in stdout.getvalue()


def test_every_defect_is_told_in_the_order_of_the_file(tmp_path: Path):
    paths = operation(oparationId="a") | operation(path="/others", responses={"200": {"desciption": "ok"}})
    path = saved(tmp_path, document(paths, servers=[{"url": "/", "descripton": "x"}]))
    lines = [int(line.removeprefix(f"{path}:").partition(":")[0]) for line in verdict(path)]
    assert len(lines) == 4
    assert lines == sorted(lines)


def test_a_file_that_was_found_good_is_checked_again(tmp_path: Path):
    path = saved(tmp_path, document(operation()))
    assert check(path)[0] == 0
    assert not (tmp_path / "__pycache__").exists()
    load(path, "things", strict=True)
    (copy,) = (tmp_path / "__pycache__").iterdir()
    copy.write_text('{"openapi": "3.1.0", "paths": {}}')
    assert check(path)[0] == 0
    path.write_text(path.read_text().replace("responses", "respones"))
    assert check(path)[0] == 1


def test_a_bad_file_is_not_taken_for_good_the_next_time(tmp_path: Path):
    path = saved(tmp_path, document(operation(respones={})))
    assert check(path)[0] == 1
    assert check(path)[0] == 1
    assert not (tmp_path / "__pycache__").exists()
