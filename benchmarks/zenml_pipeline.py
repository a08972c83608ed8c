"""The work of the hand-written TFX pipeline, with zenml.

Usage, in a git repository that holds this file and flights_steps.py::

    zenml_pipeline.py CSV STEPS [LEARNING_RATE]
"""

import sys
from pathlib import Path

from flights_steps import FlightsTrainer

from zenml.datasources import CSVDatasource
from zenml.pipelines import TrainingPipeline
from zenml.repo import Repository
from zenml.steps.deployer import FolderDeployer
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit

LABEL = "late"


def create_pipeline(csv, steps, learning_rate):
    pipeline = TrainingPipeline(name=f"flights-{learning_rate}")
    pipeline.add_datasource(_datasource(csv))
    pipeline.add_split(RandomSplit(split_map={"train": 2 / 3, "eval": 1 / 3}))
    pipeline.add_preprocesser(StandardPreprocesser(labels=[LABEL]))
    pipeline.add_trainer(
        FlightsTrainer(
            steps=steps,
            learning_rate=learning_rate,
            # As the other pipeline does: no evaluation while it trains, no predictions kept.
            split_mapping={"eval_splits": [], "test_splits": []},
        )
    )
    pipeline.add_evaluator(
        TFMAEvaluator(
            metrics={LABEL: ["binary_accuracy", "auc", "example_count"]},
            slices=[["carrier"]],
            split_mapping={"test_splits": ["eval"]},
        )
    )
    pipeline.add_deployment(FolderDeployer(path="serving"))
    return pipeline


def _datasource(csv):
    repository = Repository.get_instance()
    if "flights" in repository.get_datasource_names():
        return repository.get_datasource_by_name("flights")
    return CSVDatasource(name="flights", path=csv)


def main(csv, steps, learning_rate="0.001"):
    if not Path(".zenml").exists():
        Repository.init_repo(".")
    result = create_pipeline(csv, int(steps), float(learning_rate)).run()
    print(result.nodes["evaluator"].outputs["evaluation"])


if __name__ == "__main__":
    main(*sys.argv[1:])
