"""The work with Dagster: ops of one job, executed in this process, outputs in files.

Usage: dagster_work.py chain COUNT | check | configure
"""

import json
import os
import pickle
import sys
import time
from pathlib import Path

HOME = Path(os.environ["DAGSTER_HOME"])


def chain(count):
    from dagster import DagsterInstance, FilesystemIOManager, In, job, op

    @op(ins={"value": In(int, default_value=0)})
    def add_one(value) -> int:
        return value + 1

    @job(resource_defs={"io_manager": FilesystemIOManager(base_dir=str(HOME / "outputs"))})
    def chain_job():
        value = add_one.alias("step_1")()
        for number in range(2, count + 1):
            value = add_one.alias(f"step_{number}")(value)

    start = time.perf_counter()
    done = chain_job.execute_in_process(instance=DagsterInstance.get())
    assert done.success
    return {"inside": time.perf_counter() - start}


def configure():
    (HOME / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    return {}


def check():
    newest = max((HOME / "outputs").iterdir(), key=lambda folder: folder.stat().st_mtime)
    kept = [pickle.loads(path.read_bytes()) for path in newest.glob("step_*/result")]
    return {"values": sorted(kept), "cached": 0}


if __name__ == "__main__":
    tasks = {"chain": chain, "check": check, "configure": configure}
    print(json.dumps(tasks[sys.argv[1]](*map(int, sys.argv[2:]))))
