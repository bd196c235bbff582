"""Loaded by Python before a program's own code: lead its connections to the vendors' hosts to the mock server.

It patches a few modules as they are imported, does nothing to programs that import none of them, and hands on to the
user's own ``sitecustomize``. It stands alone, in a folder that goes into ``PYTHONPATH``.
"""

from __future__ import annotations

import sys
from _frozen_importlib_external import PathFinder

from mockserver_watcher import Watcher  # type: ignore[import-not-found]  # it is copied beside this file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HERE = __file__.rpartition("/")[0]
MOST = 4 * 1024 * 1024  # bytes of notes: a loop that asks for ever fills no disk


def make_patches() -> Any:
    import json

    from mockserver_hostnames import refused, shown  # type: ignore[import-not-found]
    from mockserver_patches import Patches  # type: ignore[import-not-found]

    with open(HERE + "/../preload.json", encoding="utf-8") as file:
        settings = json.load(file)
    with open(settings["ca"], encoding="ascii") as file:
        ca = file.read()
    passes = settings["others"] == "pass"

    def refuse(name: str, port: int) -> OSError | None:
        """Note a connection to another host, and let it fail, or pass."""
        try:
            with open(HERE + "/../others", "a", encoding="ascii", errors="backslashreplace") as file:
                if file.tell() < MOST:
                    file.write("".join(shown(name, port).split()) + "\n")
        except OSError:
            pass  # the mock server has ended
        return None if passes else refused(name, port, "--others pass lets it through")

    return Patches(settings["hosts"], tuple(settings["address"]), ca, refuse)


def hand_on() -> None:
    """Run the sitecustomize that Python would have found without this one."""
    others = [folder for folder in sys.path if folder != HERE]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    from _frozen_importlib import module_from_spec

    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


Watcher(make_patches).install()
hand_on()
