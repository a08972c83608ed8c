"""Checks of arguments that trainers have in common."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from zenml.errors import DataError, StepArgumentError


def check_counts(step: Any, *names: str) -> None:
    """Checks arguments that are integers above 0.

    Raises:
        StepArgumentError: Names one that is not.
    """
    for name in names:
        if not is_count(getattr(step, name)):
            raise step.fail(name, getattr(step, name), "an integer above 0")


def check_positive(step: Any, *names: str) -> None:
    """Checks arguments that are numbers above 0.

    Raises:
        StepArgumentError: Names one that is not.
    """
    for name in names:
        if not is_number(getattr(step, name)) or not getattr(step, name) > 0:
            raise step.fail(name, getattr(step, name), "a number above 0")


def check_layers(step: Any) -> None:
    """Checks `hidden_layers` and `dropout_chance`.

    Raises:
        StepArgumentError: One of them cannot be.
    """
    chance, layers = step.dropout_chance, step.hidden_layers
    if not is_number(chance) or not 0 <= chance < 1:
        raise step.fail("dropout_chance", chance, "a number from 0 to below 1")
    if not isinstance(layers, (list, tuple)) or not all(map(is_count, layers)):
        raise step.fail("hidden_layers", layers, "a list of integers above 0")


def check_seed(step: Any) -> None:
    """Checks `seed`.

    Raises:
        StepArgumentError: It cannot be.
    """
    if type(step.seed) is not int or not 0 <= step.seed < 2**32:
        raise step.fail("seed", step.seed, "an integer from 0 to 2**32 - 1")


def check_stopping(step: Any) -> None:
    """Checks `patience`, and that what is yes or no is.

    Raises:
        StepArgumentError: One of them cannot be.
    """
    if step.patience is not None and not is_count(step.patience):
        raise step.fail("patience", step.patience, "None, or a number of epochs above 0")
    for name in ("restore_best", "checkpoints"):
        if not isinstance(getattr(step, name, False), bool):
            raise step.fail(name, getattr(step, name), "True or False")


def check_name(step: Any, argument: str, name: Any, known: Collection[str], kind: str) -> None:
    """Checks the name of something that a framework knows.

    Args:
        step: The trainer.
        argument: Where the name stands.
        name: What was given.
        known: The names that there are.
        kind: What they name, e.g. "Keras loss".

    Raises:
        StepArgumentError: Says which name is near.
    """
    import difflib

    if isinstance(name, str) and name in known:
        return
    near = difflib.get_close_matches(str(name), list(known), n=1)
    some = ", ".join(sorted(n for n in known if n.islower()))
    examples = f"such as {near[0]!r}" if near else f"one of {some}"
    raise step.fail(argument, name, f"the name of a {kind}, {examples}")


def check_names(
    step: Any,
    losses: Collection[str],
    metrics: Collection[str],
    activations: Collection[str],
    framework: str = "",
) -> None:
    """Checks the names of the loss, the metrics and the activations of a network.

    Args:
        step: The trainer.
        losses: The names that there are.
        metrics: The same.
        activations: The same.
        framework: Whose names they are, e.g. "Keras"; "" where errors need not say it.

    Raises:
        StepArgumentError: Says which name is near.
    """
    of = f"{framework} " if framework else ""
    check_name(step, "loss", step.loss, losses, f"{of}loss")
    for argument in ("hidden_activation", "last_activation"):
        check_name(step, argument, getattr(step, argument), activations, f"{of}activation")
    check_metrics(step, metrics, f"{of}metric")


def check_metrics(step: Any, known: Collection[str], kind: str = "metric") -> None:
    """Checks the names of the metrics.

    Args:
        step: The trainer.
        known: The names that there are.
        kind: What they name, e.g. "Keras metric".

    Raises:
        StepArgumentError: They are no list, or one is not known; says which name is near.
    """
    if not isinstance(step.metrics, (list, tuple)):
        raise step.fail("metrics", step.metrics, f"a list of names of {kind}s")
    for index, name in enumerate(step.metrics):
        check_name(step, f"metrics[{index}]", name, known, kind)


def check_finite(step: Any, epoch: int, *losses: float) -> None:
    """Checks the losses of an epoch: after NaN, no weight is a number any more.

    Args:
        step: The trainer.
        epoch: Its number, from 1 on.
        losses: Of training, and of evaluation where there is one.

    Raises:
        DataError: One is NaN or infinite.
    """
    if not all(map(math.isfinite, losses)):
        raise DataError(
            f"{type(step).__name__}: the loss is no number after epoch {epoch}. A feature or "
            f"the label has values that are none (NaN or infinite), or lr={step.lr} is too large."
        )


def need_evaluation(step: Any, eval: Any) -> None:
    """Refuses early stopping where there are no rows to stop by.

    Raises:
        StepArgumentError: `patience` is given and `eval` is None.
    """
    if step.patience is not None and eval is None:
        raise StepArgumentError(
            f"{type(step).__name__}: patience is {step.patience}, and the data has none of the "
            "evaluation splits, or no rows in them, by which training would be stopped. Let the "
            "split make one called 'eval', or name it: split_mapping={'eval_splits': [...]}."
        )


def is_count(value: Any) -> bool:
    """Whether it is an integer above 0."""
    return type(value) is int and value > 0


def is_number(value: Any) -> bool:
    """Whether it is an integer or a float, and neither NaN nor infinite."""
    return isinstance(value, (int, float)) and type(value) is not bool and abs(value) < math.inf


def check_network(step: Any, *counts: str) -> None:
    """Checks what feed-forward networks of every framework have in common.

    Args:
        step: The trainer.
        counts: Names of its arguments that are integers above 0.

    Raises:
        StepArgumentError: Names the argument, what was given and what would do.
    """
    check_counts(step, *counts)
    check_positive(step, "lr")
    check_layers(step)
    check_seed(step)
    check_stopping(step)
