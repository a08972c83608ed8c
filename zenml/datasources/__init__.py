"""Datasources: named sources of rows, and their immutable commits."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BaseDatasource": "zenml.datasources.base",
        "BigQueryDatasource": "zenml.datasources.bigquery",
        "CSVDatasource": "zenml.datasources.csv",
        "ImageDatasource": "zenml.datasources.image",
        "JSONDatasource": "zenml.datasources.json",
        "MemoryDatasource": "zenml.datasources.memory",
        "NumpyDatasource": "zenml.datasources.numpy",
        "PandasDatasource": "zenml.datasources.pandas",
        "ParquetDatasource": "zenml.datasources.parquet",
        "PostgresDatasource": "zenml.datasources.postgres",
        "TFRecordsDatasource": "zenml.datasources.tfrecords",
    },
)
