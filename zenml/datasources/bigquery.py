"""BigQueryDatasource: a table of Google BigQuery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.datasources.base import BaseDatasource
from zenml.keywords import arguments_for
from zenml.records.bigquery_arguments import BigQueryArguments

if TYPE_CHECKING:
    from zenml.steps.data.bigquery import BigQueryDataStep


class BigQueryDatasource(BigQueryArguments, BaseDatasource):
    """Rows of a BigQuery table or view.

    Attributes:
        name: Unique in the repository.
        query_project: Project of the table.
        query_dataset: Its dataset.
        query_table: Its name.
        gcs_location: Not needed, since no rows are exported: pages come straight.
        query_limit: How many rows at most; which ones, BigQuery decides.
        dest_project: Project in which the query runs, and that pays; None is
            `query_project`.
        schema: Types of columns that are not to be as BigQuery has them; see
            `BigQueryDataStep`.

    Example:
        >>> BigQueryDatasource(
        ...     name="natality", query_project="bigquery-public-data", query_dataset="samples",
        ...     query_table="natality", dest_project="my-project", query_limit=1000,
        ... ).get_data_step().query_limit
        1000
    """

    # Written out, though BigQueryArguments has them: editors and type checkers show no others,
    # and the name comes first. A test compares the two.
    def __init__(
        self,
        name: str,
        *,
        query_project: str,
        query_dataset: str,
        query_table: str,
        gcs_location: str | None = None,
        query_limit: int | None = None,
        dest_project: str | None = None,
        schema: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            name=name,
            query_project=query_project,
            query_dataset=query_dataset,
            query_table=query_table,
            gcs_location=gcs_location,
            query_limit=query_limit,
            dest_project=dest_project,
            schema=schema,
            **kwargs,
        )

    def get_data_step(self) -> BigQueryDataStep:
        """The step that reads the rows."""
        from zenml.steps.data.bigquery import BigQueryDataStep

        return BigQueryDataStep(**arguments_for(BigQueryDataStep, self))
