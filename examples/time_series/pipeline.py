"""How late will the next hour's flights leave? A pipeline over sequences of hours."""

from pathlib import Path

from zenml.datasources import CSVDatasource
from zenml.hints import command_line
from zenml.pipelines import TrainingPipeline
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.sequencer import StandardSequencer
from zenml.steps.split import TimeSplit
from zenml.steps.trainer import TFFeedForwardTrainer

pipeline = TrainingPipeline(name="departures")
pipeline.add_datasource(CSVDatasource(name="departures", path="data/departures.csv"))

# Tested on the last days; a row of the future never helps to predict the past.
pipeline.add_split(
    TimeSplit(
        timestamp_column="time",
        until={"train": "2013-02-15T09:00Z", "eval": "2013-02-18T09:00Z", "test": None},
    )
)

# A day of an airport is a session; four hours of it are a sequence, the fifth is to be told.
pipeline.add_sequencer(
    StandardSequencer(
        timestamp_column="time",
        category_column="origin",
        resampling_freq="1h",
        gap_threshold=4 * 3600,
        sequence_length=4,
        overwrite={"delay": {"filling": [{"method": "custom", "parameters": {"custom_value": 0}}]}},
        targets={"next_delay": {"column": "delay", "ahead": 1}},
    )
)
pipeline.add_preprocesser(
    StandardPreprocesser(
        features=["delay", "departures", "cancelled", "carrier", "origin"], labels=["next_delay"]
    )
)
pipeline.add_trainer(
    TFFeedForwardTrainer(
        loss="mae",
        last_activation="linear",
        hidden_layers=[16],
        dropout_chance=0.0,
        lr=0.005,
        epochs=30,
        batch_size=32,
    )
)
pipeline.add_evaluator(
    TFMAEvaluator(
        metrics={"next_delay": ["mean_absolute_error", "example_count"]}, slices=[["origin"]]
    )
)

if __name__ == "__main__":
    pipeline.run()
    metrics = pipeline.evaluate()
    print("\nMetrics on the test split, overall and by slice:")
    print(metrics.to_string(index=False))
    print(f"\nAsk on: cd {Path.cwd()} && {command_line()} pipeline evaluate departures")
