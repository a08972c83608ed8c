"""What a datasource of BigQuery and its data step are both made from."""

from __future__ import annotations

from typing import Any

from zenml.keywords import KeywordObject


class BigQueryArguments(KeywordObject):
    """Which table of BigQuery is read, and where; see `BigQueryDatasource`.

    Example:
        >>> BigQueryArguments(query_project="a", query_dataset="b", query_table="c").query_table
        'c'
    """

    def __init__(
        self,
        *,
        query_project: str,
        query_dataset: str,
        query_table: str,
        gcs_location: str | None = None,
        query_limit: int | None = None,
        dest_project: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.query_project = query_project
        self.query_dataset = query_dataset
        self.query_table = query_table
        self.gcs_location = gcs_location
        self.query_limit = query_limit
        self.dest_project = dest_project
        super().__init__(**kwargs)
