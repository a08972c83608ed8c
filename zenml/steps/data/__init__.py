"""Data steps: where the rows come from."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BQDataStep": "zenml.steps.data.bigquery",
        "BaseDataStep": "zenml.steps.data.base",
        "BigQueryDataStep": "zenml.steps.data.bigquery",
        "CSVDataStep": "zenml.steps.data.csv",
        "DataStep": "zenml.steps.data.base",
        "FileDataStep": "zenml.steps.data.files",
        "ImageDataStep": "zenml.steps.data.image",
        "JSONDataStep": "zenml.steps.data.json",
        "ParquetDataStep": "zenml.steps.data.parquet",
        "PostgresDataStep": "zenml.steps.data.postgres",
        "KeptTableDataStep": "zenml.steps.data.kept_table",
        "TFRecordsDataStep": "zenml.steps.data.tfrecords",
    },
)
