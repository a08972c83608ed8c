"""Datasources: named sources of rows, and their immutable commits."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BaseDatasource": "zenml.datasources.base",
        "CSVDatasource": "zenml.datasources.csv",
        "PostgresDatasource": "zenml.datasources.postgres",
    },
)
