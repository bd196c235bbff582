"""``mockserver verify``: has a vendor drifted from its spec?"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from mockserver.app import from_file, vendors
from mockserver.cli.commands import CommandContext
from mockserver.cli.complete import complete_file, complete_operation, complete_vendor
from mockserver.cli.output import write_to
from mockserver.cli.progress import INTERRUPTED, Progress
from mockserver.config import Config
from mockserver.names import variable
from mockserver.openapi.loader import load
from mockserver.openapi.model import Spec
from mockserver.settings import named_file
from mockserver.verify.drift import Drift
from mockserver.verify.masking import Mask
from mockserver.verify.patch import propose
from mockserver.verify.rendering import FORMATS, render
from mockserver.verify.verification import CREDITS, PROFILES, TIMEOUT, VerifyOptions, call_vendor, check_recording

_CALLS = ", ".join(f"{name} {profile.calls}" for name, profile in PROFILES.items())


@click.command("verify")
@click.option("--vendor", metavar="NAME", help="An installed vendor.", shell_complete=complete_vendor)
@click.option(
    "--spec",
    "file",
    metavar="[NAME=]FILE",
    help="Any OpenAPI file, in place of a vendor or of its spec.",
    shell_complete=complete_file,
)
@click.option("--base-url", metavar="URL", help="Where the vendor is: what stands before the paths of its spec.")
@click.option(
    "--from", "recording", metavar="FILE", help="Check recorded traffic instead: HAR, or a journal as JSON Lines."
)
@click.option(
    "--allow",
    metavar="OPERATION",
    multiple=True,
    help="Call this one too, though it may change something.",
    shell_complete=complete_operation,
)
@click.option(
    "--operation",
    "only",
    metavar="OPERATION",
    multiple=True,
    help="Call only this one; may be repeated.",
    shell_complete=complete_operation,
)
@click.option("--set", "pinned", metavar="NAME=VALUE", multiple=True, help="Give a parameter or field this value.")
@click.option("--max-calls", type=click.IntRange(1), metavar="N", help=f"Make no more calls.  [default: {_CALLS}]")
@click.option("--max-credits", metavar="N", default=str(CREDITS), show_default=True, help="Spend no more; none: any.")
@click.option(
    "--rate", metavar="N/UNIT", default="30/m", show_default=True, help="Calls in a second, minute, hour (s, m, h)."
)
@click.option(
    "--timeout",
    default=TIMEOUT,
    show_default=True,
    type=click.FloatRange(0, 3600, min_open=True),
    metavar="SECONDS",
    help="For one call, to the end of its answer.",
)
@click.option("--negative", is_flag=True, help="Send what breaks the spec as well.")
@click.option(
    "--profile", type=click.Choice(list(PROFILES)), default="ci", show_default=True, help="nightly: ten times."
)
@click.option("--seed", type=click.IntRange(0), metavar="N", help="Make the same calls again.")
@click.option("--strict", is_flag=True, help="Exit with 1 for news, too.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write the report there instead of printing it.")
@click.option("--patch", "patch_file", metavar="FILE", help="Write a proposed patch of the spec there.")
@click.pass_obj
def command(
    context: CommandContext,
    /,
    vendor: str | None,
    file: str | None,
    base_url: str | None,
    recording: str | None,
    allow: tuple[str, ...],
    only: tuple[str, ...],
    pinned: tuple[str, ...],
    max_calls: int | None,
    max_credits: str,
    rate: str,
    timeout: float,
    negative: bool,
    profile: str,
    seed: int | None,
    strict: bool,
    form: str,
    output: str | None,
    patch_file: str | None,
) -> int:
    """Compare a vendor's answers with its spec: call it, or read recorded traffic.

    The key is read from `<VENDOR>_API_KEY`. Only operations that read are called. Exits with 1 where an answer
    contradicts what is documented or corroborated; what differs from something assumed is news. Ctrl-C ends it with
    the report of what was compared by then, and 130.
    """
    spec = _spec(vendor, file)
    if recording is not None:
        with Progress() as progress:
            drift, mask = check_recording(spec, Path(recording), base_url, progress)
    elif base_url is None:
        raise click.UsageError("verify needs --base-url URL to call, or --from FILE to read")
    else:
        wanted = VerifyOptions(
            base_url=base_url,
            profile=profile,
            seed=seed,
            max_calls=max_calls,
            max_credits=_credits(max_credits),
            rate=rate,
            timeout=timeout,
            negative=negative,
            allow=allow,
            only=only,
            pinned=dict(map(_pair, pinned)),
        )
        with Progress() as progress:
            drift, mask = call_vendor(spec, wanted, context.environ, lambda what: variable(spec.vendor, what), progress)
    return _show(context, drift, mask, strict=strict, form=form, output=output, patch_file=patch_file)


def _spec(vendor: str | None, file: str | None) -> Spec:
    """The spec to hold answers to: a vendor's, or a file's, named after the vendor where one is given."""
    if vendor is None and file is None:
        raise click.UsageError("verify needs --vendor NAME, or --spec FILE")
    if file is not None:
        name, _ = named_file(file)
        if vendor and name:
            raise click.UsageError(f"--vendor {vendor} and --spec {file} name one vendor twice; leave out a name")
        named = from_file(file)
        return load(named.spec, vendor or named.name)
    one = vendors(Config(vendor=(str(vendor),)))[str(vendor)]
    return load(one.spec, one.name, strict=one.strict, reach=one.reach)


def _credits(text: str) -> Decimal | None:
    if text == "none":
        return None
    try:
        credits = Decimal(text)
    except ArithmeticError:
        credits = Decimal(-1)
    if not credits.is_finite() or credits < 0:
        raise click.BadParameter(f"{text!r} is not a number of credits; none means any", param_hint="--max-credits")
    return credits


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise click.BadParameter(f"{text!r} is written as NAME=VALUE", param_hint="--set")
    return name, value


def _show(
    context: CommandContext,
    drift: Drift,
    mask: Mask,
    *,
    strict: bool,
    form: str,
    output: str | None,
    patch_file: str | None,
) -> int:
    """Show what came of it. The exit code."""
    patch = propose(drift.spec, drift.differences, mask.holds_secret)
    report = drift.report()
    shown = mask.text(render(report, form, patch, strict=strict))
    if patch_file is not None:
        write_to("--patch", patch_file, patch)
    if output is not None:
        write_to("--output", output, shown)
    else:
        click.echo(shown, file=context.stdout, nl=False)
    if drift.is_interrupted:
        return INTERRUPTED
    return 1 if report["alarms"] or (strict and report["news"]) else 0
