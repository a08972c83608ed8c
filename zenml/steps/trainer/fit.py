"""Whether a loss, its last activation and its units fit a label: asked before training."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any

from zenml.errors import StepArgumentError
from zenml.hints import number_of
from zenml.plain_log import warn
from zenml.steps.trainer.class_weights import label_values
from zenml.steps.trainer.columns import LABEL, Column
from zenml.steps.trainer.labels import class_indices
from zenml.steps.trainer.names import BOUNDED, OF_NUMBERS, snake

if TYPE_CHECKING:
    import numpy as np

_LOG = logging.getLogger(__name__)
_CLASSES = "loss='sparse_categorical_crossentropy', last_activation='softmax', output_units={}"
_SPARSE = 10  # times as large as their number: then values are no indices of classes
PROBABLE = ("binary_crossentropy", "binary_focal_crossentropy")
ONE_HOT = ("categorical_crossentropy", "categorical_focal_crossentropy", "categorical_hinge")


def check_head(step: Any) -> None:
    """Checks whether `output_units` go with `last_activation` and `loss`.

    Raises:
        StepArgumentError: One unit where a class each is needed.
    """
    if step.last_activation in ("softmax", "log_softmax", "sparsemax") and step.output_units == 1:
        raise step.fail(
            "output_units",
            1,
            f"the number of classes with last_activation={step.last_activation!r}, which is "
            "always the same for one unit",
        )
    if snake(step.loss).startswith("sparse_categorical") and step.output_units == 1:
        raise step.fail("output_units", 1, f"the number of classes with loss={step.loss!r}")


def check_labels(step: Any) -> None:
    """Checks all labels of the data, and warns of numbers that no head can come near to.

    Raises:
        StepArgumentError: Says which label does not fit, and which arguments would do.
    """
    for label in step.labels:
        check_label(step, label)
        found = out_of_reach(step, label)
        if found is not None:
            low, high = BOUNDED[step.last_activation]
            text = (
                f"{type(step).__name__}: the label {label.name!r} holds {found!r}, and "
                f"last_activation={step.last_activation!r} gives numbers from {low} to {high}. "
                "What would do: last_activation='linear'."
            )
            warn(_LOG, text)


def out_of_reach(step: Any, label: Column) -> float | None:
    """The number of a label that is farthest from what the head can give; None where none is.

    Args:
        step: The trainer.
        label: The column; its training rows are read where the head has bounds.
    """
    import numpy as np

    bounds = BOUNDED.get(step.last_activation)
    if bounds is None or snake(step.loss) not in OF_NUMBERS:
        return None
    low, high = bounds
    farthest, found = 0.0, None
    for values in label_values(step, label):
        off = np.nan_to_num(np.maximum(low - values, values - high)).reshape(-1)
        if off.size and off.max() > farthest:
            farthest, found = off.max(), values.reshape(-1)[off.argmax()].item()
    return found


def check_label(step: Any, label: Column) -> None:
    """Checks one label against the arguments of the step.

    Raises:
        StepArgumentError: Says what the label is and which arguments would do.
    """
    loss, units = snake(step.loss), step.output_units
    if label.dtype == "string":
        raise _unfit(step, label, "holds strings", "give it 'compute_and_apply_vocabulary'")
    if None in label.shape:
        raise _unfit(step, label, "has any number of values a row", "a label needs one")
    width = math.prod(n or 1 for n in label.shape)
    if loss.startswith("sparse_categorical"):
        _check_indices(step, label, width)
    elif width != units:
        advice = f"output_units={width}"
        if width == 1:
            advice += ", or " + _CLASSES.format(label.classes or units)
            advice += ", or 'one_hot_encode' in the preprocesser"
        raise _unfit(step, label, f"has {width} number(s) a row", advice)
    elif loss in ONE_HOT and width == 1:
        raise _unfit(step, label, "is one number a row", "a one-hot label, or " + _classes(label))
    elif (label.classes or 0) > 2 and (
        loss == "binary_crossentropy" or step.last_activation in BOUNDED
    ):
        raise _unfit(step, label, f"is one of {label.classes} classes", _classes(label))
    _check_metrics(step, label)


def check_values(step: Any, label: Column, values: np.ndarray[Any, Any]) -> None:
    """Checks the values of a label, which are only known when they are read.

    Args:
        step: The trainer.
        label: The column.
        values: Those of a batch, of one row a row.

    Raises:
        StepArgumentError: An index that no unit stands for; or a number that is no
            probability where the loss takes it for one.
    """
    loss = snake(step.loss)
    if loss.startswith("sparse_categorical"):
        largest = int(class_indices(step, label, values).max(initial=0))
        if largest >= step.output_units:
            would_do = _numbered(step, label, largest) or f"output_units={largest + 1}"
            raise _unfit(step, label, f"holds the class {largest}", would_do)
    elif loss in PROBABLE:
        outside = values[(values < 0) | (values > 1)]
        if outside.size:
            would_do = "a label of 0 and 1, or loss='mse' with last_activation='linear', or "
            raise _unfit(step, label, f"holds {outside[0].item()!r}", would_do + _classes(label))


def _numbered(step: Any, label: Column, largest: int) -> str:
    """What would do where few numbers, such as years, stand for the classes; "" elsewhere."""
    import numpy as np

    name = label.name.removesuffix(LABEL)
    raw = [feature.name for feature in step.schema.feature] if step.schema else []
    if label.classes is not None or name not in raw:
        return ""
    found: set[int] = set()
    for values in label_values(step, label):
        found.update(np.unique(values).tolist())
    if len(found) * _SPARSE > largest:
        return ""
    return (
        f"have its {number_of('values', len(found))} numbered from 0, as those of a text are: "
        f"schema={{{name!r}: 'STRING'}} in the datasource, and output_units={len(found)}"
    )


def _classes(label: Column) -> str:
    return _CLASSES.format(label.classes or "<number of classes>")


def _check_metrics(step: Any, label: Column) -> None:
    """Refuses metrics that take the index of a class for a number, or the other way round."""
    is_index = snake(step.loss).startswith("sparse_categorical")
    for place, name in enumerate(step.metrics):
        takes_index = snake(name).startswith("sparse_")
        if snake(name) not in ("acc", "accuracy") and takes_index is not is_index:
            what = "an index of a class" if is_index else "no index of a class"
            would_do = f"'accuracy', or one for the label {label.name!r}, which is {what}"
            raise step.fail(f"metrics[{place}]", name, would_do)


def _check_indices(step: Any, label: Column, width: int) -> None:
    if label.dtype != "int64":
        raise _unfit(
            step,
            label,
            f"holds values of type {label.dtype}",
            "the label must be a class index: "
            "give it 'no_transform' or 'compute_and_apply_vocabulary' in the preprocesser",
        )
    if width != 1:
        raise _unfit(step, label, f"has {width} numbers a row", "loss='categorical_crossentropy'")
    if label.classes is not None and label.classes > step.output_units:
        raise _unfit(
            step, label, f"is one of {label.classes} classes", f"output_units={label.classes}"
        )


def _unfit(step: Any, label: Column, what: str, would_do: str) -> StepArgumentError:
    return StepArgumentError(
        f"{type(step).__name__}: loss={step.loss!r}, last_activation={step.last_activation!r} and "
        f"output_units={step.output_units} do not fit the label {label.name!r}, which {what}. "
        f"What would do: {would_do}."
    )
