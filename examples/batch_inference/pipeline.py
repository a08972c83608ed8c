"""Two pipelines: one trains on penguins, the other has its model predict penguins."""

from pathlib import Path

from zenml.datasources import CSVDatasource
from zenml.hints import command_line
from zenml.pipelines import BatchInferencePipeline, TrainingPipeline
from zenml.steps.inferrer import FileWriterInferrer
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import TFFeedForwardTrainer

NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]

training = TrainingPipeline(name="penguins")
training.add_datasource(CSVDatasource(name="penguins", path="data/penguins.csv"))
training.add_split(RandomSplit(split_map={"train": 0.8, "eval": 0.2}))
training.add_preprocesser(StandardPreprocesser(features=[*NUMBERS, "island"], labels=["species"]))
training.add_trainer(
    TFFeedForwardTrainer(
        loss="sparse_categorical_crossentropy",
        last_activation="softmax",
        output_units=3,
        lr=0.01,
        epochs=10,
    )
)


def predict(name: str, inferrer: FileWriterInferrer) -> BatchInferencePipeline:
    """A pipeline that predicts penguins of which nobody wrote down the species."""
    pipeline = BatchInferencePipeline(training.get_model_uri(), name=name)
    pipeline.add_datasource(CSVDatasource(name="unknown penguins", path="data/unknown.csv"))
    pipeline.add_infer_step(inferrer)
    pipeline.run()
    return pipeline


if __name__ == "__main__":
    training.run()
    predict("species to csv", FileWriterInferrer(labels=["species"], output_path="out/species"))
    to_parquet = FileWriterInferrer(
        labels=["species"], output_path="out/species", output_ext=".parquet", num_shards=2
    )
    predictions = predict("species to parquet", to_parquet).get_predictions(sample_size=5)
    print(predictions[["island", "bill_length_mm", "species_class"]].to_string())
    print(f"\nAll of them: {Path.cwd() / 'out'}")
    print(f"Ask on: cd {Path.cwd()} && {command_line()} pipeline get 'species to csv'")
