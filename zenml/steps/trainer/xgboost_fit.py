"""The boosting of trees, round by round."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml.errors import StepArgumentError
from zenml.files import write_bytes
from zenml.steps.trainer.epoch_lines import EpochLines
from zenml.steps.trainer.xgboost_names import CLASSES, OBJECTIVES, metric_named, value_of

if TYPE_CHECKING:
    from zenml.steps.trainer.xgboost import XGBoostTrainer


def boost(
    step: XGBoostTrainer, objective: str, classes: int, train: Any, eval: Any
) -> tuple[Any, dict[str, list[float]]]:
    """Boosts trees.

    Args:
        step: Says how.
        objective: What is learned, a key of `OBJECTIVES`.
        classes: How many classes there are.
        train: The rows, as `quantile_matrix` gives them.
        eval: The same for evaluation, or None.

    Returns:
        The booster, and its history: metric -> its value after each round.

    Raises:
        StepArgumentError: XGBoost cannot learn so; says why.
    """
    import xgboost

    from zenml.models.xgboost_model import reason

    found: dict[str, dict[str, list[float]]] = {}
    try:
        booster = xgboost.train(
            _parameters(step, objective, classes),
            train,
            num_boost_round=step.rounds,
            evals=[(train, "train"), *([] if eval is None else [(eval, "val")])],
            evals_result=found,
            callbacks=_callbacks(step, objective),
            verbose_eval=False,
        )
    except xgboost.core.XGBoostError as exc:
        raise StepArgumentError(
            f"{type(step).__name__}: XGBoost cannot learn {step.labels[0].name!r} so: {reason(exc)}"
        ) from exc
    return booster, _history(step, found, objective)


def _parameters(step: XGBoostTrainer, objective: str, classes: int) -> dict[str, Any]:
    metrics = [metric_named(metric, objective) for metric in step.metrics]
    return {
        "tree_method": "hist",
        **(step.params or {}),
        "objective": objective,
        "eta": step.lr,
        "max_depth": step.max_depth,
        "seed": step.seed,
        "eval_metric": list(dict.fromkeys([OBJECTIVES[objective], *metrics])),
        **({"num_class": classes} if objective == CLASSES else {}),
    }


def _callbacks(step: XGBoostTrainer, objective: str) -> list[Any]:
    """Callbacks that tell each round, and those of the arguments.

    One that stops has those after it left out.
    """
    import xgboost

    loss = OBJECTIVES[objective]
    made = [_telling(step, objective)]
    if step.checkpoints:
        made.append(_checkpoints(Path(step.log_dir, "checkpoints"), loss))
    if step.patience is not None:
        stopping = xgboost.callback.EarlyStopping(
            rounds=step.patience, metric_name=loss, data_name="val", save_best=step.restore_best
        )
        made.append(stopping)
    return made


def _telling(step: XGBoostTrainer, objective: str) -> Any:
    """A callback that says what each round came to."""
    import xgboost

    lines = EpochLines(step.rounds, "round")

    class Telling(xgboost.callback.TrainingCallback):  # type: ignore[misc]
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            newest = {
                side: {metric: values[-1:] for metric, values in found.items()}
                for side, found in evals_log.items()
            }
            told = _history(step, newest, objective)
            lines.tell(epoch + 1, {name: value for name, (value,) in told.items()})
            return False

        def after_training(self, model: Any) -> Any:
            lines.close()
            return model

    return Telling()


def _checkpoints(folder: Path, loss: str) -> Any:
    """A callback that keeps the best and the last round, each file whole at any time."""
    import xgboost

    class Checkpoints(xgboost.callback.TrainingCallback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._least = math.inf

        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            value = evals_log["val" if "val" in evals_log else "train"][loss][-1]
            names = ["last", "best"] if value < self._least else ["last"]
            self._least = min(value, self._least)
            held = bytes(model.save_raw("ubj"))
            for name in names:
                write_bytes(folder / f"{name}.ubj", held, sync=False)
            return False

    return Checkpoints()


def _history(
    step: XGBoostTrainer, found: Mapping[str, Mapping[str, Any]], objective: str
) -> dict[str, list[float]]:
    """As Keras would name the curves."""
    history: dict[str, list[float]] = {}
    for side, prefix in (("train", ""), ("val", "val_")):
        if side in found:
            history[f"{prefix}loss"] = list(found[side][OBJECTIVES[objective]])
            for metric in step.metrics:
                values = found[side][metric_named(metric, objective)]
                history[prefix + metric] = [value_of(metric, value) for value in values]
    return history
