"""What the standard steps of a run came to: statistics, anomalies, metrics, the model."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "Evaluation": "zenml.client.results.evaluation",
        "RunResults": "zenml.client.results.run_results",
        "SplitStatistics": "zenml.client.results.statistics",
        "download_model": "zenml.client.results.model_files",
        "results_of": "zenml.client.results.run_results",
    },
)
