"""XGBoostTrainer: gradient boosting."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from zenml.errors import DataError, StepArgumentError
from zenml.extras import need_extra
from zenml.files import write_bytes
from zenml.hints import did_you_mean
from zenml.models.columns import Column
from zenml.models.matrix import ONE_HOT_CLASSES, check_numbers, column_where
from zenml.steps.trainer import checks
from zenml.steps.trainer.class_weights import label_values, weights_of
from zenml.steps.trainer.estimators import check_parameters
from zenml.steps.trainer.labels import class_indices, one_label, refuse_classes, unfit, width_of
from zenml.steps.trainer.matrix import MatrixTrainer
from zenml.steps.trainer.xgboost_names import (
    ARGUMENTS,
    BINARY,
    CLASSES,
    METRICS,
    NUMBER,
    OBJECTIVES,
    PARAMS,
    check_metrics_of,
)

_BINS = 256


class XGBoostTrainer(MatrixTrainer):
    """Boosts trees with XGBoost.

    Numbers go in as they are, and a value that is none (NaN) is one that is missing. Indices
    of a vocabulary or of buckets go in one-hot where there are few of them, else as the
    index. Rows are read batch by batch; what stays in memory is a byte a value.

    Args:
        rounds: Trees that are added one after the other, at most; one for each class of several.
        lr: How much of each tree is added.
        max_depth: Of a tree.
        objective: What is learned, as XGBoost names it; None takes "binary:logistic" for a
            label of two classes or of 0 and 1, "multi:softprob" for one of several classes,
            "reg:squarederror" for any other number.
        metrics: Names of metrics, as Keras has them: accuracy, auc, mae, mse and
            root_mean_squared_error.
        params: Further parameters of XGBoost -> value.
        patience: Stops after so many rounds in which the loss of evaluation did not become
            less; None adds all.
        restore_best: With `patience`, the model ends with the round in which that loss was
            least, not with the last.
        checkpoints: Writes the trees up to the best and up to the last round to
            `checkpoints/` in the logs, after each round.
        class_weights: "balanced", or a dict of class, by its index or its word -> how much a
            row of it counts in training; 1 where it says nothing.
        one_hot_classes: How many indices a feature may have to go in one-hot.
        seed: Of what is drawn, where `params` have rows or columns drawn.

    Example:
        >>> XGBoostTrainer(params={"subsampel": 0.5}).check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: XGBoostTrainer: there is no parameter 'subsampel' for \
params. Did you mean 'subsample'?
    """

    PACKAGES: ClassVar[tuple[str, ...]] = (*MatrixTrainer.PACKAGES, "xgboost-cpu")

    def __init__(
        self,
        *,
        rounds: int = 100,
        lr: float = 0.3,
        max_depth: int = 6,
        objective: str | None = None,
        metrics: Sequence[str] = (),
        params: Mapping[str, Any] | None = None,
        patience: int | None = None,
        restore_best: bool = True,
        checkpoints: bool = False,
        class_weights: str | Mapping[Any, float] | None = None,
        one_hot_classes: int = ONE_HOT_CLASSES,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        """Stores how to boost."""
        self.rounds = rounds
        self.lr = lr
        self.max_depth = max_depth
        self.objective = objective
        self.metrics = metrics
        self.params = params
        self.patience = patience
        self.restore_best = restore_best
        self.checkpoints = checkpoints
        self.class_weights = class_weights
        self.one_hot_classes = one_hot_classes
        self.seed = seed
        super().__init__(**kwargs)

    def check(self) -> None:
        """Checks types, ranges and names of the arguments.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        super().check()
        checks.check_counts(self, "rounds", "max_depth")
        checks.check_positive(self, "lr")
        checks.check_stopping(self)
        if self.objective is not None:
            checks.check_name(self, "objective", self.objective, OBJECTIVES, "objective")
        checks.check_metrics(self, METRICS)
        if self.objective is not None:
            check_metrics_of(self, self.objective)
        check_parameters(self)
        for name in self.params or {}:
            self._check_param(name)
        bins = (self.params or {}).get("max_bin", _BINS)
        if not checks.is_count(bins) or bins < 2:
            raise self.fail("params['max_bin']", bins, "an integer above 1")
        need_extra("xgboost", "models", type(self).__name__, StepArgumentError)

    def _check_param(self, name: str) -> None:
        title = f"{type(self).__name__}: there is no parameter {name!r} for params."
        if name in ARGUMENTS:
            raise StepArgumentError(f"{title} It is the argument {ARGUMENTS[name]}.")
        if name not in PARAMS:
            hint = did_you_mean(name, PARAMS) or f" There are {', '.join(sorted(PARAMS))}."
            raise StepArgumentError(f"{title}{hint}")

    def model_fn(self, train: Any, eval: Any) -> Any:
        """Boosts the trees.

        Args:
            train: What `input_fn` gives for the training splits.
            eval: The same of the evaluation splits, or None.

        Returns:
            The `xgboost.Booster`.

        Raises:
            StepArgumentError: A label or parameters that do not fit, or `patience` without
                rows of evaluation.
            DataError: A feature that is not made of numbers, or has infinite ones.
        """
        from zenml.steps.trainer.xgboost_fit import boost
        from zenml.steps.trainer.xgboost_rows import quantile_matrix

        checks.need_evaluation(self, eval)
        check_numbers(self.features)
        label = one_label(self, "XGBoost")
        objective, classes = self._task(label)
        check_metrics_of(self, objective)
        weights = None
        if self.class_weights is not None:
            weights = weights_of(self, label, label_values(self, label))
        bins = (self.params or {}).get("max_bin", _BINS)
        trained = quantile_matrix(partial(self._read, train, weights, classes), None, bins)
        evaluated = None
        if eval is not None:
            evaluated = quantile_matrix(partial(self._read, eval, None, classes), trained, bins)
        booster, self.history = boost(self, objective, classes, trained, evaluated)
        return booster

    def predict(self, model: Any, matrix: Any) -> Any:
        """Probabilities, or a number; see `MatrixTrainer`."""
        from zenml.models.xgboost_model import boosted

        return boosted(model, matrix)

    def save(self, model: Any) -> None:
        """Saves the booster as `model.ubj` into `serving_model_dir`."""
        from zenml.models.xgboost_model import FILE, FORMAT

        write_bytes(os.path.join(self.serving_model_dir, FILE), bytes(model.save_raw("ubj")))
        self.describe(FORMAT, {"one_hot_classes": self.one_hot_classes})

    def _task(self, label: Column) -> tuple[str, int]:
        """The objective, and the number of classes; 0 for a number."""
        import numpy as np

        if width_of(label) > 1:
            raise unfit(self, label, f"has {width_of(label)} numbers a row", "one number a row")
        objective, classes = self.objective, label.classes or 0
        if classes == 0 and objective is None:
            are_bits = (np.isin(values, (0, 1)).all() for values in label_values(self, label))
            classes = 2 if all(are_bits) else 0
        if objective is None:
            objective = CLASSES if classes > 2 else BINARY if classes else NUMBER
        if objective not in (BINARY, CLASSES):
            would_do = f"objective={(CLASSES if classes > 2 else BINARY)!r}, or none"
            refuse_classes(self, label, f"the objective {objective!r}", would_do)
            return objective, 0
        indices = (class_indices(self, label, values) for values in label_values(self, label))
        classes = max(classes, *(int(some.max(initial=0)) + 1 for some in indices))
        if objective == BINARY and classes > 2:
            would_do = f"objective={CLASSES!r}"
            raise unfit(self, label, f"is one of {classes} classes", would_do)
        return objective, max(classes, 2)

    def _read(self, batches: Any, weights: Any, classes: int) -> Iterator[tuple[Any, Any, Any]]:
        import numpy as np

        label = self.labels[0]
        for arrays in batches.arrays():
            values = arrays[label.name].reshape(-1)
            if classes:
                values = class_indices(self, label, values)
                largest = int(values.max(initial=0))
                if largest >= classes:
                    what = f"holds the class {largest}, which no row of training has"
                    raise unfit(self, label, what, "another split, or a vocabulary for the label")
            elif not np.isfinite(values).all():
                would_do = "a number in each row: fill or transform it in the preprocesser"
                raise unfit(
                    self, label, "has values that are no numbers (NaN or infinite)", would_do
                )
            matrix = self.matrix(arrays)
            self._check_matrix(matrix)
            yield matrix, values, None if weights is None else weights[values]

    def _check_matrix(self, matrix: Any) -> None:
        import numpy as np

        name = column_where(np.isinf(matrix), self.features, self.one_hot_classes)
        if name is not None:
            raise DataError(
                f"{type(self).__name__}: the feature {name!r} has infinite values. Bound them in "
                "the preprocesser; one that is missing may be NaN."
            )


GradientBoostingTrainer = XGBoostTrainer
