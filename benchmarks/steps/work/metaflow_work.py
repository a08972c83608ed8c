"""The work with Metaflow, which reads a flow from its source: so it is written out first.

Usage: metaflow_work.py write COUNT | check COUNT

The flow itself is run as Metaflow's guides do: `python flow_10.py run`.
"""

import json
import sys
from pathlib import Path

HEAD = """from metaflow import FlowSpec, step


class Chain{count}(FlowSpec):
"""
STEP = """    @step
    def {name}(self):
        self.value = {value} + 1
        {end}

"""
FOOT = """
if __name__ == "__main__":
    Chain{count}()
"""


def write(count):
    names = ["start", *(f"step_{number}" for number in range(2, count)), "end"]
    parts = [HEAD.format(count=count)]
    for name, following in zip(names, [*names[1:], ""], strict=True):
        value = "0" if name == "start" else "self.value"
        end = f"self.next(self.{following})" if following else "print(self.value)"
        parts.append(STEP.format(name=name, value=value, end=end))
    parts.append(FOOT.format(count=count))
    Path(f"flow_{count}.py").write_text("".join(parts), encoding="utf-8")
    return {}


def check(count):
    from metaflow import Flow, namespace

    namespace(None)
    run = Flow(f"Chain{count}").latest_run
    kept = [step.task.data.value for step in run if step.id != "_parameters"]
    cloned = [step for step in run if step.task.origin_pathspec]
    return {"values": sorted(kept), "cached": len(cloned)}


if __name__ == "__main__":
    tasks = {"write": write, "check": check}
    print(json.dumps(tasks[sys.argv[1]](*map(int, sys.argv[2:]))))
