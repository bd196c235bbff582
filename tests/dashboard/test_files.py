"""The files of the dashboard: what they weigh, where they come from, how they are served, and to whom."""

from __future__ import annotations

import gzip
import hashlib
import re
import subprocess
import sys
from http.client import HTTPConnection, HTTPResponse

import pytest

from mockserver.app import build
from mockserver.config import Config
from mockserver.dashboard.files import FOLDER, POLICY, files
from tests.dashboard.conftest import Site
from tests.support.threaded import threaded

MOST = 150_000  # bytes on the wire
LICENCES = FOLDER.parent / "licences"


def fetch(url: str, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    host, _, port = url.removeprefix("http://").rpartition(":")
    connection = HTTPConnection(host, int(port), timeout=20)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_all_of_it_is_small():
    assert sum(len(file.zipped) for file in files().values()) < MOST


def test_the_libraries_are_those_of_npm_under_their_licences():
    rows = re.findall(
        r"^\| `([^`]+)` \|.*\[(\w+\.txt)\].*\| `([0-9a-f]{64})` \|$", (LICENCES / "README.md").read_text(), re.MULTILINE
    )
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (FOLDER / "vendor").iterdir()}
    assert {name: digest for name, _, digest in rows} == found
    assert {licence for _, licence, _ in rows} == {path.name for path in LICENCES.glob("*.txt")}


def test_what_is_imported_is_there():
    for name, file in files().items():
        if name.endswith(".js"):
            for address in re.findall(rb"""from\s*["']([^"']+)["']""", file.plain):
                assert address.startswith(b"./"), (name, address)
                folder = name.rpartition("/")[0]
                assert f"{folder}/{address[2:].decode()}".lstrip("/") in files(), (name, address)


def test_every_module_says_what_it_is():
    assert [path.name for path in FOLDER.glob("*.js") if not path.read_text().startswith("// ")] == []


def test_no_module_makes_html_of_data_or_goes_elsewhere():
    for path in FOLDER.glob("*.js"):
        text = path.read_text()
        assert not re.search(
            r"[iI]nnerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text
        ), path
        assert not re.search(r"https?://", text.replace("http://www.w3.org", "")), path


@pytest.mark.parametrize("path", ["/_mock/", "/_mock/ui/main.js", "/_mock/ui/vendor/preact.js", "/_mock/ui/app.css"])
def test_a_file_is_served_with_its_policy(site: Site, path: str):
    answer, body = fetch(site.url, path, accept_encoding="gzip, br")
    assert answer.status == 200
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-encoding"] == "gzip"
    plain, whole = fetch(site.url, path)
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(body) == whole
    again, nothing = fetch(site.url, path, if_none_match=answer.headers["etag"])
    assert (again.status, nothing) == (304, b"")
    head, nothing = fetch(site.url, path, "HEAD")
    assert (head.status, head.headers["content-length"], nothing) == (200, str(len(whole)), b"")


def test_the_policy_lets_nothing_in():
    assert "default-src 'self'" in POLICY
    assert "frame-ancestors 'none'" in POLICY
    assert "unsafe" not in POLICY
    page = files()["index.html"].plain.decode()
    assert re.findall(r"<script[^>]*>(.*?)</script>", page) == [""]
    assert " style=" not in page
    assert " on" not in page.replace(" one", "")


@pytest.mark.parametrize(
    "path", ["/_mock/ui/nope.js", "/_mock/ui/../files.py", "/_mock/ui/%2e%2e/files.py", "/_mock/ui/"]
)
def test_nothing_else_is_served(site: Site, path: str):
    assert fetch(site.url, path)[0].status == 404


def test_a_foreign_host_gets_nothing_without_a_token(site: Site):
    answer, body = fetch(site.url, "/_mock/", host="evil.test")
    assert (answer.status, b"foreign-host" in body) == (403, True)


def test_with_a_token_the_page_is_there_for_all_and_the_data_is_not():
    with threaded(app=build(Config(vendor=("postpress",)), "secret")) as server:
        assert fetch(server.url, "/_mock/", host="mocks.test")[0].status == 200
        assert fetch(server.url, "/_mock/vendors", host="mocks.test")[0].status == 401


def test_a_browser_is_sent_to_it_and_others_are_not(site: Site):
    answer, _ = fetch(site.url, "/", accept="text/html,application/xhtml+xml")
    assert (answer.status, answer.headers["location"], answer.headers["vary"]) == (303, "/_mock/", "accept")
    assert fetch(site.url, "/", accept="*/*")[0].status == 200
    answer, _ = fetch(site.url, "/_mock", accept="text/html")
    assert (answer.status, answer.headers["location"]) == (303, "/_mock/")
    assert fetch(site.url, "/_mock", accept="application/json")[0].status == 404


def test_a_start_imports_nothing_of_it():
    code = """
import sys
from mockserver.app import build
from mockserver.config import Config
from mockserver.server.edge import Edge
Edge(build(Config(vendor=("postpress",))))
print([name for name in sys.modules if name.startswith(("mockserver.dashboard", "mockserver.control.api"))])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
