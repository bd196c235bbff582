"""Get a URL as Python's clients do: ``client.py CLIENT URL``. Prints the status; ends with 3 where there is none."""

from __future__ import annotations

import asyncio
import sys
import urllib.error
import urllib.request

KEY = {"X-API-KEY": "pp_live_built_in"}


def by_urllib(url: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=KEY)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def by_requests(url: str) -> int:
    import requests

    return requests.get(url, headers=KEY).status_code


def by_httpx(url: str) -> int:
    import httpx

    return httpx.get(url, headers=KEY).status_code


def by_aiohttp(url: str) -> int:
    import aiohttp

    async def get() -> int:
        async with aiohttp.ClientSession() as session, session.get(url, headers=KEY) as answer:
            return answer.status

    return asyncio.run(get())


def by_gevent(url: str) -> int:
    """In the way of gevent's servers: its sockets stand in the place of Python's before anything else is imported."""
    from gevent import monkey

    monkey.patch_all()
    import requests

    with requests.Session() as session:
        session.trust_env = False  # or it would go by the proxy
        return session.get(url, headers=KEY).status_code


def main(client: str, url: str) -> int:
    try:
        print(globals()[f"by_{client}"](url))
    except Exception as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
