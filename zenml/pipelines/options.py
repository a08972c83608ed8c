"""Options of a pipeline: how its runs go, beside what they compute."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zenml.errors import PipelineInterfaceError
from zenml.hints import shown
from zenml.steps.options import Hook, StepRetryConfig, changes, hook_source, plain_mapping

EXECUTION_MODES = ("fail_fast", "continue")


@dataclass(frozen=True)
class PipelineOptions:
    """What `@pipeline(...)` and `with_options(...)` take.

    Attributes:
        enable_cache: Whether earlier results may be reused.
        run_name: Name of its runs; `{date}` and `{time}` are filled in.
        unlisted: Whether its runs belong to no pipeline.
        max_workers: How many steps may run at the same time, each in a process.
        execution_mode: "fail_fast" ends the run at the first failure; "continue" goes
            on with what does not depend on the failed step.
        config_path: YAML file of a run configuration.
        retry: How often a failing step is tried again, where it does not say itself.
        on_failure: Hook of every step that has none.
        on_success: Likewise.
        settings: For what runs the pipeline; kept with the run.
        extra: Anything else to be kept with the run.
        tags: Words to find the runs by.

    Example:
        >>> PipelineOptions().changed({"max_workers": 2}, "Pipeline 'p'").max_workers
        2
    """

    enable_cache: bool | None = None
    run_name: str | None = None
    unlisted: bool = False
    max_workers: int = 1
    execution_mode: str | None = None
    config_path: str | None = None
    retry: StepRetryConfig | None = None
    on_failure: Hook | None = None
    on_success: Hook | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] | list[str] = ()

    def changed(self, values: Mapping[str, Any], where: str) -> PipelineOptions:
        """These options with others in their place; None leaves one as it is.

        Raises:
            PipelineInterfaceError: For an option that does not exist, or cannot be.
        """
        new = changes(self, values, where, PipelineInterfaceError)
        made = dataclasses.replace(self, **new)
        made.check(where)
        return made

    def check(self, where: str) -> None:
        """Refuses values that cannot be.

        Raises:
            PipelineInterfaceError: Names the option and what would do.
        """
        if self.execution_mode not in (None, *EXECUTION_MODES):
            raise PipelineInterfaceError(
                f"{where}: execution_mode is {self.execution_mode!r}; it must be one of "
                f"{', '.join(EXECUTION_MODES)}."
            )
        if not isinstance(self.max_workers, int) or self.max_workers < 1:
            raise PipelineInterfaceError(
                f"{where}: max_workers is {shown(self.max_workers)}; it must be 1 or more."
            )
        if not isinstance(self.run_name, (str, type(None))):
            raise PipelineInterfaceError(
                f"{where}: run_name is {shown(self.run_name)}; it must be a string."
            )
        if not isinstance(self.tags, (list, tuple)) or not all(
            isinstance(tag, str) for tag in self.tags
        ):
            raise PipelineInterfaceError(
                f"{where}: tags is {shown(self.tags)}; it must be a list of strings."
            )

    def to_settings(self, where: str, source_of: Callable[[Any], str]) -> dict[str, Any]:
        """What of it stands in the YAML as the settings of the pipeline."""
        found: dict[str, Any] = {
            "retry": self.retry.to_dict() if self.retry else None,
            "on_failure": hook_source(self.on_failure, f"{where}: on_failure", source_of),
            "on_success": hook_source(self.on_success, f"{where}: on_success", source_of),
            "settings": plain_mapping(self.settings, f"{where}: settings"),
            "extra": plain_mapping(self.extra, f"{where}: extra"),
            "tags": list(self.tags),
            "execution_mode": self.execution_mode,
        }
        return {key: value for key, value in found.items() if value}
