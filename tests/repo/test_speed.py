"""Closure and version of a step in a large repository."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
COMMITS = 10_000
FILES = 2_000
OWN = 34  # files in the closure, none of which changed since the first commit
MEASURE = """
import os, resource, sys, time
from zenml.repo.versions import version_of
def spent():
    own, git = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + git.ru_utime + git.ru_stime
start = spent()
found = version_of("run.Step")
cold = spent() - start
start = spent()
version_of("run.Step")
print(found.version, cold, spent() - start)
"""


def body(number: int, value: int) -> str:
    more = f"from pkg{(number + 1) // 50}.mod{number + 1} import X\n" if number < OWN - 2 else ""
    return f"import os\n{more}X = {value}\n" + "def f(a):\n    return a\n" * 20


def path(number: int) -> str:
    return f"pkg{number // 50}/mod{number}.py"


@pytest.fixture
def large(tmp_path):
    draw = random.Random(0)
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(tmp_path)], check=True)
    files = {path(number): body(number, 0) for number in range(FILES)}
    files["run.py"] = "from pkg0.mod0 import X\nclass Step: pass\n"
    out: list[str] = []
    for mark in range(1, COMMITS + 1):
        out.append(
            f"commit refs/heads/main\nmark :{mark}\ncommitter A <a@b.c> {1_600_000_000 + mark}"
        )
        out.append(f" +0000\ndata 2\nc\n{f'from :{mark - 1}' if mark > 1 else ''}\n")
        out += [f"M 644 inline {p}\ndata {len(text)}\n{text}\n" for p, text in files.items()]
        number = draw.randrange(OWN, FILES)
        files = {path(number): body(number, mark)}
    data = "".join(out).encode()
    subprocess.run(["git", "fast-import", "--quiet"], cwd=tmp_path, input=data, check=True)
    subprocess.run(["git", "reset", "--quiet", "--hard"], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.slow
def test_version_in_a_large_repository(large):
    first = subprocess.run(
        ["git", "rev-list", "--max-parents=0", "HEAD"], cwd=large, capture_output=True, check=True
    ).stdout.decode()
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        cwd=large,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    version, cold, warm = done.stdout.split()
    print(f"cold {float(cold):.3f} s, warm {float(warm):.4f} s of processor time")
    assert version == first.strip()
    # Processor time, as other work on the machine changes the time of day; the aims are
    # 0.3 s and 20 ms.
    assert float(cold) < 0.6
    assert float(warm) < 0.04
