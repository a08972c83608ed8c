"""The digits of the documentation: steps handed over, runs named, classes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

DIGITS = '''
import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

from zenml.steps import Output, step
from zenml.pipelines import pipeline


@step
def digits_data_loader() -> Output(
    X_train=np.ndarray, X_test=np.ndarray, y_train=np.ndarray, y_test=np.ndarray
):
    """Loads the digits dataset as a tuple of flattened numpy arrays."""
    digits = load_digits()
    data = digits.images.reshape((len(digits.images), -1))
    X_train, X_test, y_train, y_test = train_test_split(
        data, digits.target, test_size=0.2, shuffle=False
    )
    return X_train, X_test, y_train, y_test


@step
def svc_trainer(
    X_train: np.ndarray,
    y_train: np.ndarray,
) -> ClassifierMixin:
    """Train a sklearn SVC classifier."""
    model = SVC(gamma=0.001)
    model.fit(X_train, y_train)
    return model


@pipeline
def first_pipeline(step_1, step_2):
    X_train, X_test, y_train, y_test = step_1()
    step_2(X_train, y_train)


first_pipeline_instance = first_pipeline(
    step_1=digits_data_loader(),
    step_2=svc_trainer(),
)

first_pipeline_instance.run()
'''


LINES = [
    r"Registered new pipeline with name `first_pipeline`\.",
    r"Creating run `(?P<run>first_pipeline-\S+)` for pipeline `first_pipeline` "
    r"\(Caching enabled\)",
    r"Using stack `default` to run pipeline `first_pipeline`\.\.\.",
    r"Step `digits_data_loader` has started\.",
    r"Step `digits_data_loader` has finished in \d+\.\d+s\.",
    r"Step `svc_trainer` has started\.",
    r"Step `svc_trainer` has finished in \d+\.\d+s\.",
    r"Pipeline run `(?P=run)` has finished in \d+\.\d+s\.",
]


def test_the_digits_with_steps_handed_over(
    play: Callable[..., str], outputs: Callable[..., Any]
) -> None:
    printed = play("digits.py", DIGITS)
    assert re.fullmatch("\n".join([*LINES, ".*"]), printed.strip()), printed
    found = outputs("first_pipeline")
    assert list(found["step_1"]) == ["X_train", "X_test", "y_train", "y_test"]
    assert found["step_2"] == {"output": "SVC(gamma=0.001)"}

    again = play("digits.py", DIGITS)
    assert "Registered new pipeline" not in again
    assert "Using cached version of `digits_data_loader`." in again
    assert "Using cached version of `svc_trainer`." in again


MORE_RUNS = """
model = svc_trainer.entrypoint(X_train=[[0.0], [1.0]], y_train=[0, 1])
print("plainly called", model.predict([[0.9]]).tolist())

first_pipeline_instance.run(run_name="custom_pipeline_run_name")
first_pipeline_instance.run(unlisted=True)

from zenml.errors import ZenMLError

try:
    first_pipeline_instance.run(run_name="custom_pipeline_run_name")
except ZenMLError as exc:
    print("refused:", exc)
"""


def test_runs_are_named_once_and_can_be_unlisted(play: Callable[..., str]) -> None:
    printed = play("digits.py", DIGITS + MORE_RUNS)
    assert "plainly called [1]" in printed
    assert "Creating run `custom_pipeline_run_name` for pipeline `first_pipeline`" in printed
    assert re.search(r"refused: .*custom_pipeline_run_name", printed)


CLASSES = '''
import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.svm import SVC

from digits import digits_data_loader
from zenml.steps import BaseStep, BaseParameters


class SVCTrainerParams(BaseParameters):
    """Trainer params"""
    gamma: float = 0.001


class SVCTrainerStep(BaseStep):
    def entrypoint(
        self,
        params: SVCTrainerParams,
        X_train: np.ndarray,
        y_train: np.ndarray,
    ) -> ClassifierMixin:
        """Train a sklearn SVC classifier."""
        model = SVC(gamma=params.gamma)
        model.fit(X_train, y_train)
        return model

from zenml.pipelines import BasePipeline


class FirstPipeline(BasePipeline):
    def connect(self, step_1, step_2):
        X_train, X_test, y_train, y_test = step_1()
        step_2(X_train, y_train)


first_pipeline_instance = FirstPipeline(
    step_1=digits_data_loader(),
    step_2=SVCTrainerStep(SVCTrainerParams(gamma=0.01)),
)

if __name__ == "__main__":
    first_pipeline_instance.run()
'''


def test_the_same_with_classes(
    play: Callable[..., str], outputs: Callable[..., Any], write: Callable[..., None]
) -> None:
    steps = DIGITS.partition("first_pipeline_instance")[0]
    write({"digits.py": steps})
    printed = play("classes.py", CLASSES)
    assert "Step `SVCTrainerStep` has finished in" in printed
    assert outputs("FirstPipeline")["step_2"] == {"output": "SVC(gamma=0.01)"}
