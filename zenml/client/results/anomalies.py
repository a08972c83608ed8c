"""Anomalies: what in a split is not as in the rows that the model was trained on.

They are looked for when they are asked for, by TensorFlow Data Validation in this process:
all that it takes are statistics and a schema, and both are recorded with every run. So no run
waits for what nobody reads, and runs of earlier times have anomalies as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

from zenml.errors import ResultNotFoundError

if TYPE_CHECKING:
    from zenml.client.results.statistics import SplitStatistics

_SIDES = ("current and previous", "training and serving")
_DRIFT = ("infinity_norm", "jensen_shannon_divergence")
_MEASURES = {"L_INFTY": "L-infinity", "JENSEN_SHANNON_DIVERGENCE": "Jensen-Shannon"}


@dataclass(frozen=True)
class Anomalies:
    """What was found in a split.

    Attributes:
        split: The split that was looked at.
        against: The splits that it was compared with.
        rows: How many rows it has.
        found: Of each anomaly `column` ("" for the rows as a whole), `anomaly`,
            `description`.
        distances: Of each column that was compared by a distance `column`, `against` which
            split, `measure`, `distance`, `threshold`.

    Example:
        >>> Anomalies("eval", ("train",), 70).table()
        []
    """

    split: str
    against: tuple[str, ...]
    rows: int
    found: tuple[dict[str, Any], ...] = ()
    distances: tuple[dict[str, Any], ...] = ()

    def table(self) -> list[dict[str, Any]]:
        """A row for each anomaly."""
        return [dict(one) for one in self.found]


def find_anomalies(
    statistics: SplitStatistics,
    split: str,
    train: Sequence[str],
    schema_uri: str,
    declared: Mapping[str, str],
    drift: float | None = None,
) -> Anomalies:
    """Compares a split with those that the model was trained on.

    Args:
        statistics: Of all splits.
        split: The one to look at.
        train: Those that it is compared with.
        schema_uri: The recorded schema; its comparators of drift and skew count.
        declared: Column -> type that the user declared.
        drift: How far any column may be from the training rows, from 0 to 1.

    Raises:
        ResultNotFoundError: There is no such split, or no distance like that.
    """
    for name in (split, *train):
        if name not in statistics.splits:
            raise ResultNotFoundError(
                f"There are no statistics of a split {name!r}; there are those of "
                f"{', '.join(statistics.splits)}."
            )
    if drift is not None and not _is_share(drift):
        raise ResultNotFoundError(f"A drift of {drift!r} cannot be: it is a number from 0 to 1.")
    found = _validate(statistics, split, train, schema_uri, declared, drift)
    rows = statistics.rows[split]
    return Anomalies(split, tuple(train), rows, *found)


def _is_share(value: Any) -> bool:
    """Whether it is a number from 0 to 1, of Python or of NumPy."""
    if isinstance(value, bool):
        return False
    return isinstance(value, Real) and 0 <= float(value) <= 1


def _validate(
    statistics: SplitStatistics,
    split: str,
    train: Sequence[str],
    schema_uri: str,
    declared: Mapping[str, str],
    drift: float | None,
) -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    from zenml.quiet import quiet_imports, without_notices
    from zenml.records.tables import path_name, read_schema

    quiet_imports()
    with without_notices():
        from tensorflow_data_validation.api.validation_api import validate_statistics

        from zenml.components.schema_gen.inference import make_schema

        trained = [statistics.proto(name) for name in train]
        recorded = read_schema(schema_uri)
        schema = make_schema(trained, {**_untold(statistics, train, recorded), **declared})
        _compare_distances(schema, recorded, drift)
        looked_at = statistics.proto(split)
        told = {
            name: validate_statistics(
                looked_at, schema, previous_statistics=before, serving_statistics=before
            )
            for name, before in zip(train, trained, strict=True)
        }
    found = [row for name, one in told.items() for row in _rows(one, f"{split} and {name}")]
    distinct = list({tuple(row.items()): row for row in found}.values())
    distinct.sort(key=lambda row: row["column"])  # what the schema says of a column came twice
    distances = [row for name, one in told.items() for row in _distances(one, name, path_name)]
    return tuple(distinct), tuple(distances)


def _rows(told: Any, between: str) -> list[dict[str, Any]]:
    """A row for each anomaly, those of the rows as a whole first."""
    from zenml.records.tables import path_name

    found = [
        _plain(path_name(info.path) or name, info, between)
        for name, info in sorted(told.anomaly_info.items())
    ]
    if told.HasField("dataset_anomaly_info"):
        found.insert(0, _plain("", told.dataset_anomaly_info, between))
    return found


def _untold(statistics: SplitStatistics, train: Sequence[str], recorded: Any) -> dict[str, str]:
    """The recorded types of columns that have no value in any training row."""
    from tensorflow_metadata.proto.v0 import schema_pb2

    names = {schema_pb2.INT: "INTEGER", schema_pb2.FLOAT: "FLOAT", schema_pb2.BYTES: "STRING"}
    known = [statistics.features[name] for name in train]
    return {
        feature.name: names[feature.type]
        for feature in recorded.feature
        if feature.type in names
        and not any(feature.name in one and one[feature.name].rows for one in known)
    }


def _plain(column: str, info: Any, between: str) -> dict[str, Any]:
    """An anomaly as a row; TFDV's words for the two sides are replaced by the splits' names."""
    told = {"anomaly": info.short_description, "description": info.description}
    for sides in _SIDES:
        told = {key: words.replace(sides, between) for key, words in told.items()}
    return {"column": column, **told}


def _compare_distances(schema: Any, recorded: Any, drift: float | None) -> None:
    """Gives columns the comparators of the recorded schema, and the others one for `drift`."""
    from tensorflow_metadata.proto.v0 import schema_pb2

    known = {feature.name: feature for feature in recorded.feature}
    for feature in schema.feature:
        for field in ("drift_comparator", "skew_comparator"):
            if feature.name in known and known[feature.name].HasField(field):
                getattr(feature, field).CopyFrom(getattr(known[feature.name], field))
        if drift is not None and not feature.HasField("drift_comparator"):
            measure = _DRIFT[0] if feature.type == schema_pb2.BYTES else _DRIFT[1]
            getattr(feature.drift_comparator, measure).threshold = drift


def _distances(told: Any, against: str, name_of: Any) -> list[dict[str, Any]]:
    return [
        {
            "column": name_of(info.path),
            "against": against,
            "measure": _MEASURES.get(type(one).Type.Name(one.type), type(one).Type.Name(one.type)),
            "distance": one.value,
            "threshold": one.threshold,
        }
        for info in told.drift_skew_info
        for one in (*info.drift_measurements, *info.skew_measurements)
    ]
