"""Build a server from its settings: everything compiled, wired and checked."""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockserver.compiled import CompiledVendor
from mockserver.config import Config
from mockserver.engine.pipeline import Pipeline
from mockserver.engine.runner import Engine
from mockserver.errors import SettingError, VendorError
from mockserver.installed import EntryPoint
from mockserver.openapi.files import Reach
from mockserver.packaged import specs_folder
from mockserver.plugin import Remembering, Vendor, installed
from mockserver.sandbox.document import seed_of
from mockserver.served.kept import KeptOutlines
from mockserver.served.vendors import ServedVendors, outlines_of
from mockserver.settings import MEMORY, is_vendor_name, named_file
from mockserver.stores.base import Store, StoreAway
from mockserver.stores.memory import MemoryStore
from mockserver.suggest import did_you_mean
from mockserver.values import dataclass

if TYPE_CHECKING:
    from mockserver.intercept.interception import Interception


@dataclass(slots=True)
class App:
    """A server without its sockets.

    ``session`` is what the cookie of a browser holds that has signed in with the token.
    ``interception`` is there where the server speaks TLS, or is a proxy for the vendors' hosts.
    """

    config: Config
    engine: Engine
    compiled_control: CompiledVendor | None
    token: str | None
    session: str = field(default_factory=lambda: urlsafe_b64encode(os.urandom(24)).decode(), repr=False)
    interception: Interception | None = None

    @property
    def control(self) -> CompiledVendor:
        """The compiled spec of the control API: compiled when it is first called, so that vendors are served sooner."""
        if self.compiled_control is None:
            self.compiled_control = CompiledVendor(control_vendor(), self.config.max_body)
        return self.compiled_control

    @property
    def can_break_connections(self) -> bool:
        """Whether answers go out through connections that can be broken; whoever serves so sets it."""
        return self.engine.can_break_connections

    @can_break_connections.setter
    def can_break_connections(self, value: bool) -> None:
        self.engine.can_break_connections = value


def vendors(config: Config) -> dict[str, Vendor]:
    """The vendors that a configuration serves, by name. Raises VendorError, SettingError."""
    return {name: load() for name, load in _choose(config).items()}


def _choose(config: Config) -> dict[str, Callable[[], Vendor]]:
    """What loads each ``vendor`` and each ``spec``, by name; all that are installed without any.

    Raises VendorError, SettingError.
    """
    available = installed()
    for name in config.vendor:
        if name not in available:
            hint = did_you_mean(name, available)
            raise VendorError(f"there is no vendor {name!r}; installed are {', '.join(available)}{hint}")
    names = config.vendor or (() if config.spec else available)
    chosen: dict[str, Callable[[], Vendor]] = {name: available[name] for name in names}
    for text in config.spec:
        vendor = replace(from_file(text, available), reach=reach_of(config), remembering=remembering_of(config))
        if vendor.name in chosen:
            raise VendorError(f"spec {text}: a vendor named {vendor.name!r} is there already; {_how_to_name(text)}")
        chosen[vendor.name] = partial(_same, vendor)
    return chosen


def _same(vendor: Vendor) -> Vendor:
    return vendor


def reach_of(config: Config) -> Reach:
    """Where the other files of a spec may be. Raises SettingError."""
    folder = Path(config.spec_root) if config.spec_root is not None else None
    if folder is not None and not folder.is_dir():
        raise SettingError(f"--spec-root {folder}: there is no such folder")
    return Reach(folder, config.allow_remote)


def from_file(text: str, available: Mapping[str, Callable[[], Vendor]] | None = None) -> Vendor:
    """Any OpenAPI file as a vendor: ``petstore.yaml`` is served at ``/petstore``, ``shop=petstore.yaml`` at ``/shop``.

    Its data may be about the entities of every installed vendor. Raises SettingError.
    """
    given, file = named_file(text)
    path = Path(file)
    name = given or re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-.")
    if not is_vendor_name(name):
        raise SettingError(f"spec {text}: {name!r} can't be a vendor's name; {_how_to_name(text)}")
    others = [load() for _, load in sorted((installed() if available is None else available).items())]
    entities = {kind: entity for vendor in reversed(others) for kind, entity in vendor.entities.items()}
    formats = {name: text for vendor in reversed(others) for name, text in vendor.formats.items()}
    return Vendor(name, path, entities=entities, formats=formats, strict=False, at_root=True, remembering=Remembering())


def _how_to_name(text: str) -> str:
    return f"give it another one, as in NAME={named_file(text)[1]}"


def remembering_of(config: Config) -> Remembering | None:
    """How the files of ``--spec`` remember what is made; None where they don't. Raises SettingError."""
    file = Path(config.resource_file) if config.resource_file else None
    if not config.stateless:
        if file is not None and not file.is_file():
            raise SettingError(f"--resource-file {file}: there is no such file")
        return Remembering(file, config.strict_state)
    if config.strict_state or file is not None:
        other = "--strict-state" if config.strict_state else "--resource-file"
        raise SettingError(f"--stateless remembers nothing, and {other} says how to: give one of them")
    return None


def control_vendor() -> Vendor:
    """The control API, described as any vendor is."""
    return Vendor("_mock", specs_folder() / "control" / "openapi.yaml")


def compile_vendors(config: Config, *, at_once: bool = True) -> Pipeline:
    """Every vendor, its spec checked, and compiled ``at_once`` or when it is first called. Raises MockServerError.

    One that comes from an installed package can wait: it was compiled before, and is as it was then.
    """
    served, kept, found = ServedVendors(), KeptOutlines(), {}
    for name, load in _choose(config).items():
        entry = load if isinstance(load, EntryPoint) else None
        outline = kept.get(name) if entry and not at_once else None
        served.add(name, outline, partial(_compiled, load, config))
        if entry and outline is None:
            found[name] = (entry, served[name])
    if found and not at_once:
        kept.keep(found)
    hosts = _more_hosts(config, served)
    return Pipeline(served, strict=config.validation == "strict", hosts=hosts)


def _compiled(load: Callable[[], Vendor], config: Config) -> CompiledVendor:
    return CompiledVendor(load(), config.max_body, config.max_state)


def _more_hosts(config: Config, served: Collection[str]) -> dict[str, str]:
    """The vendors of ``--host NAME=VENDOR``, by host. Raises SettingError."""
    hosts = dict(text.split("=", 1) for text in config.hosts)
    for host, vendor in hosts.items():
        if vendor not in served:
            hint = did_you_mean(vendor, served)
            raise SettingError(f"--host {host}={vendor}: unknown vendor{hint}; known vendors are {', '.join(served)}")
    return hosts


def open_store(config: Config, compiled: Callable[[], Mapping[str, CompiledVendor]]) -> Store:
    """The store of a configuration; one that is kept elsewhere may be away. Raises SettingError."""
    bounds = {
        "most": config.max_sandboxes,
        "journal_bytes": config.journal_bytes,
        "journal_total": config.journal_total,
    }
    scheme, _, place = config.state.partition(":")
    if scheme == MEMORY.partition(":")[0]:
        return MemoryStore(**bounds)
    from mockserver.stores.codec import SandboxCodec

    if scheme == "sqlite":
        from mockserver.stores.sqlite import SqliteStore

        file, _, options = place.removeprefix("///").partition("?")
        is_careful = options == "synchronous=full"
        return SqliteStore(Path(file), SandboxCodec(compiled), is_careful=is_careful, **bounds)
    from mockserver.stores.redis import RedisStore

    return RedisStore(config.state, SandboxCodec(compiled), **bounds)


def build(config: Config, token: str | None = None, *, raises_bugs: bool = False) -> App:
    """Check every spec and wire the parts. Our own bugs are raised where ``raises_bugs``. Raises MockServerError.

    Where processes share what is compiled, or files are watched, all of it is compiled at once.
    """
    pipeline = compile_vendors(config, at_once=config.workers > 1 or config.reload)
    app = _wired(config, pipeline, _world(config, pipeline.vendors), None, token)
    if config.workers > 1:
        app.control  # noqa: B018 - once for all of them
    app.engine.raises_bugs = raises_bugs
    try:
        app.engine.store.count()
    except StoreAway as error:
        raise SettingError(f"--state: {error}") from None
    return app


def _world(config: Config, served: Mapping[str, CompiledVendor]) -> Mapping[str, Any]:
    """What sandboxes begin with; nothing by default. Raises SettingError, SpecError, VendorError."""
    is_plain = config.world == "default"
    if is_plain and not any(outline.worlds for outline in outlines_of(served).values()):
        return {}
    from mockserver.sandbox.world_files import find_world, load_world, world_files

    world_files(served)  # raises where two of one name are there
    return {} if is_plain else load_world(find_world(config.world, served), served)


def for_another_process(app: App) -> App:
    """The same for another process: with a store of its own, which may be away, and with request ids of its own."""
    other = _wired(app.config, app.engine.pipeline, app.engine.world, app.compiled_control, app.token)
    other.session = app.session
    other.interception = app.interception
    return other


def _wired(
    config: Config, pipeline: Pipeline, world: Mapping[str, Any], control: CompiledVendor | None, token: str | None
) -> App:
    store = open_store(config, lambda: engine.pipeline.vendors)
    engine = Engine(pipeline, store, seed=seed_of(config.seed), world=world)
    return App(config, engine, control, token)
