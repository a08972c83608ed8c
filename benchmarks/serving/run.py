"""Measure a served model: ours beside an endpoint written by hand, and a swap under load."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.flights import CACHE
from benchmarks.measure import Measurement
from benchmarks.report import Progress, machine

ROOT = Path(__file__).resolve().parents[2]
QUICKSTART = ROOT / "examples" / "quickstart" / "run.py"
ROWS, CONNECTIONS = (1, 100), (1, 8, 32)
SECONDS, SWAPS = 3.0, 5
ROW = {
    "island": "Biscoe", "sex": "male", "bill_length_mm": 40.1, "bill_depth_mm": 18.2,
    "flipper_length_mm": 190, "body_mass_g": 3700,
}  # fmt: skip


def run_serving(
    repeats: int,
    report_line: Progress,
    *,
    model: Path | None = None,
    row: dict[str, Any] = ROW,
    rows: Sequence[int] = ROWS,
    connections: Sequence[int] = CONNECTIONS,
    seconds: float = SECONDS,
    folder: Path = CACHE / "serving",
) -> dict[str, Any]:
    """Measure all of this part; the two servers take turns in each repetition.

    Args:
        repeats: How often each is measured; the medians are kept.
        report_line: Told of each measurement as it is made.
        model: The SavedModel; None trains that of the quickstart.
        row: Every request asks for this one, so many times.
        rows: Of a request.
        connections: That are busy at once.
        seconds: Of each measurement, after as long a warm-up.
        folder: Where to work.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    result: dict[str, Any] = {"machine": machine(("tensorflow", "starlette", "uvicorn"))}
    model = model or _trained(folder / "quickstart")
    bodies = {number: _body(folder, [row] * number) for number in rows}
    base = folder / "versions"
    shutil.copytree(model, base / "1")
    kept: dict[str, list[dict[str, float]]] = {}
    with _server("plain", str(model), folder) as plain, _server("ours", str(base), folder) as ours:
        for _ in range(repeats):
            for number, body in bodies.items():
                _keep(kept, f"inside, {number}", _inside(model, body, seconds), report_line)
                for busy in connections:
                    for name, url in (("plain", plain), ("zenml", ours)):
                        told = _load(url, body, busy, seconds)
                        _keep(kept, f"{name}, {number}, {busy}", told, report_line)
        result["swap"] = _swaps(ours, base, model, bodies[min(rows)], report_line)
    result["machine"]["load after"] = f"{os.getloadavg()[0]:.1f}"
    return result | {
        "rows": list(rows),
        "connections": list(connections),
        "works": {name: _medians(entries) for name, entries in kept.items()},
    }


def _trained(folder: Path) -> Path:
    """The model of the quickstart."""
    subprocess.run([sys.executable, str(QUICKSTART), str(folder)], check=True, capture_output=True)
    return next((folder / "deployed" / "penguins").iterdir())


def _body(folder: Path, rows: list[dict[str, Any]]) -> Path:
    file = folder / f"{len(rows)}.json"
    file.write_text(json.dumps({"instances": rows}))
    return file


@contextmanager
def _server(name: str, served: str, folder: Path) -> Iterator[str]:
    """A server in a process of its own; gives its URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.serving.{name}", served],
        cwd=folder,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    if not url:
        raise SystemExit(f"The server {name} did not start; run it by hand to see why.")
    try:
        yield url
    finally:
        process.stdin.close()
        process.wait()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}


def _inside(model: Path, body: Path, seconds: float) -> dict[str, Any]:
    return _told("inside", str(model), str(body), str(seconds))


def _load(url: str, body: Path, connections: int, seconds: float) -> dict[str, Any]:
    words = (url, str(body), str(connections))
    _told("load", *words, str(seconds / 2))
    return _told("load", *words, str(seconds))


def _told(module: str, *words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarks.serving.{module}", *words]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return _good(told)


def _good(told: dict[str, Any]) -> dict[str, Any]:
    if told["failed"]:
        raise SystemExit(f"{told['failed']} requests failed; the first: {told['first'][0]}")
    return told


def _keep(
    kept: dict[str, list[dict[str, float]]], name: str, told: dict[str, Any], say: Progress
) -> None:
    kept.setdefault(name, []).append({key: told[key] for key in ("a second", "p50", "p99")})
    line = f"{name}: {told['a second']:.0f}/s"
    say("serving", 0, line, Measurement(told["requests"] / told["a second"], 0, 0, ""))


def _medians(entries: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(entry[key] for entry in entries) for key in entries[0]}


def _swaps(url: str, base: Path, model: Path, body: Path, say: Progress) -> dict[str, Any]:
    """New versions come while eight connections ask; every answer has to be a good one."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.serving.load", url, str(body), "8"]
    asking = subprocess.Popen(
        [*command, str(SWAPS * 2.0)], env=_environment(), stdout=subprocess.PIPE, text=True
    )
    for number in range(2, SWAPS + 2):
        time.sleep(1.5)
        scratch = base / f".copying-{number}"
        shutil.copytree(model, scratch)
        scratch.rename(base / str(number))
    told = _good(json.loads(asking.communicate()[0].splitlines()[-1]))
    say("serving", 0, "swaps", Measurement(time.perf_counter() - began, 0, 0, ""))
    return {"versions": SWAPS, **told}
