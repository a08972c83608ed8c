"""XGBoostTrainer: gradient boosting."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from zenml.errors import StepArgumentError
from zenml.extras import need_extra
from zenml.files import write_bytes
from zenml.hints import did_you_mean
from zenml.models.matrix import ONE_HOT_CLASSES, check_numbers
from zenml.steps.trainer import checks
from zenml.steps.trainer.class_weights import label_values, weights_of
from zenml.steps.trainer.estimators import check_parameters
from zenml.steps.trainer.labels import one_label
from zenml.steps.trainer.matrix import MatrixTrainer
from zenml.steps.trainer.xgboost_names import (
    ARGUMENTS,
    METRICS,
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
    LEARNS_LABELS: ClassVar[bool] = True

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
        checks.check_metrics(self, METRICS)
        if self.objective is not None:
            checks.check_name(self, "objective", self.objective, OBJECTIVES, "objective")
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
        from zenml.steps.trainer.xgboost_rows import batches_of, quantile_matrix
        from zenml.steps.trainer.xgboost_task import task_of

        checks.need_evaluation(self, eval)
        check_numbers(self.features)
        label = one_label(self, "XGBoost")
        objective, classes = task_of(self, label)
        check_metrics_of(self, objective)
        weights = None
        if self.class_weights is not None:
            weights = weights_of(self, label, label_values(self, label))
        bins = (self.params or {}).get("max_bin", _BINS)
        trained = quantile_matrix(partial(batches_of, self, train, weights, classes), None, bins)
        evaluated = None
        if eval is not None:
            evaluated = quantile_matrix(
                partial(batches_of, self, eval, None, classes), trained, bins
            )
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


GradientBoostingTrainer = XGBoostTrainer
