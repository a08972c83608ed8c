"""A pipeline of free steps under TFX's own runner gives what it gives under ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Folder

pytestmark = pytest.mark.tf

STEPS = '''
"""Digits: two models, and which of them is the better one."""

from typing import Annotated, List, Tuple

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

from zenml import get_step_context, log_metadata, pipeline, step
from zenml.steps import Output
from zenml.pipelines import pipeline as pipeline_of_steps


@step
def loader() -> Output(
    X_train=np.ndarray, X_test=np.ndarray, y_train=np.ndarray, y_test=np.ndarray
):
    digits = load_digits()
    data = digits.images.reshape((len(digits.images), -1))
    return train_test_split(data, digits.target, test_size=0.2, shuffle=False)


@step
def trainer(X: np.ndarray, y: np.ndarray, gamma: float = 0.001) -> ClassifierMixin:
    return SVC(gamma=gamma).fit(X, y)


@step
def best(
    models: List[ClassifierMixin], X: np.ndarray, y: np.ndarray
) -> Tuple[Annotated[int, "index"], Annotated[List[float], "models"]]:
    scores = [float(model.score(X, y)) for model in models]
    log_metadata({"tried": len(scores)})
    return int(np.argmax(scores)), scores


@step
def note() -> None:
    with open("noted.txt", "a") as file:
        file.write("noted ")


@step
def told(index: int):
    context = get_step_context()
    with open("noted.txt") as file:
        return f"{file.read()}{context.pipeline_name} {context.step_name} {index}"


@pipeline
def digits(gamma: float = 0.1):
    X_train, X_test, y_train, y_test = loader()
    models = [trainer(X_train, y_train), trainer(X_train, y_train, gamma=gamma)]
    index, _ = best(models, X_test, y_test)
    note(after=["best"])
    told(index, after="note")


@pipeline_of_steps
def first(step_1, step_2):
    X_train, X_test, y_train, y_test = step_1()
    step_2(X_train, y_train)


def made(name):
    return digits if name == "digits" else first(step_1=loader(), step_2=trainer())
'''

OURS = """
import sys, steps
if __name__ == "__main__":
    made = steps.made(sys.argv[1])
    made() if sys.argv[1] == "digits" else made.run()
"""

THEIRS = """
import sys, steps
from tfx.orchestration.local.local_dag_runner import LocalDagRunner
if __name__ == "__main__":
    LocalDagRunner().run(steps.made(sys.argv[1]).to_tfx())
"""

VALUES = """
import json, sys
from zenml.artifacts.values import ValueRecord, load_value
from zenml.metadata import executions
from zenml.repo import Repository

def plain(value):
    for name in ("tolist", "get_params"):
        if hasattr(value, name):
            return getattr(value, name)()
    return value

store = Repository.get_instance().get_default_metadata_store().open()
found = {}
for execution in executions.load(store, store.get_executions()):
    node = store.get_contexts_by_execution(execution.id)
    (name,) = [context.name for context in node if context.type == "node"]
    for output, (artifact,) in execution.outputs.items():
        properties = artifact.properties
        value = load_value(
            artifact.uri,
            ValueRecord.from_properties(properties),
            content_hash=properties["content_hash"],
        )
        found[f"{name}.{output}"] = {
            "value": plain(value),
            "type": artifact.type,
            **{key: properties.get(key) for key in (
                "zenml_materializer", "zenml_name", "zenml_metadata", "zenml_files",
                "zenml_user_metadata",
            )},
        }
print(json.dumps({"types": [kind.name for kind in store.get_execution_types()], "found": found}))
"""


def run(path: Path, script: str, pipeline: str) -> dict[str, Any]:
    """Every value that a pipeline gave in a repository of its own, with what is recorded of it."""
    folder = Folder(path)
    path.mkdir()
    for name, text in {"steps": STEPS, "run": script, "values": VALUES}.items():
        (path / f"{name}.py").write_text(text)
    folder.git("init", "--quiet", "--initial-branch=main")
    assert folder.zenml("init").status == 0
    folder.git("add", ".")
    folder.git("commit", "--quiet", "--message=Digits")
    done = folder.python("run.py", pipeline)
    assert done.status == 0, done.err
    read = folder.python("values.py")
    assert read.status == 0, read.err
    return dict(json.loads(read.out.splitlines()[-1]))


@pytest.mark.parametrize("pipeline", ["digits", "first"])
def test_the_values_and_their_records_are_the_same(tmp_path: Path, pipeline: str) -> None:
    ours, theirs = (
        run(tmp_path / name, script, pipeline)
        for name, script in {"ours": OURS, "theirs": THEIRS}.items()
    )
    assert set(ours["found"]) == set(theirs["found"])
    for output, expected in ours["found"].items():
        assert theirs["found"][output] == expected, output
    step = "zenml.components.python_step.component.PythonStep"
    assert step in ours["types"]
    assert step in theirs["types"]
    if pipeline == "digits":
        told = ours["found"]["digits.told.output"]
        assert told["value"] == "noted digits told 0"
        index = ours["found"]["digits.best.index"]
        assert index["zenml_name"] == "index"
        assert json.loads(index["zenml_user_metadata"]) == {"tried": 2}
