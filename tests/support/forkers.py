"""A process that makes, changes and deletes forks until it is killed. Run as a module of its own by ``spawn``."""

from __future__ import annotations

import random
import secrets
from itertools import count

from tests.support.plain import Document, Entry
from tests.support.spenders import store_at


def fork(place: str) -> None:
    """Forks of a few parents, each with an entry; what goes counts on. Some of the steps are done in groups."""
    store, prefix, dice = store_at(place), secrets.token_hex(8), random.Random(7)
    for number in count():
        if dice.random() < 0.3:
            with store.group():
                for name in ("fork1", "fork2", "fork1"):
                    held = store.seen(name)
                    document = Document(f"{number}", part=held.document.part if held else "parent 0")
                    entry = Entry(f"{prefix}-{number}-{name}-{dice.random()}")
                    store.exchange(name, held.version if held else 0, document, 0, entry)
            continue
        name = f"fork{dice.randrange(8)}"
        held = store.get(name)
        version, entry = held.version if held else 0, Entry(f"{prefix}-{number}", kind=f"kind {number % 3}")
        if held and dice.random() < 0.3:
            store.remove(name)
        elif held and dice.random() < 0.1:
            store.clear(name)
        else:
            store.exchange(name, version, Document(f"{number}", part=f"parent {dice.randrange(3)}"), 0, entry)
