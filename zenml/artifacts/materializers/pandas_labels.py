"""Labels of pandas (names of columns, categories) as JSON data, and back, without a loss."""

from __future__ import annotations

from typing import Any

from zenml.artifacts.materializers.base import Unsuitable


def to_labels(index: Any) -> dict[str, Any]:
    """An Index as data that an `Encoder` can hold.

    Raises:
        Unsuitable: It would not come back as it was.
    """
    import numpy as np
    import pandas as pd

    name = {"name": index.name}
    if type(index) is pd.RangeIndex:
        return {"kind": "range", "of": [index.start, index.stop, index.step], **name}
    if isinstance(index, pd.MultiIndex):
        levels = [to_labels(index.get_level_values(i)) for i in range(index.nlevels)]
        return {"kind": "multi", "of": levels, "names": list(index.names)}
    if isinstance(index, pd.CategoricalIndex):
        categories, ordered = to_labels(index.categories), index.ordered
        codes = index.codes.tolist()
        return {"kind": "category", "of": [categories, codes, ordered], **name}
    if isinstance(index, pd.IntervalIndex):
        ends = [to_labels(index.left), to_labels(index.right)]
        return {"kind": "interval", "of": [*ends, index.closed], **name}
    dtype = index.dtype
    if isinstance(index, (pd.DatetimeIndex, pd.TimedeltaIndex)) and dtype.kind in "mM":
        unit = getattr(index, "unit", "ns")
        zone = getattr(index, "tz", None)
        if zone is not None:
            raise Unsuitable("has labels with a timezone")
        plain = f"{'datetime' if dtype.kind == 'M' else 'timedelta'}64[{unit}]"
        return {"kind": "times", "of": [plain, index.asi8.tolist(), index.freqstr], **name}
    if isinstance(dtype, np.dtype) and dtype.kind in "biufO":
        return {"kind": "plain", "of": [dtype.str, index.tolist()], **name}
    raise Unsuitable(f"has labels of the dtype {dtype}")


def from_labels(data: dict[str, Any]) -> Any:
    """The inverse of `to_labels`."""
    import numpy as np
    import pandas as pd

    kind, of = data["kind"], data["of"]
    if kind == "multi":
        return pd.MultiIndex.from_arrays([from_labels(level) for level in of], names=data["names"])
    if kind == "range":
        return pd.RangeIndex(*of, name=data["name"])
    if kind == "category":
        held = pd.Categorical.from_codes(of[1], from_labels(of[0]), ordered=of[2])
        return pd.CategoricalIndex(held, name=data["name"])
    if kind == "interval":
        left, right = from_labels(of[0]), from_labels(of[1])
        return pd.IntervalIndex.from_arrays(left, right, closed=of[2], name=data["name"])
    if kind == "times":
        values = np.array(of[1], "int64").view(of[0])
        made = pd.Index(values, name=data["name"])
        if of[2]:
            made.freq = of[2]
        return made
    return pd.Index(of[1], dtype=np.dtype(of[0]), name=data["name"], tupleize_cols=False)
