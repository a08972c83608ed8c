"""Which species is a penguin? Two models that are not TensorFlow's, on the same rows."""

from pathlib import Path

from zenml.datasources import CSVDatasource
from zenml.hints import command_line
from zenml.pipelines import TrainingPipeline
from zenml.steps.deployer import FolderDeployer
from zenml.steps.evaluator import AgnosticEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import ScikitLearnTrainer, TrainedModel, TrainerStep, XGBoostTrainer

NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]


def training(name: str, trainer: TrainerStep) -> TrainingPipeline:
    """A pipeline that differs from the other in its trainer alone."""
    pipeline = TrainingPipeline(name=name)
    pipeline.add_datasource(CSVDatasource(name="penguins", path="data/penguins.csv"))
    pipeline.add_split(RandomSplit(split_map={"train": 0.6, "eval": 0.2, "test": 0.2}))
    features = [*NUMBERS, "island", "sex"]
    pipeline.add_preprocesser(StandardPreprocesser(features=features, labels=["species"]))
    pipeline.add_trainer(trainer)
    pipeline.add_evaluator(
        AgnosticEvaluator(
            label_key="species",
            prediction_key="species",
            metrics=["sparse_categorical_accuracy", "sparse_categorical_crossentropy"],
            slices=[["island"]],
        )
    )
    pipeline.add_deployment(FolderDeployer(path=f"deployed/{name}"))
    return pipeline


logistic = training(
    "logistic",
    ScikitLearnTrainer(
        estimator="sklearn.linear_model.LogisticRegression",
        params={"max_iter": 500},
        class_weights="balanced",
    ),
)
boosted = training(
    "boosted", XGBoostTrainer(rounds=50, lr=0.2, max_depth=3, patience=5, metrics=["accuracy"])
)

PENGUIN = {"bill_length_mm": 46.5, "bill_depth_mm": 17.9, "flipper_length_mm": 192}
PENGUIN |= {"body_mass_g": 3500, "island": "Dream", "sex": "female"}

if __name__ == "__main__":
    for pipeline in (logistic, boosted):
        pipeline.run()
        metrics = pipeline.evaluate()
        print(f"\n{pipeline.name}:")
        print(metrics.to_string(index=False))
        shares = TrainedModel(pipeline.get_model_uri())([PENGUIN])["species_o"][0]
        print("A penguin of Dream, by species:", " ".join(f"{share:.2f}" for share in shares))
    print(f"\nAsk on: cd {Path.cwd()} && {command_line()} pipeline evaluate logistic")
