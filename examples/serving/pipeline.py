"""Which species is a penguin? A small pipeline whose deployer feeds a server."""

from zenml.datasources import CSVDatasource
from zenml.pipelines import TrainingPipeline
from zenml.steps.deployer import FolderDeployer
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import TFFeedForwardTrainer

NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
VOCABULARY = [{"method": "compute_and_apply_vocabulary", "parameters": {}}]


def penguins(epochs: int) -> TrainingPipeline:
    """The pipeline with a trainer of so many epochs; the model goes to `deployed/penguins`."""
    pipeline = TrainingPipeline(name=f"penguins_{epochs}_epochs")
    pipeline.add_datasource(CSVDatasource(name="penguins", path="data/penguins.csv"))
    pipeline.add_split(RandomSplit(split_map={"train": 0.7, "eval": 0.2, "test": 0.1}))
    pipeline.add_preprocesser(
        StandardPreprocesser(
            features=[*NUMBERS, "island", "sex"],
            labels=["species"],
            overwrite={"species": {"transform": VOCABULARY}},
        )
    )
    pipeline.add_trainer(
        TFFeedForwardTrainer(
            loss="sparse_categorical_crossentropy",
            last_activation="softmax",
            output_units=3,
            hidden_layers=[16],
            lr=0.01,
            epochs=epochs,
        )
    )
    pipeline.add_deployment(FolderDeployer(path="deployed/penguins"))
    return pipeline
