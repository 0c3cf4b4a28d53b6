"""A package that stands for itself until it is used is then the package, whoever uses it first and however."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

USES = {
    "a name": "import later_one as p; found = p.value",
    "a name taken from it": "from later_one import value as found",
    "a module of it": "import later_one.inner; found = later_one.inner.value",
    "a name of a module of it": "from later_one.inner import value as found",
    "a module that it does not load itself": "import later_one.seldom as s; found = s.value",
    "a name it makes when asked": "import later_one as p; found = p.made",
}
PACKAGE = {
    "__init__.py": "loaded = 1\nfrom later_one.inner import value\ndef __getattr__(name):\n"
    "    if name == 'made':\n        return 7\n    raise AttributeError(name)\n",
    "inner.py": "import time, later_one\ntime.sleep(0.02)\nlater_one.loaded\nvalue = 7\n",
    "seldom.py": "from later_one import value\n",
}
NAMES = [use for name, use in USES.items() if " module " not in name]  # modules wait for each other as they always do
PROGRAM = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from engine.later import load_when_used
load_when_used("later_one")
load_when_used("no_such_package")
import later_one as early
assert "later_one.inner" not in sys.modules and "no_such_package" not in sys.modules
at_once, then = eval(sys.argv[2])
found, wrong = [], []
def use(code):
    try:
        there = {}
        exec(code, there)
        found.append(there["found"])
    except BaseException as error:
        wrong.append((code, repr(error)))
threads = [threading.Thread(target=use, args=(code,)) for code in at_once]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for code in then:
    use(code)
assert not wrong, wrong
assert found == [7] * len(at_once + then), found
assert early.value == early.made == early.seldom.value == early.inner.value == 7
assert type(early) is type(sys) and sys.modules["later_one"].__spec__ is not None
try:
    early.no_such_name
except AttributeError:
    pass
else:
    raise AssertionError("a name that is nowhere was found")
"""


def check(folder: Path, at_once: list[str]) -> None:
    (folder / "later_one").mkdir()
    for name, text in PACKAGE.items():
        (folder / "later_one" / name).write_text(text)
    call = [sys.executable, "-c", PROGRAM, str(folder), repr((at_once, list(USES.values())))]
    done = subprocess.run(call, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("first", USES.values(), ids=list(USES))
def test_it_may_be_used_first_in_every_way(tmp_path: Path, first: str) -> None:
    check(tmp_path, [first])


def test_threads_that_use_it_first_at_once_get_all_of_it(tmp_path: Path) -> None:
    check(tmp_path, NAMES * 8)
