"""Settings from flags, environment and file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.config import NOT_GIVEN, Config, configure, unknown_variables
from mockserver.errors import SettingError
from mockserver.settings import SETTINGS


def filed(folder: Path, text: str) -> Path:
    path = folder / "mockserver.yaml"
    path.write_text(text)
    return path


def test_nothing_given_is_every_default():
    assert configure({}, {}) == Config()
    assert configure({setting.name: NOT_GIVEN for setting in SETTINGS}, {"PATH": "/bin"}) == Config()
    assert configure({}, {}).origins == {}


def test_the_table_and_the_values_say_the_same_defaults():
    assert {setting.name: setting.default for setting in SETTINGS} == {
        name: getattr(Config(), name) for name in Config.__dataclass_fields__ if name != "origins"
    }


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_default_is_a_valid_value(setting: Any):
    if setting.default is not None and not setting.many:
        assert setting.read(str(setting.default)) == setting.default


@pytest.mark.parametrize(
    ("flags", "environ", "text", "port", "origin"),
    [
        pytest.param({"port": "1"}, {"MOCKSERVER_PORT": "2"}, "port: 3", 1, "--port", id="the flag first"),
        pytest.param({}, {"MOCKSERVER_PORT": "2"}, "port: 3", 2, "MOCKSERVER_PORT", id="then the variable"),
        pytest.param({"port": NOT_GIVEN}, {}, "port: 3", 3, "{file}: port", id="then the file"),
        pytest.param({"port": "8080"}, {"MOCKSERVER_PORT": "2"}, "", 8080, "--port", id="a flag that is the default"),
    ],
)
def test_what_counts_first(
    tmp_path: Path, flags: dict[str, Any], environ: dict[str, str], text: str, port: int, origin: str
):
    file = filed(tmp_path, text)
    config = configure(flags, environ, file)
    assert (config.port, config.origins["port"]) == (port, origin.format(file=file))


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        pytest.param("port", "0", 0, id="a free port"),
        pytest.param("port", 65535, 65535, id="the last port"),
        pytest.param("vendor", "a, b", ("a", "b"), id="a list in a text"),
        pytest.param("vendor", ("a", "b"), ("a", "b"), id="a list"),
        pytest.param("validation", "warn", "warn", id="a word"),
        pytest.param("seed", 42, "42", id="a number for a text"),
        pytest.param("reload", True, True, id="true"),
        pytest.param("reload", "ON", True, id="on"),
        pytest.param("reload", "0", False, id="zero"),
        pytest.param("token", "a.b~c", "a.b~c", id="a token"),
        pytest.param("journal_bytes", "1024", 1024, id="the least"),
    ],
)
def test_a_value_is_read(name: str, given: object, expected: object):
    assert getattr(configure({name: given}, {}), name) == expected


@pytest.mark.parametrize(
    ("name", "given", "wanted"),
    [
        pytest.param("port", "65536", "a whole number from 0 to 65535", id="a port too high"),
        pytest.param("port", "-1", "a whole number from 0 to 65535", id="a port below zero"),
        pytest.param("port", "8080.0", "a whole number", id="a port with a fraction"),
        pytest.param("port", "８０", "a whole number", id="digits that aren't ASCII"),
        pytest.param("port", "9" * 5000, "a whole number", id="absurdly many digits"),
        pytest.param("port", "", "a whole number", id="no port"),
        pytest.param("port", " 80", "a whole number", id="a space"),
        pytest.param("port", True, "a whole number", id="true for a number"),
        pytest.param("port", ["1"], "a whole number", id="a list for one"),
        pytest.param("host", "", "not empty", id="no host"),
        pytest.param("host", " ", "not empty", id="a blank host"),
        pytest.param("host", None, "not empty", id="null for a host"),
        pytest.param("seed", None, "not empty", id="null for a seed"),
        pytest.param("vendor", "", "not empty", id="no vendor"),
        pytest.param("vendor", "a,", "not empty", id="a comma at the end"),
        pytest.param("vendor", ["a", None], "not empty", id="null in a list"),
        pytest.param("vendor", {"a": 1}, "not empty", id="a mapping for a list"),
        pytest.param("validation", "lax", "one of strict, warn", id="an unknown word"),
        pytest.param("validation", "Strict", "one of strict, warn", id="a word in capitals"),
        pytest.param("reload", "maybe", "true or false", id="neither true nor false"),
        pytest.param("reload", "", "true or false", id="nothing for true or false"),
        pytest.param("token", "a b", "visible ASCII", id="a token with a space"),
        pytest.param("token", "é", "visible ASCII", id="a token that isn't ASCII"),
        pytest.param("token", "", "visible ASCII", id="an empty token"),
        pytest.param("token", None, "visible ASCII", id="null for a token"),
        pytest.param("token", "a\n", "visible ASCII", id="a token with a line end"),
        pytest.param("max_body", "0", "a whole number from 1", id="no body at all"),
        pytest.param("state", "redis", "memory:", id="an unknown store"),
    ],
)
def test_a_value_that_is_wrong(name: str, given: object, wanted: str):
    with pytest.raises(SettingError) as caught:
        configure({name: given}, {})
    assert str(caught.value).startswith(f"--{name.replace('_', '-')}: ")
    assert wanted in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", Config(), id="an empty file"),
        pytest.param("# nothing\n", Config(), id="a comment"),
        pytest.param("max-body: 5", Config(max_body=5), id="a dash for an underscore"),
        pytest.param("max_body: 5", Config(max_body=5), id="an underscore"),
        pytest.param("vendor: [a, b]", Config(vendor=("a", "b")), id="a list"),
        pytest.param("vendor: a", Config(vendor=("a",)), id="one of a list"),
        pytest.param("reload: yes", Config(reload=True), id="yes"),
        pytest.param("seed: 007", Config(seed="007"), id="a seed as it stands"),
        pytest.param('{"port": 1}', Config(port=1), id="JSON"),
    ],
)
def test_a_file(tmp_path: Path, text: str, expected: Config):
    assert configure({}, {}, filed(tmp_path, text)) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "prot: 1",
            "unknown setting 'prot'; did you mean port?; known settings are host, port",
            id="an unknown setting",
        ),
        pytest.param("max-body: 1\nmax_body: 2", "'max_body' is given twice", id="a setting twice"),
        pytest.param("port: 1\nport: 2", "duplicate key 'port'", id="a key twice"),
        pytest.param("- port", "must be a mapping", id="a list"),
        pytest.param("5", "must be a mapping", id="a number"),
        pytest.param("port: [", "mockserver.yaml:", id="no YAML"),
        pytest.param("port:", "port: None is not valid", id="a setting without a value"),
        pytest.param("origins: {}", "unknown setting 'origins'", id="what is no setting inside"),
    ],
)
def test_a_file_that_is_wrong(tmp_path: Path, text: str, reason: str):
    with pytest.raises(SettingError) as caught:
        configure({}, {}, filed(tmp_path, text))
    assert reason in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(SettingError, match="No such file"):
        configure({}, {}, tmp_path / "nope.yaml")
    with pytest.raises(SettingError, match="Is a directory"):
        configure({}, {}, tmp_path)


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        ("MOCKSERVER_PROT", "unknown variable MOCKSERVER_PROT; did you mean MOCKSERVER_PORT?; it is ignored"),
        ("MOCKSERVER_MAX_HEADER", "did you mean MOCKSERVER_MAX_HEADERS?"),
        ("MOCKSERVER_", "unknown variable MOCKSERVER_; it is ignored"),
        ("MOCKSERVER_XYZ", "unknown variable MOCKSERVER_XYZ; it is ignored"),
    ],
)
def test_a_variable_that_may_be_misspelt_is_told(variable: str, sentence: str):
    assert configure({}, {variable: "1"}) == Config()
    (told,) = unknown_variables({"PATH": "/bin", variable: "1"})
    assert sentence in told


SERVICE = {
    "MOCKSERVER_SERVICE_HOST": "10.0.0.5",
    "MOCKSERVER_SERVICE_PORT": "8080",
    "MOCKSERVER_SERVICE_PORT_HTTP": "8080",
    "MOCKSERVER_PORT": "tcp://10.0.0.5:8080",
    "MOCKSERVER_PORT_8080_TCP": "tcp://10.0.0.5:8080",
    "MOCKSERVER_PORT_8080_TCP_PROTO": "tcp",
    "MOCKSERVER_PORT_8080_TCP_PORT": "8080",
    "MOCKSERVER_PORT_8080_TCP_ADDR": "10.0.0.5",
    "MOCKSERVER_KIT_PORT": "tcp://10.0.0.6:80",
    "MOCKSERVER_KIT_SERVICE_HOST": "10.0.0.6",
}
LINK = {
    "MOCKSERVER_NAME": "/web/mockserver",
    "MOCKSERVER_ENV_PATH": "/usr/bin",
    "MOCKSERVER_PORT": "tcp://172.17.0.5:8080",
    "MOCKSERVER_PORT_8000_TCP_START": "tcp://172.17.0.5:8000",
    "MOCKSERVER_PORT_8000_TCP_PORT_END": "8010",
    "MOCKSERVER_1_PORT_8080_TCP": "tcp://172.17.0.5:8080",
    "MOCKSERVER_1_NAME": "/web/mockserver_1",
}


@pytest.mark.parametrize("environ", [SERVICE, LINK], ids=["Kubernetes", "Docker's links and GitLab's services"])
def test_a_service_of_our_name_is_no_setting(environ: dict[str, str]):
    assert configure({}, environ) == Config()
    assert unknown_variables(environ) == []


@pytest.mark.parametrize("variable", ["MOCKSERVER_CONFIG", "MOCKSERVER_URL", "PORT", "XMOCKSERVER_PROT"])
def test_other_variables_are_nobodys_business(variable: str):
    assert configure({}, {variable: "1"}) == Config()


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.1", False),
        ("127.example.com", False),
        ("localhost.example.com", False),
        ("", False),
    ],
)
def test_whether_only_this_machine_can_reach_it(host: str, local: bool):
    assert Config(host=host).is_local is local
