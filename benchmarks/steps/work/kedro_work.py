"""The work with Kedro: nodes under its sequential runner, values in memory or in pickles.

Usage: kedro_work.py memory COUNT | pickle COUNT | missing COUNT | check

`missing` runs what has no output yet, which is how Kedro goes on after a failure.
"""

import itertools
import json
import pickle
import sys
import time
from pathlib import Path

FOLDER = Path("outputs")


def add_one(value):
    return value + 1


def run(count, kept, missing=False):
    from kedro.io import DataCatalog, MemoryDataset
    from kedro.pipeline import node, pipeline
    from kedro.runner import SequentialRunner

    names = ["value_0", *(f"value_{number}" for number in range(1, count + 1))]
    nodes = [
        node(add_one, before, after, name=after) for before, after in itertools.pairwise(names)
    ]
    datasets = {"value_0": MemoryDataset(0)}
    if kept:
        from kedro_datasets.pickle import PickleDataset

        for name in names[1:]:
            datasets[name] = PickleDataset(filepath=str(FOLDER / f"{name}.pkl"))
    else:
        datasets[names[-1]] = MemoryDataset()
    catalog = DataCatalog(datasets)
    start = time.perf_counter()
    SequentialRunner().run(pipeline(nodes), catalog, only_missing_outputs=missing)
    seconds = time.perf_counter() - start
    return {"inside": seconds, "result": catalog.load(names[-1])}


def check():
    kept = [pickle.loads(path.read_bytes()) for path in FOLDER.glob("*.pkl")]
    return {"values": sorted(kept), "cached": 0}


if __name__ == "__main__":
    tasks = {
        "memory": lambda count: run(count, kept=False),
        "pickle": lambda count: run(count, kept=True),
        "missing": lambda count: run(count, kept=True, missing=True),
        "check": check,
    }
    print(json.dumps(tasks[sys.argv[1]](*map(int, sys.argv[2:]))))
