"""StandardPreprocesser: fillings and transforms by column, with defaults by type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from zenml.errors import StepArgumentError
from zenml.hints import did_you_mean
from zenml.models.columns import FEATURE, LABEL
from zenml.steps.preprocesser.base import PreprocessStep
from zenml.steps.preprocesser.columns import (
    has_many_values,
    kinds_of,
    may_be_missing,
    may_hold_nan,
    prepare,
    to_output,
)
from zenml.steps.preprocesser.fillings import FILLINGS, fill, fill_nan, zero_of
from zenml.steps.preprocesser.methods import METHODS, Place
from zenml.steps.preprocesser.overwrite import (
    KEYS,
    Call,
    Treatment,
    check_chain,
    read_calls,
)

FILLING_BY_KIND = {
    "boolean": Call("max", {}),
    "integer": Call("max", {}),
    "float": Call("max", {}),
    "string": Call("custom", {"custom_value": ""}),
}
_VOCABULARY = Call("compute_and_apply_vocabulary", {"top_k": None, "num_oov_buckets": None})
TRANSFORM_BY_KIND = {
    "boolean": Call("no_transform", {}),
    "integer": Call("scale_to_z_score", {}),
    "float": Call("scale_to_z_score", {}),
    "string": _VOCABULARY,
}


class StandardPreprocesser(PreprocessStep):
    """Fills and transforms each column by its type, or as `overwrite` says.

    Outputs are called `<feature>_xf` and `<label>_xl`. By default:

    | type | missing cells | transform |
    |---|---|---|
    | boolean | the largest | none |
    | integer, float | the largest | to a mean of 0 and a standard deviation of 1 |
    | string | '' | index in the vocabulary, the most frequent first |

    NaN within a list of floats is filled as a missing cell is.
    '' and what training never saw share the index after the vocabulary's last. A label
    is not scaled by default: a number stays what it is, a string becomes the index of
    its class, in the order of their names. A label has no default filling either: a row
    without its label teaches nothing, so missing ones end the run with their number before
    anything is trained; give the label a filling in `overwrite`, or leave those rows out of
    the data.

    Args:
        features: Columns that the model sees; None: all that are no labels.
        labels: Columns that it learns to predict.
        overwrite: `{column: {"transform": [{"method": name, "parameters": {...}}, ...],
            "filling": [{"method": name, "parameters": {...}}]}}`; either key may be left
            out. Transforms are applied one after another.

    Transforms: `scale_by_min_max(min, max)`, `scale_to_0_1`, `scale_to_z_score`,
    `compute_and_apply_vocabulary(top_k=None, num_oov_buckets=None)`, `hash_strings(hash_buckets)`,
    `ngrams(ngram_range, separator=" ")` (words, split at white space), `tfidf(vocab_size)`,
    `bucketize(num_buckets)`, `one_hot_encode(depth)`, `pca(output_dim, dtype="float32")`,
    `load_binary_image`, `image_reshape(height, width, channels)`, `no_transform`.
    Fillings: `min`, `max`, `mean`, `custom(custom_value)`, computed on the training splits.

    Example:
        >>> StandardPreprocesser(
        ...     labels=["species"],
        ...     overwrite={"mass": {"transform": [{"method": "scale_to_0_to_1"}]}},
        ... ).check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: StandardPreprocesser: overwrite['mass']['transform']: \
there is no transform called 'scale_to_0_to_1'. Did you mean 'scale_to_0_1'? There are bucketize, \
compute_and_apply_vocabulary, hash_strings, image_reshape, load_binary_image, ngrams, \
no_transform, one_hot_encode, pca, scale_by_min_max, scale_to_0_1, scale_to_z_score, tfidf.
    """

    def __init__(
        self,
        *,
        features: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        overwrite: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Stores which columns to use and how."""
        self.features = features
        self.labels = labels
        self.overwrite = overwrite
        super().__init__(**kwargs)

    def check(self) -> None:
        """Checks names, parameters and types of the arguments.

        Raises:
            StepArgumentError: Names the column, the method, what was given and what would do.
        """
        super().check()
        for argument in ("features", "labels"):
            names = getattr(self, argument)
            fine = isinstance(names, (list, tuple)) and all(isinstance(n, str) for n in names)
            if names is not None and not fine:
                raise self.fail(argument, names, "a list of column names, or None")
        if self.features is not None and not self.features:
            raise self.fail("features", self.features, "a list of one column or more, or None")
        for name in self.features or ():
            if name in (self.labels or ()):
                raise self._error(f"{name!r} is both a feature and a label; it can be one of them.")
        if not isinstance(self.overwrite, (Mapping, type(None))):
            raise self.fail("overwrite", self.overwrite, "a mapping by column, or None")
        used = None if self.features is None else [*self.features, *(self.labels or ())]
        for name in self.overwrite or {}:
            self._check_entry(name, used)

    def _check_entry(self, name: str, used: list[str] | None) -> None:
        if used is not None and name not in used:
            raise self._error(
                f"overwrite has {name!r}, which is neither a feature nor a label."
                f"{did_you_mean(name, used)} They are {', '.join(used)}."
            )
        self._calls(name)

    def _calls(self, name: str) -> dict[str, tuple[Call, ...]]:
        entry = (self.overwrite or {}).get(name, {})
        if not isinstance(entry, Mapping):
            raise self.fail(
                f"overwrite[{name!r}]", entry, "a mapping with 'transform' or 'filling'"
            )
        step = type(self).__name__
        for key in entry:
            if key not in (*KEYS, "resampling"):
                raise self._error(
                    f"overwrite[{name!r}] has the key {key!r}.{did_you_mean(key, KEYS)} "
                    f"It can have {' and '.join(map(repr, KEYS))}."
                )
        return {kind: read_calls(step, name, kind, entry[kind]) for kind in KEYS if kind in entry}

    def check_schema(self, schema: Any) -> None:
        """Checks that the columns are there, and that their types suit what is done to them.

        Raises:
            StepArgumentError: Names the column, and the columns that there are.
        """
        kinds = kinds_of(schema)
        for argument in ("features", "labels", "overwrite"):
            for name in getattr(self, argument) or ():
                if name not in kinds:
                    raise self._error(
                        f"{argument} names the column {name!r}, which is not in the data."
                        f"{did_you_mean(name, kinds)} It has {', '.join(sorted(kinds))}."
                    )
        for name, kind in kinds.items():
            if name in (self.labels or ()) or name in self._features(kinds):
                treatment = self._treatment(name, kind)
                check_chain(f"{type(self).__name__}: column {name!r}", treatment, kind)

    def required_columns(self, schema: Any) -> list[str]:
        """Labels without a filling that the schema says can be missing."""
        return [
            name
            for name in self.labels or ()
            if (may_be_missing(schema, name) or may_hold_nan(schema, name))
            and "filling" not in self._calls(name)
        ]

    def learned_columns(self, schema: Any) -> list[str]:
        """Numbers that can be missing, whose filling is computed from the others."""
        kinds = kinds_of(schema)
        used = [*self._features(kinds), *(self.labels or ())]
        optional = [n for n in used if kinds[n] != "string" and may_be_missing(schema, n)]
        fillings = {name: self._treatment(name, kinds[name]).filling for name in optional}
        return [name for name, call in fillings.items() if call and call.method != "custom"]

    @property
    def makes_no_labels(self) -> bool:
        """Whether none are named; a subclass may make some in a `preprocessing_fn` of its own."""
        own = type(self).preprocessing_fn is not StandardPreprocesser.preprocessing_fn
        return not self.labels and not own

    def one_hot_labels(self) -> list[str]:
        """Labels that end as `one_hot_encode` makes them."""
        labels = {name: self._calls(name).get("transform", ()) for name in self.labels or ()}
        return [
            f"{name}{LABEL}"
            for name, calls in labels.items()
            if calls and calls[-1].method == "one_hot_encode"
        ]

    def preprocessing_fn(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """Fills and transforms each feature and label; see the class.

        Args:
            inputs: Column name -> Tensor or SparseTensor.

        Returns:
            `<feature>_xf` and `<label>_xl` -> Tensor `[batch]` or `[batch, ...]`.
        """
        kinds = kinds_of(self.schema)
        outputs = {}
        for name in self._features(kinds):
            outputs[f"{name}{FEATURE}"] = self._treat(name, kinds[name], inputs[name])
        for name in self.labels or ():
            outputs[f"{name}{LABEL}"] = self._treat(name, kinds[name], inputs[name])
        return outputs

    def _features(self, kinds: Mapping[str, str]) -> list[str]:
        if self.features is not None:
            return list(self.features)
        return [name for name in kinds if name not in (self.labels or ())]

    def _treatment(self, name: str, kind: str) -> Treatment:
        calls, is_label = self._calls(name), name in (self.labels or ())
        filling = calls.get("filling", (None if is_label else FILLING_BY_KIND[kind],))[0]
        default = TRANSFORM_BY_KIND[kind]
        if is_label and kind != "string":
            default = Call("no_transform", {})
        return Treatment(filling, calls.get("transform", (default,)))

    def _treat(self, name: str, kind: str, column: Any) -> Any:
        import tensorflow as tf

        treatment = self._treatment(name, kind)
        column = prepare(self.schema, name, column)
        if isinstance(column, tf.SparseTensor) and not has_many_values(self.schema, name):
            call = treatment.filling
            value = FILLINGS[call.method].apply(column, **call.parameters) if call else None
            column = fill(column, zero_of(column) if value is None else value)
        elif treatment.filling and may_hold_nan(self.schema, name):
            call = treatment.filling
            filling = partial(FILLINGS[call.method].apply, **call.parameters)
            column = fill_nan(column, filling)
        for index, call in enumerate(treatment.transform):
            earlier = sum(c.method == call.method for c in treatment.transform[:index])
            place = Place(name, earlier, label=name in (self.labels or ()))
            column = METHODS[call.method].apply(column, place, **call.parameters)
        return to_output(column)

    def _error(self, text: str) -> StepArgumentError:
        return StepArgumentError(f"{type(self).__name__}: {text}")
