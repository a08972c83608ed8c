"""Comparing runs: what differs between two, and the metrics of many."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "RunComparison": "zenml.client.comparison.comparison",
        "TrainingRuns": "zenml.client.comparison.runs_table",
        "compare_runs": "zenml.client.comparison.comparing",
        "training_runs": "zenml.client.comparison.runs_table",
    },
)
