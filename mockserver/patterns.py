"""Name regular expressions that are compiled when they are first used: few of a module's are, of most starts none.

What is imported at a start takes ``pattern`` from here in the place of ``re.compile``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

__all__ = ["pattern"]

if TYPE_CHECKING:
    from re import compile as pattern
else:

    class pattern:
        """A regular expression: what is asked of it first, ``search`` for example, it has from then on."""

        def __init__(self, text: str | bytes, flags: int = 0) -> None:
            self._given = (text, flags)

        def __getattr__(self, name: str) -> Any:
            found = self.__dict__[name] = getattr(re.compile(*self._given), name)
            return found
