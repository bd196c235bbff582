"""The cache that is bounded by bytes."""

from __future__ import annotations

from mockserver.byte_cache import MOST_ONCE, ByteCache


def kept(cache: ByteCache[str], *keys: str) -> list[str]:
    return [key for key in keys if cache.get(key) is not None]


def test_the_oldest_go_an_eighth_at_once():
    cache: ByteCache[str] = ByteCache(80)
    for key in "abcdefgh":
        assert cache.keep(key, key.upper(), 10) == key.upper()
    assert kept(cache, *"abcdefgh") == [*"abcdefgh"]
    cache.keep("i", "I", 10)
    assert kept(cache, *"abcdefghi") == [*"cdefghi"]


def test_what_is_kept_again_is_new_and_weighs_once():
    cache: ByteCache[str] = ByteCache(30)
    cache.keep("a", "one", 10)
    cache.keep("b", "B", 10)
    for text in ("two", "three"):
        cache.keep("a", text, 10)
    cache.keep("c", "C", 10)
    assert (kept(cache, "a", "b", "c"), cache.get("a")) == (["a", "b", "c"], "three")
    cache.keep("d", "D", 10)
    assert kept(cache, "a", "b", "c", "d") == ["c", "d"]


def test_the_newest_stays_however_large():
    cache: ByteCache[str] = ByteCache(30)
    cache.keep("a", "A", 10)
    cache.keep("large", "L", 1000)
    assert kept(cache, "a", "large") == ["large"]
    cache.keep("b", "B", 10)
    assert kept(cache, "large", "b") == ["b"]


def test_what_is_forgotten_is_told_of_and_weighs_nothing():
    gone = list[str]()
    cache: ByteCache[str] = ByteCache(30, gone.append)
    cache.keep("a", "A", 20)
    cache.forget("a")
    cache.forget("a")
    cache.keep("b", "B", 30)
    assert (gone, kept(cache, "a", "b")) == (["A"], ["b"])
    cache.keep("c", "C", 10)
    assert gone == ["A", "B"]


def test_what_comes_once_takes_no_room():
    cache: ByteCache[str] = ByteCache(20)
    for key in "abcdefgh":
        assert cache.keep_repeated(key, key.upper(), 10) == key.upper()
    assert kept(cache, *"abcdefgh") == []
    for key in "ab":
        assert cache.keep_repeated(key, f"{key} again", 10) == f"{key} again"
    assert (kept(cache, *"abcdefgh"), cache.get("a")) == (["a", "b"], "a again")


def test_what_came_once_is_forgotten_after_many_others():
    cache: ByteCache[int] = ByteCache(1000)
    cache.keep_repeated("first", 0, 10)
    for number in range(MOST_ONCE):
        cache.keep_repeated(number, number, 10)
    cache.keep_repeated("first", 1, 10)
    assert cache.get("first") is None
    cache.keep_repeated("first", 2, 10)
    assert cache.get("first") == 2
