"""Data steps: where the rows come from."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BaseDataStep": "zenml.steps.data.base",
        "CSVDataStep": "zenml.steps.data.csv",
        "DataStep": "zenml.steps.data.base",
        "PostgresDataStep": "zenml.steps.data.postgres",
    },
)
