"""Rows of BigQuery as record batches, page by page over its REST interface."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import google.auth.exceptions
import pyarrow as pa
import requests
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from google.cloud.bigquery.retry import DEFAULT_RETRY

from zenml.errors import DataError
from zenml.records.bigquery_pages import batches_of
from zenml.records.bigquery_types import columns_of
from zenml.records.spool import settle_typed
from zenml.records.threads import ahead

EMULATOR = "BIGQUERY_EMULATOR_HOST"
PATIENCE = 60.0  # seconds for which a request that may yet succeed is repeated
# What BigQuery is asked to send as text.
_AS_TEXT = {
    "TIME": "CAST({} AS STRING)",
    "INTERVAL": "CAST({} AS STRING)",
    "RANGE": "CAST({} AS STRING)",
    "JSON": "TO_JSON_STRING({})",
}


class BigQueryTable:
    """The rows of a table or view.

    Attributes:
        name: "project.dataset.table".
        project: Where the query runs, and is paid for.
        limit: How many rows at most.

    Example:
        >>> BigQueryTable("lab.birds.penguins", "lab", limit=10).query([])
        'SELECT * FROM `lab.birds.penguins` LIMIT 10'
    """

    def __init__(self, name: str, project: str, limit: int | None = None) -> None:
        """Connects to nothing yet."""
        self.name = name
        self.project = project
        self.limit = limit

    def state(self) -> str | None:
        """When the table was last changed, and its size; None where that does not tell.

        A view changes with what it reads, and rows that were streamed in a moment ago
        are not counted yet.
        """
        with self._translated():
            table = self._client().get_table(self.name, retry=_retry())
        if table.table_type != "TABLE" or table.streaming_buffer is not None:
            return None
        return f"{table.modified.isoformat()} {table.num_rows} {table.num_bytes}"

    def batches(self, declared: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches, in the order in which they come.

        Args:
            declared: Column -> type that a schema declares.

        Raises:
            DataError: Says what BigQuery refused, or what cannot be stored.
        """
        found = ahead(self._read)
        types = {column.name: column.stored for column in next(found)}
        yield from settle_typed(found, types, declared, f"table {self.name!r}")

    def query(self, fields: Iterable[bigquery.SchemaField]) -> str:
        """The query that reads columns of these types."""
        texts = []
        for field in fields:
            if _as_text(field):
                column = f"`{field.name}`"
                texts.append(f"{_AS_TEXT[field.field_type].format(column)} AS {column}")
        replaced = f" REPLACE ({', '.join(texts)})" if texts else ""
        limit = f" LIMIT {self.limit}" if self.limit is not None else ""
        return f"SELECT *{replaced} FROM `{self.name}`{limit}"

    def _read(self) -> Iterator[Any]:
        """The columns, then the rows in batches."""
        with self._translated():
            client = self._client()
            table = client.get_table(self.name, retry=_retry())
            # Before anything is paid for: what BigQuery sends as text can be read.
            list(columns_of([f for f in table.schema if not _as_text(f)], self.name))
            job = client.query(self.query(table.schema), retry=_retry(), job_retry=None)
            # Without a size of page, it waits for the query and brings no rows.
            result = job.result(retry=_retry(), job_retry=None)
            columns = list(columns_of(result.schema, self.name))
            yield columns
            yield from batches_of(result, columns)

    def _client(self) -> bigquery.Client:
        emulator = os.environ.get(EMULATOR)
        if emulator:
            return bigquery.Client(
                project=self.project,
                credentials=AnonymousCredentials(),
                client_options={"api_endpoint": emulator},
            )
        return bigquery.Client(project=self.project)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Raises a DataError in the place of what the client raises."""
        try:
            yield
        except google.auth.exceptions.DefaultCredentialsError as exc:
            raise DataError(
                f"BigQuery needs to know who reads {self.name!r}: log in with "
                "gcloud auth application-default login, or name the key of a service account in "
                "GOOGLE_APPLICATION_CREDENTIALS."
            ) from exc
        except exceptions.NotFound as exc:
            raise DataError(
                f"BigQuery has no table {self.name!r} ({_said(exc)}): check query_project, "
                "query_dataset and query_table."
            ) from exc
        except (exceptions.Forbidden, exceptions.Unauthorized) as exc:
            raise DataError(
                f"BigQuery does not let you read {self.name!r} ({_said(exc)}): you need the roles "
                f"BigQuery Data Viewer on it and BigQuery Job User in project {self.project!r}."
            ) from exc
        except exceptions.GoogleAPICallError as exc:
            raise DataError(f"BigQuery could not read {self.name!r}: {_said(exc)}.") from exc
        except (
            exceptions.RetryError,
            google.auth.exceptions.GoogleAuthError,
            requests.exceptions.RequestException,
        ) as exc:
            raise DataError(
                f"BigQuery cannot be reached to read {self.name!r}: {type(exc).__name__}. Check "
                "the network and your login; nothing was committed."
            ) from exc


def _as_text(field: bigquery.SchemaField) -> bool:
    return field.field_type in _AS_TEXT and field.mode != "REPEATED"


def _retry() -> Any:
    return DEFAULT_RETRY.with_timeout(PATIENCE)


def _said(exc: exceptions.GoogleAPICallError) -> str:
    """The service's words, in one line."""
    first = exc.errors[0] if exc.errors else None
    words = first.get("message") if isinstance(first, dict) else None
    return " ".join(str(words or exc.message).split()).rstrip(".")
