"""The work with zenml: the one of this project, or the published one; the script is the same.

Usage::

    zenml_work.py chain COUNT      run COUNT steps in a row
    zenml_work.py twice COUNT      run them twice; the second time is told
    zenml_work.py check            read back what the newest run of the chain has kept
    zenml_work.py record COUNT     record COUNT runs of one step
    zenml_work.py lines COUNT      run a step that prints COUNT lines
"""

import json
import sys
import time

from zenml import pipeline, step


@step
def add_one(value: int) -> int:
    return value + 1


@pipeline
def chain(count: int):
    value = 0
    for _ in range(count):
        value = add_one(value)


@step(enable_cache=False)
def shout(count: int) -> float:
    # The same lines as in plain_work.py.
    start = time.perf_counter()
    for number in range(count):
        print("line", number)
    sys.stdout.flush()
    return time.perf_counter() - start


@pipeline
def shouting(count: int):
    shout(count)


@pipeline(enable_cache=False)
def single():
    add_one(0)


def seconds_of(pipeline, **parameters):
    start = time.perf_counter()
    pipeline(**parameters)
    return time.perf_counter() - start


def once(count):
    return {"inside": seconds_of(chain, count=count)}


def twice(count):
    chain(count=count)
    return once(count)


def lines(count):
    from zenml.client import Client

    seconds_of(shouting, count=0)
    quiet = seconds_of(shouting, count=0)
    loud = seconds_of(shouting, count=count)
    run = Client().get_pipeline("shouting").last_run
    return {"more": loud - quiet, "printing": run.steps["shout"].output.load()}


def check():
    from zenml.client import Client

    steps = Client().get_pipeline("chain").last_run.steps.values()
    cached = [step for step in steps if str(getattr(step.status, "value", step.status)) == "cached"]
    return {"values": sorted(step.output.load() for step in steps), "cached": len(cached)}


def record(count):
    from zenml.client import Client

    start = time.perf_counter()
    for _ in range(count):
        single()
    seconds = time.perf_counter() - start
    return {"inside": seconds, "runs": len(Client().get_pipeline("single").runs)}


if __name__ == "__main__":
    tasks = {"chain": once, "twice": twice, "check": check, "record": record, "lines": lines}
    print(json.dumps(tasks[sys.argv[1]](*map(int, sys.argv[2:]))))
