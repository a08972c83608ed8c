"""Options of a step: how it runs, beside what it computes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from zenml.errors import SpecError, StepArgumentError, ZenMLError
from zenml.hints import did_you_mean, shown
from zenml.keywords import source_of
from zenml.spec_values import check_json

Hook = Callable[..., Any] | str


@dataclass(frozen=True)
class StepRetryConfig:
    """How often a failing step is tried again.

    Attributes:
        max_retries: How many times after the first.
        delay: Seconds before the first retry.
        backoff: What the delay is multiplied with before each further one.

    Example:
        >>> StepRetryConfig(max_retries=2, delay=1, backoff=2).to_dict()
        {'max_retries': 2, 'delay': 1, 'backoff': 2}
        >>> StepRetryConfig(max_retries=-1)
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: Retry: max_retries is -1; it must be a whole number, \
0 or more.
    """

    max_retries: int = 1
    delay: float = 0
    backoff: float = 1

    def __post_init__(self) -> None:
        """Checks the numbers."""
        if not _is_number(self.max_retries, whole=True):
            raise StepArgumentError(
                f"Retry: max_retries is {self.max_retries!r}; it must be a whole number, 0 or more."
            )
        for name in ("delay", "backoff"):
            if not _is_number(getattr(self, name)):
                raise StepArgumentError(
                    f"Retry: {name} is {getattr(self, name)!r}; it must be a number, 0 or more."
                )

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the YAML file."""
        return {"max_retries": self.max_retries, "delay": self.delay, "backoff": self.backoff}

    @classmethod
    def of(cls, value: Any, where: str) -> StepRetryConfig:
        """The configuration that a user wrote as such, or as a mapping."""
        if isinstance(value, cls):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return cls(max_retries=value)
        known = [item.name for item in fields(cls)]
        if not isinstance(value, Mapping) or not set(value) <= set(known):
            raise StepArgumentError(
                f"{where}: retry is {value!r}; it must be a StepRetryConfig, or a mapping with "
                f"{', '.join(known)}."
            )
        return cls(**value)


def _is_number(value: Any, whole: bool = False) -> bool:
    kinds = (int,) if whole else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool) and value >= 0


@dataclass(frozen=True)
class StepOptions:
    """What `@step(...)`, `with_options(...)` and `configure(...)` take.

    Attributes:
        name: Of the step in its pipelines; None is that of its function or class.
        enable_cache: Whether earlier results may be reused; None is as the pipeline says.
        retry: How often it is tried again when it fails.
        on_failure: Called with the exception once the step has failed for good.
        on_success: Called once it has succeeded.
        settings: For what runs the step; kept with the run.
        extra: Anything else to be kept with the run.
        output_materializers: Materializer of every output, or output -> materializer.
        parameters: Parameter -> value.

    Example:
        >>> StepOptions().changed({"enable_cache": False}, "Step `train`").enable_cache
        False
    """

    name: str | None = None
    enable_cache: bool | None = None
    retry: StepRetryConfig | None = None
    on_failure: Hook | None = None
    on_success: Hook | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    output_materializers: Any = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def changed(self, values: Mapping[str, Any], where: str) -> StepOptions:
        """These options with others in their place; mappings are merged.

        Raises:
            StepArgumentError: For an option that does not exist, or a value that cannot be.
        """
        new = changes(self, values, where, StepArgumentError)
        if not isinstance(new.get("name", "x"), str) or new.get("name") == "":
            raise StepArgumentError(
                f"{where}: name is {shown(new['name'])}; it must be a string that is not empty."
            )
        return replace(self, **new)

    def to_settings(
        self, where: str, source_of: Callable[[Any], str] = source_of
    ) -> dict[str, Any]:
        """What of it stands in the YAML as the settings of a node."""
        found: dict[str, Any] = {
            "enable_cache": self.enable_cache,
            "retry": self.retry.to_dict() if self.retry else None,
            "on_failure": hook_source(self.on_failure, f"{where}: on_failure", source_of),
            "on_success": hook_source(self.on_success, f"{where}: on_success", source_of),
            "settings": plain_mapping(self.settings, f"{where}: settings"),
            "extra": plain_mapping(self.extra, f"{where}: extra"),
        }
        return {key: value for key, value in found.items() if value not in (None, {})}


_MAPPINGS = ("settings", "extra", "parameters")


def changes(
    options: Any, values: Mapping[str, Any], where: str, error: type[ZenMLError]
) -> dict[str, Any]:
    """What `values` change in the options of a step or pipeline; None changes nothing.

    Args:
        options: A dataclass of options.
        values: Option -> value; a mapping is merged into the one that is there.
        where: Said in errors.
        error: What is raised.

    Raises:
        ZenMLError: (`error`) an option that does not exist, or a value that cannot be.
    """
    known = [item.name for item in fields(options)]
    for name in values:
        if name not in known:
            raise error(
                f"{where} has no option {name!r}.{did_you_mean(name, known)} There are "
                f"{', '.join(known)}."
            )
    new = {name: value for name, value in values.items() if value is not None}
    for name, value in new.items():
        if name == "retry":
            new[name] = StepRetryConfig.of(value, where)
        elif name == "enable_cache" and not isinstance(value, bool):
            raise error(f"{where}: enable_cache is {shown(value)}; it must be True or False.")
        elif name in ("on_failure", "on_success"):
            hook_source(value, f"{where}: {name}")
        elif name in _MAPPINGS:
            if not isinstance(value, Mapping):
                raise error(f"{where}: {name} is {shown(value)}; it must be a mapping.")
            new[name] = {**getattr(options, name), **value}
    return new


def plain_mapping(value: Mapping[str, Any], where: str) -> dict[str, Any]:
    """A mapping as the YAML holds it.

    Raises:
        StepArgumentError: Names the value that no YAML can hold.
    """
    try:
        return dict(check_json(value, where))
    except SpecError as exc:
        raise StepArgumentError(str(exc)) from exc


def hook_source(hook: Any, where: str, source_of: Callable[[Any], str] = source_of) -> str | None:
    """Dotted path of a hook, by which it is found where the step runs.

    Args:
        hook: The function, its path, or None.
        where: Said in the error.
        source_of: Tells the path of a function.

    Raises:
        StepArgumentError: No function, or one that cannot be found again.
    """
    if hook is None or (isinstance(hook, str) and re.fullmatch(r"[\w.]+\.\w+", hook)):
        return hook
    if not inspect.isfunction(hook) or "<" in hook.__qualname__:
        raise StepArgumentError(
            f"{where} is {shown(hook)}; it must be a function at the top level of a module, where "
            "it can be found again, or its path, as in 'alerts.send'."
        )
    return source_of(hook)
