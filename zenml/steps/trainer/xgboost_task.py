"""What gradient boosting takes a label for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.models.columns import Column
from zenml.steps.trainer.class_weights import label_values
from zenml.steps.trainer.labels import class_indices, refuse_classes, unfit, width_of
from zenml.steps.trainer.xgboost_names import BINARY, CLASSES, NUMBER

if TYPE_CHECKING:
    from zenml.steps.trainer.xgboost import XGBoostTrainer


def task_of(step: XGBoostTrainer, label: Column) -> tuple[str, int]:
    """The objective, and the number of classes; 0 for a number.

    Args:
        step: The trainer; its `objective` decides, where it names one.
        label: Its label, whose training rows are read.

    Raises:
        StepArgumentError: The label does not fit the objective.
    """
    import numpy as np

    if width_of(label) > 1:
        raise unfit(step, label, f"has {width_of(label)} numbers a row", "one number a row")
    objective, classes = step.objective, label.classes or 0
    if classes == 0 and objective is None:
        are_bits = (np.isin(values, (0, 1)).all() for values in label_values(step, label))
        classes = 2 if all(are_bits) else 0
    if objective is None:
        objective = CLASSES if classes > 2 else BINARY if classes else NUMBER
    if objective not in (BINARY, CLASSES):
        would_do = f"objective={(CLASSES if classes > 2 else BINARY)!r}, or none"
        refuse_classes(step, label, f"the objective {objective!r}", would_do)
        return objective, 0
    indices = (class_indices(step, label, values) for values in label_values(step, label))
    classes = max(classes, *(int(some.max(initial=0)) + 1 for some in indices))
    if objective == BINARY and classes > 2:
        would_do = f"objective={CLASSES!r}"
        raise unfit(step, label, f"is one of {classes} classes", would_do)
    return objective, max(classes, 2)
