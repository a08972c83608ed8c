"""Columns of pandas as arrays of Arrow, and back, without a loss."""

from __future__ import annotations

import math
from typing import Any

from zenml.artifacts.materializers.base import Unsuitable
from zenml.artifacts.materializers.pandas_labels import from_labels, to_labels

# Types of Python that a column of objects may hold, one of them at a time.
_OBJECTS = frozenset(("str", "bytes", "bool", "int", "date"))


def to_arrow(values: Any) -> tuple[Any, dict[str, Any]]:
    """A column as an array of Arrow, and what has to be known to get it back.

    Args:
        values: A Series, or one level of an Index.

    Raises:
        Unsuitable: It would not come back as it was.
    """
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    dtype = values.dtype
    try:
        if isinstance(dtype, pd.CategoricalDtype):
            return _categorical(values)
        if pd.api.types.is_object_dtype(dtype):
            return _objects(values.to_numpy())
        if isinstance(dtype, pd.DatetimeTZDtype):
            utc = values.to_numpy(dtype=f"datetime64[{getattr(dtype, 'unit', 'ns')}]")
            return pa.array(utc), {"kind": "zoned", "dtype": _name(dtype)}
        if isinstance(dtype, pd.PeriodDtype):
            return pa.array(values.array.asi8), {"kind": "period", "dtype": _name(dtype)}
        if isinstance(dtype, np.dtype):
            return _numbers(values.to_numpy())
        if not hasattr(dtype, "__from_arrow__"):
            raise Unsuitable(f"has the dtype {dtype}")
        if type(dtype).__name__ == "ArrowDtype":
            return pa.array(values.array), {"kind": "arrow"}
        return pa.array(values.array), {"kind": "extension", "dtype": _name(dtype)}
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as exc:
        raise Unsuitable(f"is one that parquet cannot hold ({exc})") from exc


def from_arrow(column: Any, spec: dict[str, Any]) -> Any:
    """The inverse of `to_arrow`: an array of numpy or pandas."""
    import numpy as np
    import pandas as pd

    kind = spec["kind"]
    if kind == "objects":
        return _from_objects(column, spec)
    if kind == "category":
        return pd.Categorical.from_codes(
            column.to_numpy(), from_labels(spec["categories"]), ordered=spec["ordered"]
        )
    if kind == "arrow":
        return pd.ArrowDtype(column.type).__from_arrow__(column)
    if kind == "texts":
        wanted = pd.CategoricalDtype(from_labels(spec["categories"]), spec["ordered"])
        texts = column.cast("string") if str(column.type).startswith("dict") else column
        return pd.Categorical(texts.to_pandas(), dtype=wanted)
    dtype = pd.api.types.pandas_dtype(spec["dtype"])
    if kind == "extension":
        return dtype.__from_arrow__(column)
    if kind == "period":
        return pd.arrays.PeriodArray(np.array(column), dtype=dtype)
    plain = column.to_numpy()
    if kind == "zoned":
        utc = plain.astype(f"datetime64[{getattr(dtype, 'unit', 'ns')}]")
        return pd.DatetimeIndex(utc).tz_localize("UTC").tz_convert(dtype.tz).array
    plain = plain.astype(dtype, copy=False)
    return plain if plain.flags.writeable else plain.copy()


def _name(dtype: Any) -> str:
    """Its name, if it can be made again from that."""
    import pandas as pd

    storage = getattr(dtype, "storage", None)
    name = f"string[{storage}]" if storage else str(dtype)
    if pd.api.types.pandas_dtype(name) != dtype:
        raise Unsuitable(f"has the dtype {dtype!r}, which cannot be made again from its name")
    return name


def _numbers(values: Any) -> tuple[Any, dict[str, Any]]:
    import numpy as np
    import pyarrow as pa

    dtype = values.dtype
    if dtype.kind not in "biufmM" or not dtype.isnative or dtype.itemsize > 8:
        raise Unsuitable(f"has the dtype {dtype}")
    if dtype == np.float16:
        values = values.astype(np.float32)
    return pa.array(values), {"kind": "numbers", "dtype": dtype.str}


def _categorical(values: Any) -> tuple[Any, dict[str, Any]]:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    held = values.array
    categories = held.categories
    spec = {"categories": to_labels(categories), "ordered": held.ordered}
    if (
        len(categories)
        and pd.api.types.is_object_dtype(categories)
        and set(map(type, categories)) == {str}
    ):
        codes = pa.array(np.asarray(held.codes), mask=held.codes < 0)
        texts = pa.array(categories.to_numpy(), pa.string())
        array = pa.DictionaryArray.from_arrays(codes, texts)
        return array, {"kind": "texts", **spec}
    return pa.array(np.asarray(held.codes)), {"kind": "category", **spec}


def _objects(values: Any) -> tuple[Any, dict[str, Any]]:
    import pyarrow as pa

    kinds = {type(value) for value in values}
    nulls = {kind for kind in kinds if _null_name(kind)}
    names = {kind.__name__ for kind in kinds - nulls}
    if kinds == {float}:
        return pa.array(values, pa.float64(), from_pandas=False), _object_spec("float")
    if float in nulls and not all(math.isnan(value) for value in values if type(value) is float):
        raise Unsuitable("mixes numbers and other objects")
    if len(names) > 1 or len(nulls) > 1 or not names <= _OBJECTS:
        listed = sorted(names | {_null_name(kind) for kind in nulls})
        raise Unsuitable(f"holds objects ({', '.join(listed)})")
    if any(kind.__module__ not in ("builtins", "datetime") for kind in kinds - nulls):
        raise Unsuitable("holds objects of a class of somebody's own")
    name = names.pop() if names else "str"
    null = _null_name(nulls.pop()) if nulls else "None"
    wanted = {"str": pa.large_string(), "bytes": pa.large_binary()}.get(name)
    return pa.array(values, wanted, from_pandas=True), _object_spec(name, null)


def _object_spec(name: str, null: str = "None") -> dict[str, Any]:
    return {"kind": "objects", "of": name, "null": null}


def _null_name(kind: type) -> str:
    """What pandas calls a missing value of that type; "" for a type of values."""
    names = {"NoneType": "None", "float": "nan", "NAType": "NA", "NaTType": "NaT"}
    return names.get(kind.__name__, "")


def _from_objects(column: Any, spec: dict[str, Any]) -> Any:
    import numpy as np
    import pandas as pd

    made = np.empty(len(column), dtype=object)
    if spec["of"] in ("str", "bytes"):
        made[:] = column.to_pandas().to_numpy()
    else:
        made[:] = column.to_pylist()
    if column.null_count and spec["null"] != "None":
        null = {"nan": np.nan, "NA": pd.NA, "NaT": pd.NaT}[spec["null"]]
        made[column.is_null().to_numpy()] = null
    return made
