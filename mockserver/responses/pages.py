"""Keep a vendor's page, opened in a browser, from acting as this server: its dashboard has the same address."""

from __future__ import annotations

from mockserver.http import Headers

_PAGES = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml")
_ALONE = (
    b"content-security-policy",
    b"sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts allow-top-navigation",
)


def isolation(media_type: str) -> Headers:
    """The header that gives a page an origin of its own; none for what a browser runs no script of."""
    return [_ALONE] if media_type.partition(";")[0].strip().lower() in _PAGES else []
