"""Artifacts as tables for people: rows, schema, statistics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import path_pb2, schema_pb2, statistics_pb2

from zenml.errors import DataError
from zenml.records.columns import is_list
from zenml.records.folders import split_folder
from zenml.records.frames import read_table, to_frame

if TYPE_CHECKING:
    import pandas as pd

STATISTICS_FILE = "FeatureStats.pb"
SCHEMA_FILE = "schema.pbtxt"
_PLACEHOLDERS = {"__BYTES_VALUE__": "(no text)", "__LARGE_BYTES__": "(longer than 1024 bytes)"}


def read_schema(uri: str) -> schema_pb2.Schema:
    """The schema of a schema artifact.

    Raises:
        DataError: It is not there, or no schema.
    """
    path = Path(uri) / SCHEMA_FILE
    try:
        return text_format.Parse(path.read_text(encoding="utf-8"), schema_pb2.Schema())
    except (OSError, text_format.ParseError) as exc:
        raise DataError(f"The schema {path} cannot be read ({exc}); run its step again.") from exc


def read_statistics(uri: str, split: str) -> statistics_pb2.DatasetFeatureStatisticsList:
    """The statistics of a split of a statistics artifact.

    Raises:
        DataError: They are not there.
    """
    path = split_folder(uri, split) / STATISTICS_FILE
    try:
        return statistics_pb2.DatasetFeatureStatisticsList.FromString(path.read_bytes())
    except OSError as exc:
        raise DataError(f"The statistics {path} are not there; run their step again.") from exc


def feature_name(feature: Any) -> str:
    """The column that statistics are of."""
    return feature.name or path_name(feature.path)


def path_name(path: path_pb2.Path) -> str:
    """The column that a path leads to."""
    return ".".join(path.step)


def text_name(value: str) -> str:
    """A text as statistics count it; TFDV has one name for all values that it does not keep.

    Example:
        >>> text_name("Biscoe"), text_name("__BYTES_VALUE__")
        ('Biscoe', '(no text)')
    """
    return _PLACEHOLDERS.get(value, value)


def sample(uri: str, split: str, rows: int) -> pd.DataFrame:
    """The first rows of a split of an examples artifact, for people.

    Floats are the numbers that were written, 39.1 and not 39.09999847: 32 bits tell no more.
    """
    table = read_table(uri, split, max(rows, 0))
    return to_frame(pa.table([_written(column) for column in table.columns], table.column_names))


def _written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Float32 as the shortest decimal that is the same number; other columns as they are."""
    if is_list(column.type):
        whole = column.combine_chunks()
        if whole.type.value_type != pa.float32():
            return column
        values = _written(pa.chunked_array([whole.values]))
        made = pa.LargeListArray.from_arrays(whole.offsets, values.combine_chunks())
        return pa.chunked_array([made])
    return column.cast(pa.string()).cast(pa.float64()) if column.type == pa.float32() else column


def plain_cell(values: list[Any] | None) -> Any:
    """The values of a cell for people: one alone, None for none, else a list; bytes as text.

    Example:
        >>> plain_cell([b"Biscoe"]), plain_cell(None), plain_cell([1, 2])
        ('Biscoe', None, [1, 2])
    """
    plain = [_text(value) for value in values or ()]
    return plain[0] if len(plain) == 1 else plain or None


def _text(value: Any) -> Any:
    if isinstance(value, float):  # the number that a person wrote, not its 32 bits in 64
        return float(f"{value:.7g}")
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def schema_table(uri: str) -> pd.DataFrame:
    """Column, type, whether every row has a value, and the values where they are few."""
    import pandas as pd

    return pd.DataFrame(schema_rows(uri), columns=["column", "type", "required", "values"])


def schema_rows(uri: str) -> list[dict[str, Any]]:
    """The rows of `schema_table`."""
    schema = read_schema(uri)
    domains = {domain.name: list(domain.value) for domain in schema.string_domain}
    return [
        {
            "column": feature.name,
            "type": schema_pb2.FeatureType.Name(feature.type),
            "required": feature.presence.min_fraction == 1,
            "values": domains.get(feature.domain) or list(feature.string_domain.value) or None,
        }
        for feature in schema.feature
    ]


def statistics_table(uri: str, split: str) -> pd.DataFrame:
    """Column, type, how many rows have a value and how many none, what is usual of the values."""
    import pandas as pd

    return pd.DataFrame(statistics_rows(uri, split))


def statistics_rows(uri: str, split: str) -> list[dict[str, Any]]:
    """The rows of `statistics_table`."""
    kinds = statistics_pb2.FeatureNameStatistics.Type
    rows = []
    for feature in read_statistics(uri, split).datasets[0].features:
        numbers, texts = feature.num_stats, feature.string_stats
        common = (numbers if feature.HasField("num_stats") else texts).common_stats
        row: dict[str, Any] = {
            "column": feature_name(feature),
            "type": kinds.Name(feature.type) if common.num_non_missing else None,
            "present": common.num_non_missing,
            "missing": common.num_missing,
        }
        if feature.HasField("num_stats") and common.num_non_missing:
            row.update(mean=numbers.mean, std=numbers.std_dev, min=numbers.min)
            row.update(median=numbers.median, max=numbers.max, zeros=numbers.num_zeros)
        else:
            top = [text_name(found.value) for found in texts.top_values[:1]]
            row.update(unique=texts.unique, top=top[0] if top else None)
        rows.append(row)
    return sorted(rows, key=lambda row: str(row["column"]))
