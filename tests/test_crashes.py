"""Unhandled exceptions, told by what runtimes write and by their exit codes."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from mockserver.crashes import last_words, runtime_of

PYTHON = """\
Traceback (most recent call last):
  File "/app/shop.py", line 12, in <module>
    main()
  File "/app/shop.py", line 7, in main
    raise KeyError("seats")
KeyError: 'seats'
"""
NODE = """\
/app/shop.js:3
  return answer.seats.length;
                      ^

TypeError: Cannot read properties of undefined (reading 'length')
    at count (/app/shop.js:3:23)
    at Object.<anonymous> (/app/shop.js:6:1)

Node.js v20.20.2
"""
GO = """\
panic: runtime error: index out of range [0] with length 0

goroutine 1 [running]:
main.main()
	/app/shop.go:9 +0x1d
exit status 2
"""
RUST = """\
thread 'main' panicked at src/main.rs:4:22:
called `Option::unwrap()` on a `None` value
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
"""
JAVA = """\
Exception in thread "main" java.lang.NullPointerException: Cannot invoke "Object.toString()"
	at shop.Shop.main(Shop.java:5)
"""
DOTNET = """\
Unhandled exception. System.InvalidOperationException: Sequence contains no elements
   at System.Linq.ThrowHelper.ThrowNoElementsException()
"""
PHP = """\
PHP Fatal error:  Uncaught TypeError: count(): Argument #1 must be of type Countable|array in /app/shop.php:4
Stack trace:
#0 {main}
"""
RUBY = "/app/shop.rb:3:in `count': undefined method `size' for nil:NilClass (NoMethodError)\n"
CRASHES = [
    (PYTHON, 1, "Python", "KeyError: 'seats' (shop.py:7)"),
    (NODE, 1, "Node", "TypeError: Cannot read properties of undefined (reading 'length') (shop.js:3)"),
    (GO, 2, "Go", "panic: runtime error: index out of range [0] with length 0"),
    (GO, 1, "Go", "panic: runtime error: index out of range [0] with length 0"),
    (RUST, 101, "Rust", "thread 'main' panicked at src/main.rs:4:22:"),
    (JAVA, 1, "Java", 'Exception in thread "main" java.lang.NullPointerException: Cannot invoke "Object.toString()"'),
    (DOTNET, 134, ".NET", "Unhandled exception. System.InvalidOperationException: Sequence contains no elements"),
    (PHP, 255, "PHP", "PHP Fatal error:  Uncaught TypeError: count(): Argument #1 must be of type Countable|array in"),
    (RUBY, 1, "Ruby", "/app/shop.rb:3:in `count': undefined method `size' for nil:NilClass (NoMethodError)"),
]


@pytest.mark.parametrize(
    ("written", "code", "name", "words"), CRASHES, ids=[f"{name}-{code}" for _, code, name, _ in CRASHES]
)
def test_a_crash(written: str, code: int, name: str, words: str):
    runtime = runtime_of(code, written)
    assert runtime is not None
    assert runtime.name == name
    assert last_words(written)[1].startswith(words)


@pytest.mark.parametrize(
    ("written", "code", "name", "words"), CRASHES, ids=[f"{name}-{code}" for _, code, name, _ in CRASHES]
)
def test_a_program_that_logs_it_and_ends_in_good_order_has_not_crashed(written: str, code: int, name: str, words: str):
    assert runtime_of(0, written) is None
    assert runtime_of(3, written) is None


def test_an_error_in_words_is_no_crash():
    assert runtime_of(1, "the seats could not be added: no answer\n") is None


HANDLED = {
    "a traceback that is logged where it was handled": (
        1,
        "ERROR:root:no seats\n"
        + PYTHON.replace('  File "/app/shop.py", line 12, in <module>\n    main()\n', "")
        + "giving up\n",
    ),
    "one that a child wrote before": (1, PYTHON + PYTHON.replace("<module>", "buy")),
    "Java's stack trace of what was caught": (
        1,
        "java.io.IOException: no answer\n\tat shop.Shop.buy(Shop.java:5)\n\tat shop.Shop.main(Shop.java:9)\n",
    ),
    "Go's stack of a panic that was recovered": (1, "no seats\ngoroutine 1 [running]:\nmain.main()\n"),
    "the place of a Ruby error": (1, "/app/shop.rb:3:in `count'\n"),
}


@pytest.mark.parametrize(("code", "written"), HANDLED.values(), ids=HANDLED)
def test_a_trace_of_what_was_handled_is_no_crash(code: int, written: str):
    assert runtime_of(code, written) is None


TOLD = {
    "the cause of another": PYTHON.replace("<module>", "buy")
    + "\nDuring handling of the above exception, another exception occurred:\n\n"
    + PYTHON,
    "a module": PYTHON.replace("/app/shop.py", "<frozen runpy>", 1).replace("<module>", "_run_module_as_main"),
    "by rich": "╭───── Traceback (most recent call last) ─────╮\n│ /app/shop.py:5 in <module>     │\n",
}


@pytest.mark.parametrize("written", TOLD.values(), ids=TOLD)
def test_a_crash_of_python_in_other_forms(written: str):
    runtime = runtime_of(1, written)
    assert runtime is not None
    assert runtime.name == "Python"


def test_only_php_tells_of_a_crash_in_its_output():
    assert runtime_of(1, "", PYTHON) is None
    assert runtime_of(255, "", PHP) is not None


REAL = [
    ("Python", [sys.executable, "-c", "raise ExceptionGroup('two', [KeyError('a'), KeyError('b')])"]),
    ("Python", [sys.executable, "-c", "import asyncio\nasync def buy(): raise OSError('no')\nasyncio.run(buy())"]),
    ("Python", [sys.executable, "-c", "{}['seats']"]),
    ("Node", ["node", "-e", "null.seats"]),
    ("Node", ["node", "-e", "Promise.reject(new Error('no'))"]),
    ("Ruby", ["ruby", "-e", "nil.size"]),
    ("PHP", ["php", "-r", "count(null);"]),
]


@pytest.mark.parametrize(
    ("name", "words"), REAL, ids=["a group", "a coroutine", "Python", "Node", "a rejected promise", "Ruby", "PHP"]
)
def test_a_real_crash(name: str, words: list[str]):
    if shutil.which(words[0]) is None:
        pytest.skip(f"no {words[0]} on PATH")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    runtime = runtime_of(done.returncode, done.stderr, done.stdout)
    assert runtime is not None
    assert runtime.name == name
