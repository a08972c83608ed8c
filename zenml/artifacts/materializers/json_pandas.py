"""Moments, durations and missing values of pandas in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.artifacts.materializers.base import Unsuitable

if TYPE_CHECKING:
    from collections.abc import Callable

    from zenml.artifacts.materializers.json_writing import Encoder

TAG = "$zenml"


def write_moment(encoder: Encoder, value: Any) -> dict[str, Any]:
    """A Timestamp or a Timedelta.

    Raises:
        Unsuitable: Its timezone cannot be made again from its name.
    """
    plain, zone = value.asm8, getattr(value, "tzinfo", None)
    name = None if zone is None else str(zone)
    data = {TAG: "pandas", "dtype": plain.dtype.str, "value": int(plain.astype("int64"))}
    data["zone"] = name
    try:
        again = read(data)
    except Exception as exc:
        raise Unsuitable(f"its timezone is {name}") from exc
    if again != value or getattr(again, "tzinfo", None) != zone:
        raise Unsuitable(f"its timezone is {name}")
    return data


def write_missing(encoder: Encoder, value: Any) -> dict[str, Any]:
    """`pandas.NaT` or `pandas.NA`."""
    return {TAG: "pandas", "missing": "NA" if type(value).__name__ == "NAType" else "NaT"}


def read(data: dict[str, Any]) -> Any:
    """What either of the two has written."""
    import numpy as np
    import pandas as pd

    if "missing" in data:
        return {"NA": pd.NA, "NaT": pd.NaT}[data["missing"]]
    plain = np.array(data["value"], "int64").view(data["dtype"])[()]
    if plain.dtype.kind == "m":
        return pd.Timedelta(plain)
    made = pd.Timestamp(plain)
    return made if data["zone"] is None else made.tz_localize("UTC").tz_convert(data["zone"])


WRITERS: dict[str, Callable[[Encoder, Any], Any]] = {
    "pandas._libs.missing.NAType": write_missing,
    "pandas._libs.tslibs.nattype.NaTType": write_missing,
    "pandas._libs.tslibs.timedeltas.Timedelta": write_moment,
    "pandas._libs.tslibs.timestamps.Timestamp": write_moment,
}
