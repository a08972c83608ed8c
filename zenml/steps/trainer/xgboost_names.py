"""What XGBoost has under which name, as far as trainers use it."""

from __future__ import annotations

from typing import Any

from zenml.steps.trainer.names import names

BINARY, CLASSES, NUMBER = "binary:logistic", "multi:softprob", "reg:squarederror"

# Objective -> the metric of XGBoost that is its loss. Those that give no probability of classes
# (multi:softmax, binary:hinge) and those that rank are left out.
OBJECTIVES = {
    BINARY: "logloss",
    CLASSES: "mlogloss",
    "count:poisson": "poisson-nloglik",
    "reg:absoluteerror": "mae",
    "reg:gamma": "gamma-nloglik",
    "reg:pseudohubererror": "mphe",
    NUMBER: "rmse",
    "reg:squaredlogerror": "rmsle",
}

# Metric, as Keras has it -> as XGBoost has it; several classes have names of their own.
METRICS = {
    "accuracy": "error",
    "auc": "auc",
    "mae": "mae",
    "mean_absolute_error": "mae",
    "mean_squared_error": "rmse",
    "mse": "rmse",
    "root_mean_squared_error": "rmse",
}

# Those that are arguments of the trainer -> the argument.
ARGUMENTS = {
    "eta": "lr",
    "eval_metric": "metrics",
    "learning_rate": "lr",
    "max_depth": "max_depth",
    "n_estimators": "rounds",
    "num_boost_round": "rounds",
    "num_class": "objective",
    "objective": "objective",
    "random_state": "seed",
    "seed": "seed",
}

PARAMS = names(
    """
    alpha base_score colsample_bylevel colsample_bynode colsample_bytree device gamma
    grow_policy huber_slope interaction_constraints lambda max_bin max_delta_step max_leaves
    min_child_weight min_split_loss monotone_constraints n_jobs nthread num_parallel_tree
    reg_alpha reg_lambda sampling_method scale_pos_weight subsample
    """
)


# Metrics of chances and those of numbers; an objective of two classes has both.
_OF_CLASSES = ("accuracy", "auc")


def check_metrics_of(step: Any, objective: str) -> None:
    """Checks whether the metrics go with an objective.

    Args:
        step: The trainer.
        objective: A key of `OBJECTIVES`.

    Raises:
        StepArgumentError: Names one that does not, and one that does.
    """
    for place, name in enumerate(step.metrics):
        is_of_classes = name in _OF_CLASSES
        if objective != BINARY and is_of_classes is not (objective == CLASSES):
            near = "'accuracy' or 'auc'" if objective == CLASSES else "'mae' or 'mse'"
            would_do = (
                f"a metric of what is learned, such as {near} with the objective {objective!r}"
            )
            raise step.fail(f"metrics[{place}]", name, would_do)


def metric_named(metric: str, objective: str) -> str:
    """The metric of XGBoost for one of Keras.

    Example:
        >>> metric_named("accuracy", "multi:softprob")
        'merror'
    """
    found = METRICS[metric]
    return "merror" if found == "error" and objective == CLASSES else found


def value_of(metric: str, value: float) -> float:
    """The value of a metric of Keras, from that of XGBoost.

    Example:
        >>> value_of("accuracy", 0.25), value_of("mse", 2.0)
        (0.75, 4.0)
    """
    if metric == "accuracy":
        return 1 - value
    return value**2 if metric in ("mean_squared_error", "mse") else value
