"""The views of what a run came to; a page is made when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.client.pages.view import View
from zenml.client.results.run_results import RunResults
from zenml.client.results.statistics import SplitStatistics
from zenml.runtime import datasources

if TYPE_CHECKING:
    from zenml.datasources.base import BaseDatasource


def statistics_view(results: RunResults) -> View:
    """Statistics of every column by split.

    Raises:
        ResultNotFoundError: The run has none; says why.
    """
    return view_of_statistics(f"run {results.name}", results.statistics())


def view_of_statistics(of: str, found: SplitStatistics) -> View:
    """The same of statistics that are no run's, such as those of a datasource."""

    def make() -> str:
        from zenml.client.pages.statistics_page import statistics_page

        return statistics_page(of, found)

    return View("statistics", of, found.table(), make)


def datasource_statistics_view(source: BaseDatasource) -> View:
    """Statistics of every column of the latest commit.

    Raises:
        DatasourceNotFoundError: Nothing was committed yet, or its files are gone.
    """
    uri = datasources.artifact_uri(source, "data_statistics", "statistics")
    return view_of_statistics(_latest(source), SplitStatistics(uri))


def datasource_schema_view(source: BaseDatasource) -> View:
    """Every column of the latest commit, its type and its values.

    Raises:
        DatasourceNotFoundError: Nothing was committed yet, or its files are gone.
    """
    from zenml.records.tables import schema_rows

    uri = datasources.artifact_uri(source, "data_schema", "schema")
    return view_of_schema(_latest(source), schema_rows(uri))


def _latest(source: BaseDatasource) -> str:
    return f"datasource {source.name} at {datasources.latest(source).short}"


def schema_view(results: RunResults) -> View:
    """Every column, its type and its values.

    Raises:
        ResultNotFoundError: The run has none; says why.
    """
    return view_of_schema(f"run {results.name}", results.schema())


def view_of_schema(of: str, rows: list[dict[str, object]]) -> View:
    """The same of a schema that is no run's, such as that of a datasource."""

    def make() -> str:
        from zenml.client.pages.schema_page import schema_page

        return schema_page(of, rows)

    return View("schema", of, rows, make)


def anomalies_view(results: RunResults, split: str = "eval", drift: float | None = None) -> View:
    """What in a split is not as in the rows that were trained on.

    Args:
        results: Of the run.
        split: Name of the split.
        drift: How far a column may be from the training rows, from 0 to 1.

    Raises:
        ResultNotFoundError: The run has no such split.
    """
    found = results.anomalies(split, drift)

    def make() -> str:
        from zenml.client.pages.anomalies_page import anomalies_page

        return anomalies_page(f"run {results.name}", found)

    columns = ("column", "anomaly", "description")
    return View(f"anomalies-{split}", f"run {results.name}", found.table(), make, columns)


def evaluation_view(results: RunResults) -> View:
    """Metrics overall and by slice.

    Raises:
        ResultNotFoundError: The run has none; says why.
    """
    found = results.evaluation()

    def make() -> str:
        from zenml.client.pages.evaluation_page import evaluation_page

        return evaluation_page(f"run {results.name}", found)

    return View("evaluation", f"run {results.name}", found.table(), make)
