"""Which species is a penguin? Functions of our own before and after the standard steps."""

from pathlib import Path
from typing import Annotated

import pandas as pd

from zenml import pipeline, step
from zenml.hints import command_line
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import TFFeedForwardTrainer, TrainedModel

NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
VOCABULARY = [{"method": "compute_and_apply_vocabulary", "parameters": {}}]


@step
def load_penguins(path: str) -> pd.DataFrame:
    """The penguins that were measured."""
    return pd.read_csv(path).dropna(subset=NUMBERS)


@step
def look_closer(
    test: pd.DataFrame, model: TrainedModel, evaluation: dict
) -> Annotated[pd.DataFrame, "doubtful"]:
    """The penguins of the test split that the model is least sure of."""
    doubtful = test.assign(certainty=model(test)["species_o"].max(axis=1))
    doubtful = doubtful.sort_values("certainty").head(5)
    print(f"Accuracy: {evaluation['overall']['sparse_categorical_accuracy']:.2f}")
    print(doubtful[["species", "island", "certainty"]].to_string(index=False))
    return doubtful


@pipeline
def mixed(path: str = "data/penguins.csv"):
    table = load_penguins(path)
    split = RandomSplit(split_map={"train": 0.7, "eval": 0.2, "test": 0.1})(table)
    transformed = StandardPreprocesser(
        features=[*NUMBERS, "island"],
        labels=["species"],
        overwrite={"species": {"transform": VOCABULARY}},
    )(split)
    model = TFFeedForwardTrainer(
        loss="sparse_categorical_crossentropy",
        last_activation="softmax",
        output_units=3,
        hidden_layers=[16],
        lr=0.01,
        epochs=10,
    )(transformed)
    evaluation = TFMAEvaluator(metrics={"species": ["sparse_categorical_accuracy"]})(
        transformed, model
    )
    look_closer(test=split["test"], model=model, evaluation=evaluation)


if __name__ == "__main__":
    mixed()
    print(f"\nAsk on: cd {Path.cwd()} && {command_line()} pipeline evaluate mixed")
