"""BigQueryDataStep: rows of a BigQuery table."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from zenml.errors import DataError
from zenml.extras import load_extra
from zenml.records.bigquery_arguments import BigQueryArguments
from zenml.steps.data.base import DataStep

if TYPE_CHECKING:
    import pyarrow as pa

    from zenml.records.bigquery_table import BigQueryTable

_NAMES = {
    "query_project": (r"[a-z0-9.:-]+", "the id of a project, such as 'my-project'"),
    "query_dataset": (r"\w+", "the name of a dataset: letters, digits and '_'"),
    "query_table": (r"[^`\\.\n]+", "the name of a table or view, without its dataset"),
}


class BigQueryDataStep(BigQueryArguments, DataStep):
    """Reads a table or view with a query, page by page.

    The rows are put into an order that their content decides, since BigQuery keeps none.
    Credentials are Google's application default ones. If BIGQUERY_EMULATOR_HOST is set
    (`http://host:port`), that is asked instead, without credentials.

    INT64 and BOOL become int64; FLOAT64, NUMERIC and BIGNUMERIC float32; STRING, JSON,
    GEOGRAPHY, TIME, INTERVAL and RANGE text; DATE, DATETIME and TIMESTAMP ISO 8601 text;
    BYTES bytes; a repeated column the values of the row; the fields of a record columns
    of their own, `record.field`. NULL is a missing value.

    Attributes:
        query_project: Project of the table.
        query_dataset: Its dataset.
        query_table: Its name.
        gcs_location: Not needed, since no rows are exported: pages come straight.
        dest_project: Project in which the query runs, and that pays; None is
            `query_project`.
        query_limit: How many rows at most; which ones, BigQuery decides.
        schema: Types of columns, as `DataStep` has them.

    Example:
        >>> step = BigQueryDataStep(
        ...     query_project="lab", query_dataset="birds", query_table="birds.penguins"
        ... )
        >>> step.check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: BigQueryDataStep: query_table is 'birds.penguins'; it must \
be the name of a table or view, without its dataset.
    """

    PACKAGES: ClassVar[tuple[str, ...]] = ("pyarrow", "google-cloud-bigquery")

    def check(self) -> None:
        """Checks the arguments; BigQuery is asked only when the step runs.

        Raises:
            StepArgumentError: Names the argument, and what would do.
        """
        super().check()
        for name, (pattern, would_do) in _NAMES.items():
            value = getattr(self, name)
            if not isinstance(value, str) or not re.fullmatch(pattern, value):
                raise self.fail(name, value, would_do)
        pattern, would_do = _NAMES["query_project"]
        if self.dest_project is not None and not re.fullmatch(pattern, str(self.dest_project)):
            raise self.fail("dest_project", self.dest_project, would_do)
        if self.gcs_location is not None and not str(self.gcs_location).startswith("gs://"):
            raise self.fail("gcs_location", self.gcs_location, "a folder gs://bucket/..., or None")
        self._check_limit("query_limit", self.query_limit)

    def source_state(self) -> str | None:
        """When the table was last changed; None for a view, or while rows stream in."""
        return self._table().state()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches: lists of int64, float32 or bytes.

        Raises:
            DataError: Says what BigQuery refused, or what cannot be stored.
        """
        from zenml.records.content_order import in_content_order

        yield from in_content_order(self._table().batches(self.schema or {}))

    def _table(self) -> BigQueryTable:
        with warnings.catch_warnings():
            # The client warns, where it is imported, of Pythons that it will drop one day.
            warnings.simplefilter("ignore", FutureWarning)
            load_extra("google.cloud.bigquery", "bigquery", "BigQuery", DataError)
        from zenml.records.bigquery_table import BigQueryTable

        self.check()
        name = f"{self.query_project}.{self.query_dataset}.{self.query_table}"
        return BigQueryTable(name, self.dest_project or self.query_project, self.query_limit)


BQDataStep = BigQueryDataStep
