"""Which digit is it? A pipeline from a folder of images to an evaluated model."""

from pathlib import Path

from zenml.datasources import ImageDatasource
from zenml.hints import command_line
from zenml.pipelines import TrainingPipeline
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import TFFeedForwardTrainer

PIXELS = [
    {"method": "load_binary_image", "parameters": {}},
    {"method": "image_reshape", "parameters": {"height": 8, "width": 8, "channels": 1}},
    {"method": "scale_to_0_1", "parameters": {}},
]

pipeline = TrainingPipeline(name="digits")
pipeline.add_datasource(ImageDatasource(name="digits", base_path="data/digits"))
pipeline.add_split(RandomSplit(split_map={"train": 0.7, "eval": 0.1, "test": 0.2}))
pipeline.add_preprocesser(
    StandardPreprocesser(
        features=["image"], labels=["label"], overwrite={"image": {"transform": PIXELS}}
    )
)
pipeline.add_trainer(
    TFFeedForwardTrainer(
        loss="sparse_categorical_crossentropy",
        last_activation="softmax",
        output_units=10,
        hidden_layers=[64],
        lr=0.01,
        epochs=12,
        batch_size=32,
        metrics=["accuracy"],
    )
)
pipeline.add_evaluator(
    TFMAEvaluator(
        metrics={"label": ["sparse_categorical_accuracy", "example_count"]},
        slices=[["metadata.ink"]],
    )
)

if __name__ == "__main__":
    pipeline.run()
    metrics = pipeline.evaluate()
    print("\nMetrics on the test split, overall and by slice:")
    print(metrics.to_string(index=False))
    print(f"\nAsk on: cd {Path.cwd()} && {command_line()} pipeline evaluate digits")
