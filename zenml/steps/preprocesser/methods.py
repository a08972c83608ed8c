"""The transforms of the standard preprocesser: one function each, and the table of them.

A function takes the column as the method before it left it, a `Place` (which column of
which step it is) and the parameters, and returns the column changed. Columns are dense
`[batch]` (or of the column's own shape), or sparse where a row has many values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from zenml.models.classes import vocabulary_file
from zenml.steps.preprocesser import images
from zenml.steps.preprocesser.columns import find_by_name
from zenml.steps.preprocesser.fillings import ANY, NUMBER, Parameter


@dataclass(frozen=True)
class Place:
    """Where a method is applied: names its vocabulary, and says if it makes a label."""

    column: str
    index: int = 0
    label: bool = False

    def vocabulary(self) -> str:
        """The file of the vocabulary; TensorFlow Transform finds it by the column's name, too."""
        file = vocabulary_file(self.column, self.index)
        if not self.index:
            find_by_name(self.column, file)
        return file


@dataclass(frozen=True)
class Method:
    """A transform: the kinds of column it takes and makes, its parameters, its function."""

    takes: tuple[str, ...]
    gives: str
    apply: Callable[..., Any]
    parameters: dict[str, Parameter] = field(default_factory=dict)


def _positive(would_do: str) -> Parameter:
    return Parameter((int,), would_do, accepts=lambda value: value > 0)


def _scale_by_min_max(column: Any, place: Place, min: float, max: float) -> Any:
    """A column of one value alone becomes the sigmoid of it, brought between the two."""
    import tensorflow as tf
    import tensorflow_transform as tft

    exact = _exact(column)
    values = exact.values if isinstance(exact, tf.SparseTensor) else exact
    low, high = tft.min(values), tft.max(values)
    share = tf.where(low < high, (values - low) / (high - low), tf.sigmoid(values))
    scaled = tf.cast(share * (float(max) - float(min)) + float(min), tf.float32)
    if isinstance(column, tf.SparseTensor):
        return tf.SparseTensor(column.indices, scaled, column.dense_shape)
    return scaled


def _scale_to_0_1(column: Any, place: Place) -> Any:
    return _scale_by_min_max(column, place, 0, 1)


def _scale_to_z_score(column: Any, place: Place) -> Any:
    import tensorflow as tf
    import tensorflow_transform as tft

    return tf.cast(tft.scale_to_z_score(_exact(column)), tf.float32)


def _exact(column: Any) -> Any:
    """In double: in single, times in seconds and what is far from 0 are nearly all one number."""
    import tensorflow as tf

    return tf.cast(column, tf.float64)


def _vocabulary(
    column: Any, place: Place, top_k: int | None = None, num_oov_buckets: int | None = None
) -> Any:
    """Index by descending frequency; what training never saw shares the index after the last.

    The classes of a label are numbered by value: a number of the model means the same class
    when the data changes. There is no index for others (there is nothing to learn about
    them): unseen is -1 there.
    """
    if place.label:
        from zenml.steps.preprocesser.class_index import index_of_class

        buckets = num_oov_buckets or 0
        return index_of_class(column, place.vocabulary(), top_k=top_k, num_oov_buckets=buckets)
    import tensorflow_transform as tft

    buckets = 1 if num_oov_buckets is None else num_oov_buckets
    return tft.compute_and_apply_vocabulary(
        column, top_k=top_k, num_oov_buckets=buckets, vocab_filename=place.vocabulary()
    )


def _tokens(column: Any) -> Any:
    """Splits strings at white space; sparse columns are tokens already."""
    import tensorflow as tf

    if isinstance(column, tf.SparseTensor):
        return column
    return tf.strings.split(tf.reshape(column, [-1])).to_sparse()


def _ngrams(column: Any, place: Place, ngram_range: Any, separator: str) -> Any:
    import tensorflow_transform as tft

    return tft.ngrams(_tokens(column), tuple(ngram_range), separator)


def _tfidf(column: Any, place: Place, vocab_size: int) -> Any:
    """One weight a word of the vocabulary: a dense `[batch, vocab_size]`."""
    import tensorflow as tf
    import tensorflow_transform as tft

    if column.dtype == tf.string:
        column = tft.compute_and_apply_vocabulary(
            _tokens(column), top_k=vocab_size, vocab_filename=place.vocabulary()
        )
    elif not isinstance(column, tf.SparseTensor):
        column = tf.sparse.from_dense(tf.reshape(column, [-1, 1]) + 1)
        column = tf.SparseTensor(column.indices, column.values - 1, column.dense_shape)
    known = tf.logical_and(column.values >= 0, column.values < vocab_size)
    words, weights = tft.tfidf(tf.sparse.retain(column, known), vocab_size)
    where = tf.stack([words.indices[:, 0], words.values], axis=1)
    shape = tf.stack([words.dense_shape[0], tf.constant(vocab_size, tf.int64)])
    table = tf.sparse.reorder(tf.SparseTensor(where, weights.values, shape))
    return tf.ensure_shape(tf.sparse.to_dense(table), [None, vocab_size])


def _hash_strings(column: Any, place: Place, hash_buckets: int) -> Any:
    import tensorflow as tf
    import tensorflow_transform as tft
    from tensorflow_transform import schema_inference

    hashed = tft.hash_strings(column, hash_buckets)
    values = hashed.values if isinstance(hashed, tf.SparseTensor) else hashed
    schema_inference.set_tensor_schema_override(
        values, tf.constant(0, tf.int64), tf.constant(hash_buckets - 1, tf.int64)
    )
    return hashed


def _pca(column: Any, place: Place, output_dim: int, dtype: str) -> Any:
    """The centred rows in the directions of largest variance."""
    import tensorflow as tf
    import tensorflow_transform as tft

    width = column.shape[1] if column.shape.rank == 2 else 1
    rows = tf.cast(tf.reshape(column, [-1, width]), tf.as_dtype(dtype))
    centre = tft.mean(rows, reduce_instance_dims=False)
    return tf.matmul(rows - centre, tft.pca(rows, output_dim, rows.dtype))


def _bucketize(column: Any, place: Place, num_buckets: int) -> Any:
    import tensorflow as tf
    import tensorflow_transform as tft

    if column.dtype.is_integer and isinstance(column, tf.SparseTensor):
        values = _from_least(column.values, tft.min(column.values))
        column = tf.SparseTensor(column.indices, values, column.dense_shape)
    elif column.dtype.is_integer:
        column = _from_least(column, tft.min(column))
    return tft.bucketize(column, num_buckets)


def _from_least(column: Any, least: Any) -> Any:
    """Whole numbers from 0 on: the bounds of buckets are of single precision."""
    return _exact(column) - _exact(least)


def _no_transform(column: Any, place: Place) -> Any:
    return column


def _one_hot_encode(column: Any, place: Place, depth: int) -> Any:
    """1.0 at the value's index; a value outside of 0 ... depth - 1 is all zeros."""
    import tensorflow as tf

    return tf.one_hot(column, depth)


_BUCKETS = {"num_buckets": Parameter((int,), "an integer above 1", accepts=lambda v: v > 1)}
_NUMBER = (int, float)

METHODS: dict[str, Method] = {
    "scale_by_min_max": Method(
        NUMBER,
        "float",
        _scale_by_min_max,
        {"min": Parameter(_NUMBER, "a number"), "max": Parameter(_NUMBER, "a number above min")},
    ),
    "scale_to_0_1": Method(NUMBER, "float", _scale_to_0_1),
    "scale_to_z_score": Method(NUMBER, "float", _scale_to_z_score),
    "tfidf": Method(
        ("string", "integer"), "float", _tfidf, {"vocab_size": _positive("an integer above 0")}
    ),
    "compute_and_apply_vocabulary": Method(
        ("string", "integer", "boolean"),
        "integer",
        _vocabulary,
        {
            "top_k": Parameter((int,), "an integer above 0", None, lambda v: v > 0),
            "num_oov_buckets": Parameter((int,), "an integer, 0 or above", None, lambda v: v >= 0),
        },
    ),
    "ngrams": Method(
        ("string",),
        "string",
        _ngrams,
        {
            "ngram_range": Parameter(
                (list, tuple),
                "two integers [from, to] with 1 <= from <= to",
                accepts=lambda v: (
                    len(v) == 2 and all(type(n) is int for n in v) and 1 <= v[0] <= v[1]
                ),
            ),
            "separator": Parameter((str,), "a string", " "),
        },
    ),
    "hash_strings": Method(
        ("string",), "integer", _hash_strings, {"hash_buckets": _positive("an integer above 0")}
    ),
    "pca": Method(
        NUMBER,
        "float",
        _pca,
        {
            "output_dim": _positive("an integer above 0, at most the width of the column"),
            "dtype": Parameter(
                (str,), "'float32' or 'float64'", "float32", lambda v: v in ("float32", "float64")
            ),
        },
    ),
    "bucketize": Method(NUMBER, "integer", _bucketize, _BUCKETS),
    "no_transform": Method(ANY, "same", _no_transform),
    "image_reshape": Method(
        (*NUMBER, "image"),
        "float",
        lambda column, place, **size: images.reshape(column, **size),
        {
            "height": _positive("an integer above 0"),
            "width": _positive("an integer above 0"),
            "channels": Parameter((int,), "1, 3 or 4", accepts=lambda v: v in (1, 3, 4)),
        },
    ),
    "load_binary_image": Method(("string",), "image", lambda column, place: images.decode(column)),
    "one_hot_encode": Method(
        ("integer", "boolean"), "float", _one_hot_encode, {"depth": _positive("an integer above 0")}
    ),
}
