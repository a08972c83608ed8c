"""Run a command and take its time and the peak of its memory."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Measurement:
    """What one process cost, start of the interpreter and imports included.

    Attributes:
        seconds: Wall clock from start to end.
        cpu_seconds: Processor time of it and its children; says more than the wall clock where
            something else runs on the machine.
        peak_mb: The largest sum of resident memory of the process and its children, in MB (10^6
            bytes), looked at twenty times a second.
        output: What it wrote to standard output.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str


def measure(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None
) -> Measurement:
    """Run a command to its end.

    Args:
        command: Program and arguments.
        cwd: The folder to run it in.
        environment: Variables besides those of this process.

    Returns:
        Its time and memory.

    Raises:
        SystemExit: The command failed; the end of its output is in the message.
    """
    variables = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **(environment or {})}
    # Set, it would have every process compile its own modules anew.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    cpu_before = _children_cpu()
    start = time.perf_counter()
    process = subprocess.Popen(
        list(command),
        cwd=cwd,
        env=variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    peak = [0]
    done = threading.Event()
    sampler = threading.Thread(target=_sample, args=(process.pid, peak, done), daemon=True)
    sampler.start()
    output, errors = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    sampler.join()
    if process.returncode:
        tail = "\n".join((output + errors).splitlines()[-40:])
        raise SystemExit(f"bench: status {process.returncode} of: {' '.join(command)}\n{tail}")
    return Measurement(seconds, _children_cpu() - cpu_before, peak[0] / 1e6, output)


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _sample(pid: int, peak: list[int], done: threading.Event) -> None:
    while not done.wait(SAMPLE_SECONDS):
        try:
            root = psutil.Process(pid)
            tree = [root, *root.children(recursive=True)]
            peak[0] = max(peak[0], sum(_resident(process) for process in tree))
        except psutil.NoSuchProcess:
            return


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
