"""The words by which specs tell what operations do, and what the parameters and properties of lists are called.

Names of parameters and properties are without the marks of how they are written: ``perpage`` is ``per_page``, too.
"""

from __future__ import annotations

NOT_MAKING = frozenset(
    (
        *("calculate", "count", "delete", "estimate", "find", "list", "lookup", "preview", "query", "search"),
        *("validate", "verify"),
    )
)
"""What a POST on a collection may do in place of making an item."""

MAKES = frozenset(("add", "adds", "create", "creates"))
CHANGES = frozenset(
    ("change", "changes", "edit", "edits", "modifies", "modify", "patch", "update", "updated", "updates")
)
FINDS = frozenset(("by", "filter", "find", "search"))

ACTS = frozenset(
    (
        *("accept", "activate", "add", "adds", "approve", "archive", "assign", "cancel", "capture", "clone", "close"),
        *("confirm", "convert", "copy", "create", "creates", "deactivate", "decline", "disable", "enable", "execute"),
        *("export", "import", "merge", "move", "refund", "reject", "reopen", "restart", "restore", "run", "send"),
        *("start", "stop", "submit", "upload", "verify", "void"),
    )
)
"""What a POST to an item may do in place of updating it."""

MAKES_ANOTHER = MAKES | {"clone", "copy", "duplicate", "fork", "new", "split"}
"""What an action on an item may do in place of acting on it."""

STATES = ("state", "status")
"""What the property is called that says what became of an item."""

CALLED = ("mark", "set")
"""Actions that say themselves what an item is called then: ``mark_uncollectible``."""

DONE_BY = {
    "activate": ("active",),
    "deactivate": ("inactive",),
    "freeze": ("frozen",),
    "hold": ("held", "onhold"),
    "open": ("open",),
    "pay": ("paid",),
    "reopen": ("open",),
    "sell": ("sold",),
    "send": ("sent",),
    "withdraw": ("withdrawn",),
}
"""What an item is called to which something was done, where that isn't told by the ending."""

LISTS = ("content", "data", "entries", "items", "records", "results", "values")
"""What the list in an envelope is called."""

EMBEDDED = "_embedded"
"""Where a body of HAL has its items."""

LIMITS = ("limit", "perpage", "pagesize", "size", "maxresults", "itemsperpage", "pagelimit", "take")
OFFSETS = ("offset", "skip", "start", "startindex", "pageoffset")
PAGES = ("page", "pagenumber", "pageno", "pageindex")
AFTER = ("startingafter",)
BEFORE = ("endingbefore",)
CURSORS = ("cursor", "pagetoken", "nexttoken", "continuationtoken", "iterator", "after", "pagecursor", "marker")

ABOUT_PAGES = ("meta", "metadata", "page", "pageinfo", "pagination", "paging", "paginginfo", "responsemetadata")
"""What an object in an envelope is called that tells of pages."""

TOTALS = (
    "total",
    "totalcount",
    "totalresults",
    "totalitems",
    "totalrecords",
    "totalentries",
    "totalelements",
    "results",
    "count",
)
TOTAL_PAGES = ("pages", "totalpages", "pagecount", "lastpage")
LENGTHS = ("numitems", "numberofelements", "returned")
MORE = ("hasmore", "more", "hasnext", "hasnextpage", "ismore")
DONE = ("done", "islast", "last")
NEXT = (
    *("nextcursor", "nextpagetoken", "nexttoken", "nextmarker", "endcursor", "cursor", "iterator"),
    "continuationtoken",
)
LINKS = (
    *("next", "nexturl", "nextlink", "nextpageuri", "previous", "prev", "previousurl", "prevurl", "previouslink"),
    *("previouspageuri", "previterator"),
)
