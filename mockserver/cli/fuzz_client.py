"""Run ``mockserver fuzz-client``: a client against every response that an operation may give."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from mockserver.cli.commands import CommandContext
from mockserver.cli.complete import complete_operation, complete_vendor
from mockserver.cli.options import read_settings, settings
from mockserver.cli.progress import INTERRUPTED, Progress
from mockserver.fuzz.campaign import Campaign
from mockserver.fuzz.command_client import CommandClient
from mockserver.fuzz.expectation import expectation
from mockserver.fuzz.fake_server import FakeServer
from mockserver.fuzz.findings import Findings
from mockserver.fuzz.function_client import FunctionClient
from mockserver.fuzz.imports import import_exception, import_function
from mockserver.fuzz.outcome import Client
from mockserver.fuzz.reproduction import (
    CommandReproducer,
    FunctionReproducer,
    Reproducer,
    ReproductionOptions,
    explicit_settings,
)
from mockserver.fuzz.resident_client import ResidentClient
from mockserver.fuzz.variant import Variant
from mockserver.fuzz.variants import MOST, Source, choose

_EXPECT = "Compare the value at this JSON pointer into what was sent with what is printed, or with a place in that."
_TYPED_EXIT = "An exit code that tells of an error in good order. May be repeated.  [default: any but a crash's]"
_EXPECT_ERROR = "The same for an error of the client's own, with --call or --stay.  May be repeated."
_STAY = "The command is started once: it reads a line of JSON for each response, and prints one."
_CALL = "A Python function `call(base_url, key)` in place of a command: FILE.py:NAME or MODULE:NAME."


@dataclass(frozen=True, slots=True)
class _ClientOptions:
    """The options that say which client is fuzzed."""

    stays: bool
    typed_exits: tuple[int, ...]
    typed: tuple[str, ...]
    timeout: float
    words: tuple[str, ...]
    call: str | None

    def client(self, options: ReproductionOptions, environ: Mapping[str, str]) -> tuple[Client, Reproducer]:
        """What is fuzzed, and how it is brought back. Raises FuzzError."""
        if self.call is not None:
            function = import_function(self.call)
            typed = tuple(import_exception(name) for name in self.typed)
            names = [(function, self.call), *zip(typed, self.typed, strict=True)]
            return FunctionClient(function, typed, self.timeout), FunctionReproducer(options, function, typed, names)
        if self.stays:
            return ResidentClient(self.words, environ, self.timeout), CommandReproducer(
                options, self.words, (), stays=True
            )
        client = CommandClient(self.words, environ, self.typed_exits, self.timeout)
        return client, CommandReproducer(options, self.words, self.typed_exits)


_SETTINGS = {
    "spec": "An OpenAPI file in place of the installed vendors, named after the file or NAME (repeat for more).",
    "validation": "strict answers a request that breaks the spec with a refusal; warn with the response that is tried.",
    "world": "Where the sandbox of each response begins: the name of a world, or a file of one.",
    "seed": "Seed of the responses that are made.",
}


@click.command("fuzz-client", context_settings={"allow_interspersed_args": False})
@click.option(
    "--operation",
    metavar="NAME",
    required=True,
    help="The operation whose responses are tried.",
    shell_complete=complete_operation,
)
@click.option(
    "--vendor",
    metavar="NAME",
    help="Its vendor, where more than one has such an operation.",
    shell_complete=complete_vendor,
)
@click.option("--expect", "expects", metavar="SENT[=PRINTED]", multiple=True, help=_EXPECT + " May be repeated.")
@click.option("--expect-error", "error_expects", metavar="SENT=PLACE", multiple=True, help=_EXPECT_ERROR)
@click.option("--stay", "stays", is_flag=True, help=_STAY)
@click.option("--typed-exit", "exits", type=int, metavar="CODE", multiple=True, help=_TYPED_EXIT)
@click.option("--call", metavar="NAME", help=_CALL)
@click.option(
    "--typed", metavar="NAME", multiple=True, help="With --call: an exception of the client's own, MODULE:NAME."
)
@click.option("--gateway", is_flag=True, help="Also what a proxy says in the vendor's place: HTML, nothing, a 204.")
@click.option("--only", default="", metavar="TEXT", help="Only responses that have this in their id or description.")
@click.option("--max", "most", default=MOST, show_default=True, type=click.IntRange(1), help="Most responses to try.")
@click.option("--respond", metavar="JSON", help='Only this response: {"status": 200, "body": ...}.')
@click.option(
    "--timeout", default=10.0, show_default=True, type=click.FloatRange(0, 3600, min_open=True), help="Seconds."
)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="How many at a time.  [default: one a processor]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--list", "lists", is_flag=True, help="List the responses, and try none.")
@settings("spec", "spec_root", "allow_remote", "validation", "world", "seed", help=_SETTINGS)
@click.argument("words", metavar="[-- COMMAND...]", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def command(
    context: CommandContext,
    /,
    config_file: str | None,
    operation: str,
    vendor: str | None,
    expects: tuple[str, ...],
    error_expects: tuple[str, ...],
    stays: bool,
    exits: tuple[int, ...],
    call: str | None,
    typed: tuple[str, ...],
    gateway: bool,
    only: str,
    most: int,
    respond: str | None,
    timeout: float,
    jobs: int | None,
    form: str,
    lists: bool,
    words: tuple[str, ...],
    **flags: Any,
) -> int:
    """Run a command once for each response that an operation may give, and class what it does.

    It finds the fake in MOCKSERVER_URL, each vendor in `<VENDOR>_BASE_URL` and `<VENDOR>_API_KEY`, and the id of the
    response in MOCKSERVER_FUZZ_CASE. What it prints as JSON is compared with what was sent. Exits with 1 where
    something was unhandled, wrong or hung. Ctrl-C ends it with the report of what was tried by then, and 130.
    """
    if not lists and bool(words) == bool(call):
        raise click.UsageError("give either a command after -- or a function by --call")
    client_options = _ClientOptions(stays, exits, typed, timeout, words, call)
    expect, expect_error = _pairs(expects, "--expect"), _pairs(error_expects, "--expect-error")
    config = read_settings(context, config_file, flags)
    with FakeServer(config) as server:
        compiled, target = server.find_operation(operation, vendor)
        source = Source(compiled, target)
        variants = source.variants(with_gateway=gateway)
        chosen, left_out = choose(variants, only, most)
        if respond is not None:
            chosen, left_out = [_given(source, respond)], 0
        if lists:
            click.echo("\n".join(f"{one.status}  {one.id}  {one.about}" for one in chosen), file=context.stdout)
            return 0
        options = ReproductionOptions(
            compiled.name, target.id, expect, expect_error, timeout, explicit_settings(config)
        )
        client, reproducer = client_options.client(options, context.environ)
        expected, of_error = expectation(expect), expectation(expect_error)
        count = jobs or os.cpu_count() or 1
        campaign = Campaign(
            server, compiled, target, client, reproducer, expected, of_error, recognises=call is None, jobs=count
        )
        with Progress() as campaign.progress:
            findings = campaign.run(variants[0], chosen, left_out)
    click.echo(_shown(findings, form), file=context.stdout)
    if findings.is_interrupted:
        return INTERRUPTED
    return 0 if findings.is_good else 1


def _shown(findings: Findings, form: str) -> str:
    return json.dumps(findings.as_json(), indent=2) if form == "json" else f"{findings}"


def _pairs(expects: tuple[str, ...], option: str) -> dict[str, str] | None:
    """``/result=/value`` as {"/result": "/value"}; without ``=``, all that is printed."""
    pairs = [text.partition("=") for text in expects]
    for sent, _, printed in pairs:
        for pointer in (sent, printed):
            if pointer and not pointer.startswith("/"):
                raise click.BadParameter(f"{pointer!r} is not a JSON pointer; it must begin with /", param_hint=option)
    return {sent: printed for sent, _, printed in pairs} or None


def _given(source: Source, text: str) -> Variant:
    try:
        given = json.loads(text)
        status, body = given["status"], given["body"]
    except (ValueError, KeyError, TypeError):
        raise click.BadParameter('must be JSON like {"status": 200, "body": {}}', param_hint="--respond") from None
    return source.given(status, body)
