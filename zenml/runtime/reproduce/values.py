"""Compares two Python values: part by part, numbers within the tolerance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml.runtime.reproduce.tolerance import Tolerance
from zenml.runtime.reproduce.verdict import CLOSE, DIFFERENT, IDENTICAL, Comparison

_LONG = 60


def compare_values(new: Any, recorded: Any, tolerance: Tolerance, where: str = "") -> Comparison:
    """Whether two values are the same, or equal within the tolerance.

    Dicts, lists, tuples, sets, arrays, tables and plain objects are compared by what
    they hold.

    Args:
        new: The value that was made now.
        recorded: The value that was made then.
        tolerance: For numbers that are no integers.
        where: What the value is called in the first difference.

    Example:
        >>> compare_values({"a": [1.0, 2.0]}, {"a": [1.0, 2.5]}, Tolerance(), "value").told
        "value['a'][1]: 2.5 then, 2.0 now"
    """
    if new is recorded:
        return Comparison(IDENTICAL)
    if type(new) is not type(recorded):
        return unlike(where, f"a {_kind(recorded)}", f"a {_kind(new)}")
    if isinstance(new, (bool, int, str, bytes, set, frozenset, type(None))):
        is_same = new == recorded
        return Comparison(IDENTICAL) if is_same else unlike(where, short(recorded), short(new))
    if isinstance(new, (float, complex)):
        return _numbers(new, recorded, tolerance, where)
    if isinstance(new, Mapping):
        return _mappings(new, recorded, tolerance, where)
    if isinstance(new, (list, tuple)):
        return _sequences(new, recorded, tolerance, where)
    arrays = _arrays_of(new), _arrays_of(recorded)
    if arrays[0] is not None and arrays[1] is not None:
        return _parts(arrays[0], arrays[1], tolerance, where)
    return _objects(new, recorded, tolerance, where)


def compare_arrays(new: Any, recorded: Any, tolerance: Tolerance, where: str) -> Comparison:
    """As `compare_values`, of NumPy arrays; says how far they lie apart at most."""
    import numpy as np

    if new.dtype != recorded.dtype or new.shape != recorded.shape:
        return unlike(where, *(f"{a.dtype}{list(a.shape)}" for a in (recorded, new)))
    if new.dtype.names:  # field by field, for what lies between the fields is no content
        fields = [(new[n], recorded[n], f"{where}[{n!r}]") for n in new.dtype.names]
        return Comparison.worst([compare_arrays(a, b, tolerance, at) for a, b, at in fields])
    if new.dtype.kind == "O":
        return compare_values(new.tolist(), recorded.tolist(), tolerance, where)
    if tolerance.same(new, recorded):
        return Comparison(IDENTICAL)
    if new.dtype.kind in "fc":
        if tolerance.covers(new, recorded):
            apart = float(np.nanmax(np.abs(new - recorded)))
            return Comparison(CLOSE, f"{where} by {apart:.2g} at most ({tolerance})".strip())
        close = np.isclose(
            new, recorded, rtol=tolerance.relative, atol=tolerance.absolute, equal_nan=True
        )
        first = tuple(int(n) for n in np.argwhere(~close)[0])
    else:
        first = tuple(int(n) for n in np.argwhere(new != recorded)[0])
    at = f"[{', '.join(map(str, first))}]" if first else ""
    return unlike(f"{where}{at}", short(_item(recorded[first])), short(_item(new[first])))


def _numbers(new: Any, recorded: Any, tolerance: Tolerance, where: str) -> Comparison:
    if new == recorded or (new != new and recorded != recorded):
        return Comparison(IDENTICAL)
    if tolerance.covers(new, recorded):
        return Comparison(CLOSE, f"{where} by {abs(new - recorded):.2g} ({tolerance})".strip())
    return unlike(where, short(recorded), short(new))


def _mappings(new: Any, recorded: Any, tolerance: Tolerance, where: str) -> Comparison:
    for key in [*recorded, *new]:
        if key not in new or key not in recorded:
            has = (f"{'a' if key in side else 'no'} key {key!r}" for side in (recorded, new))
            return unlike(where, *has)
    found = [compare_values(new[k], recorded[k], tolerance, f"{where}[{k!r}]") for k in recorded]
    return Comparison.worst(found)


def _sequences(new: Any, recorded: Any, tolerance: Tolerance, where: str) -> Comparison:
    if len(new) != len(recorded):
        return unlike(where, f"{len(recorded)} items", f"{len(new)} items")
    pairs = enumerate(zip(new, recorded, strict=True))
    found = [compare_values(a, b, tolerance, f"{where}[{i}]") for i, (a, b) in pairs]
    return Comparison.worst(found)


def _item(scalar: Any) -> Any:
    return scalar.item() if hasattr(scalar, "item") else scalar


def _arrays_of(value: Any) -> dict[str, Any] | None:
    """The arrays that a value is made of, by name; None where it is made otherwise."""
    import sys

    import numpy as np

    if isinstance(value, (np.ndarray, np.generic)):
        return {"": np.asarray(value)}
    pandas, torch = sys.modules.get("pandas"), sys.modules.get("torch")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        columns = {f".{column}": value[column].to_numpy() for column in value.columns}
        return {".index": value.index.to_numpy(), **columns}
    if pandas is not None and isinstance(value, (pandas.Series, pandas.Index)):
        return {"": value.to_numpy()}
    if torch is not None and isinstance(value, torch.Tensor):
        return {"": value.detach().cpu().numpy()}
    return None


def _parts(new: Any, recorded: Any, tolerance: Tolerance, where: str) -> Comparison:
    if list(new) != list(recorded):
        return unlike(where, _listed(recorded), _listed(new))
    found = [compare_arrays(new[k], recorded[k], tolerance, f"{where}{k}") for k in recorded]
    return Comparison.worst(found)


def _objects(new: Any, recorded: Any, tolerance: Tolerance, where: str) -> Comparison:
    """Objects by their equality, else by what they hold."""
    try:
        if bool(new == recorded):
            return Comparison(IDENTICAL)
    except Exception:  # noqa: BLE001 - what an object's own comparison raises
        pass  # then its parts tell
    states = _state(new), _state(recorded)
    if states[0] is None or states[1] is None:
        return unlike(where, short(recorded), short(new))
    return compare_values(states[0], states[1], tolerance, where)


def _state(value: Any) -> Any:
    """What an object holds: its attributes, or what it would be pickled as."""
    if getattr(value, "__dict__", None):
        return vars(value)
    try:
        reduced = value.__reduce_ex__(2)
    except Exception:  # noqa: BLE001 - what cannot be pickled raises what it likes
        return None
    if not isinstance(reduced, tuple):
        return None
    arguments, state, items, pairs = (*reduced[1:5], *[None] * 4)[:4]
    return [list(arguments), state, list(items or ()), list(pairs or ())]


def unlike(where: str, recorded: str, new: str) -> Comparison:
    """The verdict on two things that differ, both told in few words."""
    told = f"{recorded} then, {new} now"
    return Comparison(DIFFERENT, f"{where}: {told}" if where else told)


def short(value: Any) -> str:
    """A value as it stands in a sentence."""
    text = repr(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."


def _kind(value: Any) -> str:
    return type(value).__qualname__


def _listed(parts: Any) -> str:
    return "columns " + ", ".join(name.lstrip(".") for name in parts)
