"""SparseMaterializer: sparse matrices of scipy as `.npz`."""

from __future__ import annotations

from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable

_FORMATS = ("csc", "csr", "bsr", "dia", "coo")


class SparseMaterializer(BaseMaterializer):
    """Keeps a sparse matrix or array in scipy's own format.

    Example:
        >>> import tempfile
        >>> from scipy.sparse import csr_matrix
        >>> materializer = SparseMaterializer(tempfile.mkdtemp())
        >>> materializer.save(csr_matrix([[0, 1], [2, 0]]))
        >>> materializer.load(csr_matrix).toarray()
        array([[0, 1],
               [2, 0]])
    """

    ASSOCIATED_TYPES = ("scipy.sparse._base._spbase", "scipy.sparse._matrix.spmatrix")
    EXECUTES = False

    def save(self, value: Any) -> None:
        """Writes `data.npz`."""
        from scipy import sparse

        if value.format not in _FORMATS or value.dtype.hasobject:
            raise Unsuitable(f"scipy's files hold no {value.format} matrix of {value.dtype}")
        if value.ndim != 2 or not type(value).__module__.startswith("scipy."):
            raise Unsuitable("scipy's files hold matrices of its own only")
        sparse.save_npz(self._path("data.npz"), value)

    def load(self, data_type: Any) -> Any:
        """Reads it."""
        from scipy import sparse

        return sparse.load_npz(self._path("data.npz"))

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """Shape, dtype, format and number of entries."""
        return {
            "shape": list(value.shape),
            "dtype": str(value.dtype),
            "format": value.format,
            "entries": int(value.nnz),
        }
