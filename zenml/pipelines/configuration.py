"""The configuration of a run: what is set where a pipeline is run, and not where it is written."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zenml import spec_yaml
from zenml.errors import PipelineError, SpecError
from zenml.hints import did_you_mean
from zenml.pipelines.options import EXECUTION_MODES

_STEP_KEYS = (
    "parameters", "enable_cache", "retry", "settings", "extra", "on_failure", "on_success",
)  # fmt: skip


@dataclass(frozen=True)
class RunConfiguration:
    """What a run sets, in its call or in a YAML file.

    Attributes:
        run_name: Name of the run; `{date}` and `{time}` are filled in.
        enable_cache: Whether earlier results may be reused, by every step.
        parameters: Parameters of a pipeline that is a function.
        steps: Step -> `parameters`, `enable_cache`, `retry`, `settings`, `extra`,
            `on_failure`, `on_success`.
        settings: For what runs the pipeline; kept with the run.
        extra: Anything else to be kept with the run.
        tags: Words to find the run by.
        retry: How often each failing step is tried again.
        max_workers: How many steps may run at the same time, each in a process.
        execution_mode: "fail_fast" or "continue"; see `PipelineOptions`.
        schedule: Refused: nothing here runs pipelines by the clock.

    Example:
        >>> RunConfiguration.from_dict({"enable_cash": False}, "run.yaml")
        Traceback (most recent call last):
        zenml.errors.SpecError: run.yaml: unknown key 'enable_cash'. Did you mean 'enable_cache'? \
Known are enable_cache, execution_mode, extra, max_workers, parameters, retry, run_name, schedule, \
settings, steps, tags.
    """

    run_name: str | None = None
    enable_cache: bool | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    retry: Any = None
    max_workers: int | None = None
    execution_mode: str | None = None
    schedule: Any = None

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> RunConfiguration:
        """Reads a YAML file.

        Raises:
            SpecError: Names the file, the key, and what would do.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise SpecError(f"Cannot read the run configuration {path}: {exc}") from exc
        return cls.from_dict(spec_yaml.load_yaml(text, str(path)) or {}, str(path))

    @classmethod
    def from_dict(cls, data: Any, where: str) -> RunConfiguration:
        """Checks plain data.

        Args:
            data: A mapping of the attributes.
            where: Said in errors: the file.

        Raises:
            SpecError: Names the key that is wrong.
        """
        known = sorted(item.name for item in dataclasses.fields(cls))
        _check_keys(data, known, where)
        for name in ("parameters", "steps", "settings", "extra"):
            if not isinstance(data.get(name, {}) or {}, Mapping):
                raise SpecError(f"{where}: {name!r} must be a mapping, not {data[name]!r}.")
        if not isinstance(data.get("enable_cache"), (bool, type(None))):
            raise SpecError(f"{where}: 'enable_cache' must be true or false.")
        if not isinstance(data.get("run_name"), (str, type(None))):
            raise SpecError(f"{where}: 'run_name' must be a string.")
        workers = data.get("max_workers", 1)
        if type(workers) not in (int, type(None)) or (workers is not None and workers < 1):
            raise SpecError(f"{where}: 'max_workers' must be a whole number, 1 or more.")
        if data.get("execution_mode") not in (None, *EXECUTION_MODES):
            modes = " or ".join(map(repr, EXECUTION_MODES))
            raise SpecError(f"{where}: 'execution_mode' must be {modes}.")
        tags = data.get("tags") or ()
        if not isinstance(tags, (list, tuple)) or not all(isinstance(tag, str) for tag in tags):
            raise SpecError(f"{where}: 'tags' must be a list of strings, not {tags!r}.")
        for name, step in (data.get("steps") or {}).items():
            _check_keys(step, _STEP_KEYS, f"{where}: steps.{name}")
        if data.get("schedule") is not None:
            raise SpecError(
                f"{where}: 'schedule' cannot be kept: nothing here runs pipelines by the clock. "
                "Run the script from cron, or from your CI."
            )
        given = {key: value for key, value in data.items() if value is not None}
        return cls(**{**given, "tags": tuple(tags)})

    def merged(self, over: RunConfiguration) -> RunConfiguration:
        """This configuration with another one's values before its own."""
        steps = {
            name: {**self.steps.get(name, {}), **over.steps.get(name, {})}
            for name in {**self.steps, **over.steps}
        }
        return RunConfiguration(
            run_name=over.run_name or self.run_name,
            enable_cache=self.enable_cache if over.enable_cache is None else over.enable_cache,
            parameters={**self.parameters, **over.parameters},
            steps=steps,
            settings={**self.settings, **over.settings},
            extra={**self.extra, **over.extra},
            tags=tuple(dict.fromkeys([*self.tags, *over.tags])),
            retry=self.retry if over.retry is None else over.retry,
            max_workers=over.max_workers or self.max_workers,
            execution_mode=over.execution_mode or self.execution_mode,
        )

    def check_steps(self, names: list[str]) -> None:
        """Refuses what is set for a step that the pipeline does not have.

        Raises:
            PipelineError: Names it, and the steps there are.
        """
        for name in self.steps:
            if name not in names:
                raise PipelineError(
                    f"The run configuration sets the step {name!r}, which the pipeline does not "
                    f"have.{did_you_mean(name, names)} It has {', '.join(names)}."
                )


def _check_keys(data: Any, known: list[str] | tuple[str, ...], where: str) -> None:
    if not isinstance(data, Mapping):
        raise SpecError(f"{where} must be a mapping, not {data!r}.")
    for key in data:
        if key not in known:
            raise SpecError(
                f"{where}: unknown key {key!r}.{did_you_mean(key, known)} "
                f"Known are {', '.join(sorted(known))}."
            )
