"""What the command line does with the specs of others: webhooks listed, several files, rules left out."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest

from mockserver.cli import main
from tests.support.specs import JSON, document, operation, saved

POSTED = {
    "summary": "Paid",
    "requestBody": {"content": {JSON: {"schema": {"type": "object"}}}},
    "responses": {"200": {"description": "taken"}},
}


def output(*words: str) -> tuple[int, str]:
    stdout = StringIO()
    return main(words, {}, stdout), stdout.getvalue()


@pytest.fixture
def sending(tmp_path: Path) -> str:
    paths = operation("post", operationId="subscribe", callbacks={"paid": {"{$request.body#/url}": {"post": POSTED}}})
    return str(saved(tmp_path, document(paths, webhooks={"newPet": {"put": POSTED}}), "shop.yaml"))


def test_what_a_vendor_sends_is_listed(sending: str):
    assert output("list", "--spec", sending, "--webhooks") == (
        0,
        "shop  newPet  PUT  webhook  Paid\n"
        "shop  paid  POST  callback of subscribe, to {$request.body#/url}  Paid\n"
        "1 webhook, 1 callback\n",
    )
    assert output("list", "--spec", sending, "--webhooks", "--text", "newp")[1].endswith("1 webhook, 0 callbacks\n")
    code, text = output("list", "--spec", sending, "--webhooks", "--json")
    assert (code, json.loads(text)[1]) == (
        0,
        {
            "vendor": "shop",
            "webhook": "paid",
            "operation": "post_request_body_url",
            "method": "POST",
            "of": "subscribe",
            "to": "{$request.body#/url}",
            "summary": "Paid",
        },
    )


def test_files_of_a_wider_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "shared.yaml").write_text("Pet: {type: integer}\n")
    folder = tmp_path / "specs"
    folder.mkdir()
    parts = {"components": {"schemas": {"Pet": {"$ref": "../shared.yaml#/Pet"}}}}
    path = str(saved(folder, document(operation()) | parts))
    code, text = output("check", path)
    assert (code, text.splitlines()[-1]) == (0, f"{path}: ok, 1 note")
    assert "--spec-root FOLDER names a folder that holds both [unread-file] (note)" in text
    assert output("check", path, "--spec-root", str(tmp_path)) == (0, f"{path}: ok\n")
    assert output("list", "--spec", path, "--spec-root", str(tmp_path))[0] == 0
    for command in (["check", path], ["list", "--spec", path]):
        assert output(*command, "--spec-root", str(tmp_path / "no"))[0] == 2
        assert f"--spec-root {tmp_path / 'no'}: there is no such folder" in capsys.readouterr().err


def test_a_rule_that_is_not_known_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = str(saved(tmp_path, document(operation())))
    assert output("check", path, "--ignore", "exmple")[0] == 2
    assert "there is no rule 'exmple'; did you mean example?" in capsys.readouterr().err
    assert output("check", path, "--ignore", "zzz")[0] == 2
    assert "rules are case-name, dangling-ref, default, " in capsys.readouterr().err
