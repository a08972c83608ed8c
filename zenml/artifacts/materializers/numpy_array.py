"""NumpyMaterializer: arrays as `.npy`."""

from __future__ import annotations

from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable

_CHEAP = 20_000_000  # items; beyond, statistics would take as long as writing
_SHOWN = 10


class NumpyMaterializer(BaseMaterializer):
    """Keeps an array in numpy's own format, without pickles.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> materializer = NumpyMaterializer(tempfile.mkdtemp())
        >>> materializer.save(np.arange(3))
        >>> materializer.load(np.ndarray)
        array([0, 1, 2])
    """

    ASSOCIATED_TYPES = ("numpy.ndarray",)
    EXECUTES = False

    def save(self, value: Any) -> None:
        """Writes `data.npy`."""
        import numpy as np

        if type(value) not in (np.ndarray, np.memmap):
            raise Unsuitable(f"it is a {type(value).__name__}, which is more than its numbers")
        if value.dtype.hasobject:
            raise Unsuitable("it holds Python objects")
        if _read_as(value.dtype) != value.dtype:
            raise Unsuitable(f"numpy's files cannot hold its dtype {value.dtype}")
        try:
            np.save(self._path("data.npy"), value, allow_pickle=False)
        except (ValueError, TypeError) as exc:
            raise Unsuitable(f"numpy's files cannot hold its dtype {value.dtype}") from exc

    def load(self, data_type: Any) -> Any:
        """Reads it."""
        import numpy as np

        return np.load(self._path("data.npy"), allow_pickle=False)

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """Shape, dtype, minimum, maximum, mean, deviation and the first values."""
        return describe_array(value)


def _read_as(dtype: Any) -> Any:
    """The dtype that the file's header will be read as."""
    from numpy.lib import format as npy

    try:
        return npy.descr_to_dtype(npy.dtype_to_descr(dtype))
    except (ValueError, TypeError):
        return None


def describe_array(value: Any) -> dict[str, Any]:
    """Statistics and a preview of an array; of a big one only what costs nothing."""
    import numpy as np

    array = np.asarray(value)
    found: dict[str, Any] = {"shape": list(array.shape), "dtype": str(array.dtype)}
    if array.dtype.names is None and array.dtype.kind in "biufcUSmM":
        found["first"] = [_plain(item) for item in array.flat[:_SHOWN]]
    if array.dtype.kind not in "biuf" or not 0 < array.size <= _CHEAP:
        return found
    with np.errstate(all="ignore"):
        found["min"], found["max"] = _plain(array.min()), _plain(array.max())
        found["mean"], found["std"] = _moments(array)
    return found


def _moments(array: Any) -> tuple[float, float]:
    import numpy as np

    wide = np.float64 if array.dtype.kind in "biu" or array.dtype.itemsize < 8 else None
    return float(array.mean(dtype=wide)), float(array.std(dtype=wide))


def _plain(item: Any) -> Any:
    plain = item.item()
    return str(item) if isinstance(plain, (bytes, complex)) or item.dtype.kind in "mM" else plain
