"""Pipelines as users of functions know them run as they stand: scripts in a repository of git.

Each is a whole file. What it leaves is asked for in another process, from its records.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SIMPLE = """
from zenml import step

@step
def load_data() -> dict:
    training_data = [[1, 2], [3, 4], [5, 6]]
    labels = [0, 1, 0]
    return {'features': training_data, 'labels': labels}

@step
def process_data(data: dict) -> dict:
    # Input: data dictionary with features and labels
    # Process the input data
    processed_features = [feature * 2 for feature in data['features']]

    # Output: return processed data and statistics
    return {
        'processed_features': processed_features,
        'labels': data['labels'],
        'num_samples': len(data['features']),
        'feature_sum': sum(map(sum, data['features']))
    }

from typing import Annotated
from typing import Tuple

@step
def divide(a: int, b: int) -> Tuple[
    Annotated[int, "quotient"],
    Annotated[int, "remainder"]
]:
    return a // b, a % b

@step
def train_model(data: dict, learning_rate: float = 0.01, epochs: int = 10) -> None:
    # Use learning_rate and epochs parameters
    print(f"Training with learning rate: {learning_rate} for {epochs} epochs")

from zenml import pipeline

@pipeline
def simple_ml_pipeline():
    dataset = load_data()
    train_model(dataset)

simple_ml_pipeline()

@pipeline
def numbers():
    process_data(load_data())
    divide(a=17, b=5)

numbers()
"""


def test_steps_and_a_simple_pipeline(play: Callable[..., str], outputs: Callable[..., Any]) -> None:
    printed = play("simple.py", SIMPLE)
    assert "Training with learning rate: 0.01 for 10 epochs" in printed
    assert outputs("simple_ml_pipeline") == {
        "load_data": {"output": "{'features': [[1, 2], [3, 4], [5, 6]], 'labels': [0, 1, 0]}"},
        "train_model": {},
    }
    found = outputs("numbers")
    assert found["divide"] == {"quotient": "3", "remainder": "2"}
    assert "'num_samples': 3, 'feature_sum': 21" in found["process_data"]["output"]
    assert "Using cached version of `load_data`." in printed


END_TO_END = """
import numpy as np

from typing import Tuple

from zenml import step, pipeline

# Create steps for a simple ML workflow
@step
def get_data() -> Tuple[np.ndarray, np.ndarray]:
    # Generate some synthetic data
    X = np.array([[1, 2], [3, 4], [5, 6], [7, 8]])
    y = np.array([0, 1, 0, 1])
    return X, y

@step
def process_data(data: Tuple[np.ndarray, np.ndarray]) -> Tuple[np.ndarray, np.ndarray]:
    X, y = data
    # Apply a simple transformation
    X_processed = X * 2
    return X_processed, y

@step
def train_and_evaluate(processed_data: Tuple[np.ndarray, np.ndarray]) -> float:
    X, y = processed_data
    # Simplistic "training" - just compute accuracy based on a rule
    predictions = [1 if sum(sample) > 10 else 0 for sample in X]
    accuracy = sum(p == actual for p, actual in zip(predictions, y)) / len(y)
    return accuracy

# Create a pipeline that combines these steps
@pipeline
def simple_example_pipeline():
    raw_data = get_data()
    processed_data = process_data(raw_data)
    accuracy = train_and_evaluate(processed_data)
    print(f"Model accuracy: {accuracy}")

# Run the pipeline
if __name__ == "__main__":
    simple_example_pipeline()
"""


def test_the_end_to_end_example(play: Callable[..., str], outputs: Callable[..., Any]) -> None:
    printed = play("end_to_end.py", END_TO_END)
    assert "Model accuracy: <output 'output' of step 'train_and_evaluate'>" in printed
    found = outputs("simple_example_pipeline")
    assert found["process_data"] == {
        "output_0": "[[2, 4], [6, 8], [10, 12], [14, 16]]",
        "output_1": "[0, 1, 0, 1]",
    }
    assert float(found["train_and_evaluate"]["output"].strip("np.float64()")) == 0.75


PARAMETERS = """
from typing import Annotated, Tuple

from sklearn.base import ClassifierMixin
from sklearn.datasets import load_digits
from sklearn.svm import SVC

from zenml import pipeline, step

@step
def some_other_step() -> int:
    return 7

@step
def my_step(input_1: int, input_2: int) -> int:
    return input_1 * input_2

@pipeline
def my_pipeline():
    int_artifact = some_other_step()  # This is an artifact
    # input_1 is an artifact, input_2 is a parameter
    my_step(input_1=int_artifact, input_2=42)

@step
def load_data(dataset_name: str) -> dict:
    return {"name": dataset_name}

@step
def train_model(data: dict, learning_rate: float = 0.01, epochs: int = 10) -> None:
    # Use learning_rate and epochs parameters
    print(f"Training with learning rate: {learning_rate} for {epochs} epochs")

@pipeline
def training_pipeline(dataset_name: str = "default_dataset", learning_rate: float = 0.01):
    data = load_data(dataset_name=dataset_name)
    train_model(data=data, learning_rate=learning_rate, epochs=20)

@step
def square_root(number: int) -> float:
    return number ** 0.5

@step
def divide(a: int, b: int) -> Tuple[int, int]:
    return a // b, a % b

@step
def digits() -> Tuple[Annotated[list, "X_train"], Annotated[list, "y_train"]]:
    found = load_digits()
    return found.data[:200].tolist(), found.target[:200].tolist()

@step
def train_classifier(X_train, y_train) -> Tuple[
    Annotated[ClassifierMixin, "model"],
    Annotated[float, "accuracy"]
]:
    model = SVC(gamma=0.001)
    model.fit(X_train, y_train)
    accuracy = model.score(X_train, y_train)
    return model, accuracy

@pipeline
def classifying():
    X_train, y_train = digits()
    train_classifier(X_train, y_train)

if __name__ == "__main__":
    my_pipeline()
    training_pipeline()
    training_pipeline(dataset_name="custom_dataset", learning_rate=0.005)
    classifying()
    print("root", square_root(16), "parts", divide(a=9, b=4))
"""


def test_parameters_and_several_outputs(
    play: Callable[..., str], outputs: Callable[..., Any]
) -> None:
    printed = play("parameters.py", PARAMETERS)
    assert outputs("my_pipeline")["my_step"] == {"output": "294"}
    assert "Training with learning rate: 0.01 for 20 epochs" in printed
    assert "Training with learning rate: 0.005 for 20 epochs" in printed
    assert outputs("training_pipeline")["load_data"] == {"output": "{'name': 'custom_dataset'}"}
    found = outputs("classifying")["train_classifier"]
    assert found["model"] == "SVC(gamma=0.001)"
    assert float(found["accuracy"].strip("np.float64()")) > 0.95
    assert "root 4.0 parts (2, 1)" in printed
