"""Which species is a penguin? The standard network of PyTorch, and one of our own."""

from pathlib import Path

from network import AroundTrainer

from zenml.datasources import CSVDatasource
from zenml.hints import command_line
from zenml.pipelines import TrainingPipeline
from zenml.steps.deployer import FolderDeployer
from zenml.steps.evaluator import AgnosticEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import TorchFeedForwardTrainer, TrainerStep

NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]


def training(name: str, trainer: TrainerStep) -> TrainingPipeline:
    """A pipeline that differs from the other in its trainer alone."""
    pipeline = TrainingPipeline(name=name)
    pipeline.add_datasource(CSVDatasource(name="penguins", path="data/penguins.csv"))
    pipeline.add_split(RandomSplit(split_map={"train": 0.6, "eval": 0.2, "test": 0.2}))
    pipeline.add_preprocesser(StandardPreprocesser(features=NUMBERS, labels=["species"]))
    pipeline.add_trainer(trainer)
    pipeline.add_evaluator(
        AgnosticEvaluator(
            label_key="species",
            prediction_key="species",
            metrics=["sparse_categorical_accuracy"],
            slices=[["island"]],
        )
    )
    pipeline.add_deployment(FolderDeployer(path=f"deployed/{name}"))
    return pipeline


standard = training(
    "standard network",
    TorchFeedForwardTrainer(
        loss="sparse_categorical_crossentropy",
        last_activation="softmax",
        output_units=3,
        hidden_layers=[32, 16],
        lr=0.01,
        epochs=60,
        patience=5,
        metrics=["accuracy"],
        class_weights="balanced",
    ),
)
own = training("network of our own", AroundTrainer())

if __name__ == "__main__":
    for pipeline in (standard, own):
        pipeline.run()
        metrics = pipeline.evaluate()
        print(f"\n{pipeline.name}:")
        print(metrics.to_string(index=False))
    print(f"\nAsk on: cd {Path.cwd()} && {command_line()} pipeline evaluate 'standard network'")
