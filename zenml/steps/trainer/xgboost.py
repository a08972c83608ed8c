"""XGBoostTrainer: gradient boosting."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from zenml.errors import StepArgumentError
from zenml.extras import need_extra
from zenml.files import write_bytes
from zenml.hints import did_you_mean
from zenml.models.columns import Column
from zenml.models.matrix import ONE_HOT_CLASSES, check_numbers
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
    metric_named,
    value_of,
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
        if not isinstance(self.metrics, (list, tuple)):
            raise self.fail("metrics", self.metrics, "a list of names of metrics")
        for index, name in enumerate(self.metrics):
            checks.check_name(self, f"metrics[{index}]", name, METRICS, "metric")
        check_parameters(self)
        for name in self.params or {}:
            self._check_param(name)
        need_extra("xgboost", "models", type(self).__name__, StepArgumentError)

    def _check_param(self, name: str) -> None:
        title = f"{type(self).__name__}: there is no parameter {name!r} for params."
        if name in ARGUMENTS:
            own = ARGUMENTS[name]
            is_own = own in self.arguments
            raise StepArgumentError(f"{title} It is the argument {own}." if is_own else title)
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
            DataError: A feature that is not made of numbers.
        """
        import xgboost

        from zenml.steps.trainer.xgboost_rows import quantile_matrix

        checks.need_evaluation(self, eval)
        check_numbers(self.features)
        label = one_label(self, "XGBoost")
        objective, classes = self._task(label)
        weights = None
        if self.class_weights is not None:
            weights = weights_of(self, label, label_values(self, label))
        bins = int((self.params or {}).get("max_bin", _BINS))
        sides = {"train": (train, weights)} | ({"val": (eval, None)} if eval is not None else {})
        evaluated: list[tuple[Any, str]] = []
        for name, (batches, some) in sides.items():
            first = evaluated[0][0] if evaluated else None
            rows = quantile_matrix(partial(self._read, batches, some, classes), first, bins)
            evaluated.append((rows, name))
        found: dict[str, dict[str, list[float]]] = {}
        try:
            booster = xgboost.train(
                self._boosting(objective, classes),
                evaluated[0][0],
                num_boost_round=self.rounds,
                evals=evaluated,
                evals_result=found,
                callbacks=self._callbacks(objective),
                verbose_eval=False,
            )
        except xgboost.core.XGBoostError as exc:
            reason = str(exc).strip().splitlines()[0]
            raise StepArgumentError(
                f"{type(self).__name__}: XGBoost cannot learn {label.name!r} so: {reason}"
            ) from exc
        self._keep_history(found, objective)
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
        if classes == 0 and objective is None and label.dtype == "int64":
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
        label = self.labels[0]
        for arrays in batches.arrays():
            values = arrays[label.name].reshape(-1)
            if classes:
                values = class_indices(self, label, values)
            yield self.matrix(arrays), values, None if weights is None else weights[values]

    def _boosting(self, objective: str, classes: int) -> dict[str, Any]:
        loss = OBJECTIVES[objective]
        metrics = [metric_named(metric, objective) for metric in self.metrics]
        return {
            "tree_method": "hist",
            **(self.params or {}),
            "objective": objective,
            "eta": self.lr,
            "max_depth": self.max_depth,
            "seed": self.seed,
            "eval_metric": list(dict.fromkeys([loss, *metrics])),
            **({"num_class": classes} if objective == CLASSES else {}),
        }

    def _callbacks(self, objective: str) -> list[Any]:
        import xgboost

        if self.patience is None:
            return []
        stopping = xgboost.callback.EarlyStopping(
            rounds=self.patience,
            metric_name=OBJECTIVES[objective],
            data_name="val",
            save_best=self.restore_best,
        )
        return [stopping]

    def _keep_history(self, found: Mapping[str, Mapping[str, Any]], objective: str) -> None:
        history: dict[str, list[float]] = {}
        for side, prefix in (("train", ""), ("val", "val_")):
            if side in found:
                history[f"{prefix}loss"] = list(found[side][OBJECTIVES[objective]])
                for metric in self.metrics:
                    values = found[side][metric_named(metric, objective)]
                    history[prefix + metric] = [value_of(metric, value) for value in values]
        self.history = history


GradientBoostingTrainer = XGBoostTrainer
