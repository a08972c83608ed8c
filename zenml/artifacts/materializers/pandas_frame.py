"""PandasMaterializer: DataFrames and Series as parquet."""

from __future__ import annotations

import json
from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable
from zenml.artifacts.materializers.json_reading import Decoder
from zenml.artifacts.materializers.json_writing import Encoder
from zenml.artifacts.materializers.pandas_columns import from_arrow, to_arrow
from zenml.artifacts.materializers.pandas_labels import from_labels, to_labels
from zenml.artifacts.materializers.table_metadata import describe_frame, describe_series

_ROWS = "data.parquet"
_SHAPE = "data.json"


class PandasMaterializer(BaseMaterializer):
    """Keeps a DataFrame or a Series: its columns as parquet, the rest as JSON beside.

    The parquet file has the columns under their names, where they are strings, and the
    levels of the index. The JSON file tells what parquet does not: labels of other types,
    dtypes, categories, names of the index. What would not come back exactly as it was, a
    column of lists for example, is not written so.

    Example:
        >>> import tempfile
        >>> import pandas as pd
        >>> materializer = PandasMaterializer(tempfile.mkdtemp())
        >>> materializer.save(pd.DataFrame({"a": [1, 2]}, index=["x", "y"]))
        >>> materializer.load(pd.DataFrame)
           a
        x  1
        y  2
    """

    ASSOCIATED_TYPES = ("pandas.core.frame.DataFrame", "pandas.core.series.Series")
    EXECUTES = False

    def save(self, value: Any) -> None:
        """Writes `data.parquet` and `data.json`."""
        import pandas as pd
        import pyarrow as pa
        from pyarrow import parquet

        if type(value) not in (pd.DataFrame, pd.Series):
            raise Unsuitable(f"it is a {type(value).__name__}, which is more than its columns")
        columns = [value] if value.ndim == 1 else [value.iloc[:, i] for i in range(value.shape[1])]
        names = _names(value)
        arrays: dict[str, Any] = {}
        shape = {
            "columns": [_column(arrays, n, c) for n, c in zip(names, columns, strict=True)],
            "index": _index(arrays, value.index),
            "labels": value.name if value.ndim == 1 else to_labels(value.columns),
            "attrs": value.attrs,
            "series": value.ndim == 1,
        }
        with open(self._path(_SHAPE), "wb") as file:
            file.write(json.dumps(Encoder(_refuse).encode(shape)).encode("ascii"))
        if arrays:
            # From 2.6 on the format holds nanoseconds.
            parquet.write_table(pa.table(arrays), self._path(_ROWS), version="2.6")

    def load(self, data_type: Any) -> Any:
        """Reads them."""
        import pandas as pd
        from pyarrow import parquet

        with open(self._path(_SHAPE), "rb") as file:
            shape = json.loads(file.read(), object_hook=Decoder(None, self._path).decode)
        labelled = shape["index"].get("labels")
        specs = [*shape["columns"], *shape["index"].get("levels", ())]
        rows = parquet.ParquetFile(self._path(_ROWS)).read().columns if specs else []
        arrays = [from_arrow(column, spec) for column, spec in zip(rows, specs, strict=True)]
        count = len(shape["columns"])
        index = from_labels(labelled) if labelled else _made_index(arrays[count:], shape["index"])
        if shape["series"]:
            made = pd.Series(arrays[0], index=index, name=shape["labels"])
        else:
            made = pd.DataFrame(dict(enumerate(arrays[:count])), index=index)
            made.columns = from_labels(shape["labels"])
        made.attrs.update(shape["attrs"])
        return made

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """Rows, columns and their statistics, and the first rows."""
        return describe_series(value) if value.ndim == 1 else describe_frame(value)


def _names(value: Any) -> list[str]:
    """Names of the columns in the parquet file: their labels where these are names."""
    labels = [value.name] if value.ndim == 1 else list(value.columns)
    if all(type(label) is str for label in labels) and len(set(labels)) == len(labels):
        return labels
    return [str(position) for position in range(len(labels))]


def _column(arrays: dict[str, Any], name: str, values: Any) -> dict[str, Any]:
    """Adds the column to the arrays, and gives what has to be known besides."""
    try:
        arrays[name], spec = to_arrow(values)
    except Unsuitable as exc:
        raise Unsuitable(f"column {values.name!r} {exc}") from exc
    return spec


def _index(arrays: dict[str, Any], index: Any) -> dict[str, Any]:
    import pandas as pd

    if type(index) is pd.RangeIndex:
        return {"labels": to_labels(index)}
    prefix = "__index"
    while any(name.startswith(prefix) for name in arrays):
        prefix = f"_{prefix}"
    many = isinstance(index, pd.MultiIndex)
    if many and any(_has_gaps(*level) for level in zip(index.levels, index.codes, strict=True)):
        raise Unsuitable("a level of its index is of integers, and some are missing")
    levels = [index.get_level_values(i) for i in range(index.nlevels)]
    specs = [_column(arrays, f"{prefix}_{i}__", level) for i, level in enumerate(levels)]
    freq = getattr(index, "freqstr", None) if index.dtype.kind in "mM" else None
    return {"levels": specs, "many": many, "names": list(index.names), "freq": freq}


def _has_gaps(level: Any, codes: Any) -> bool:
    return level.dtype.kind in "biu" and bool((codes < 0).any())


def _made_index(arrays: list[Any], spec: dict[str, Any]) -> Any:
    import pandas as pd

    if spec["many"]:
        return pd.MultiIndex.from_arrays(arrays, names=spec["names"])
    dtype = object if pd.api.types.is_object_dtype(arrays[0]) else None
    made = pd.Index(arrays[0], dtype=dtype, name=spec["names"][0], tupleize_cols=False)
    if spec["freq"]:
        made.freq = spec["freq"]
    return made


def _refuse(number: int, value: Any, pickled: bool) -> dict[str, str]:
    raise Unsuitable(f"a label or attribute of it is a {type(value).__name__}")
