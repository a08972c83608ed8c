"""BasePipeline: the root of every way to write a pipeline."""

from __future__ import annotations

import copy
import dataclasses
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from zenml import spec_yaml
from zenml.backends.base import BaseBackend, backend_from_config, check_backend
from zenml.edges import edge, edges
from zenml.errors import PipelineError, PipelineInterfaceError
from zenml.metadata.base import MetadataStore
from zenml.pipelines.checks import check_name, check_places
from zenml.pipelines.configuration import RunConfiguration
from zenml.pipelines.connecting import ConnectsSteps
from zenml.pipelines.graph import Graph
from zenml.pipelines.options import PipelineOptions
from zenml.pipelines.reading import names_datasource
from zenml.pipelines.slots import check_connect, keywords_of
from zenml.spec import PipelineSpec
from zenml.spec_values import TYPE_RULE, is_type
from zenml.steps.base import BaseStep

if TYPE_CHECKING:
    from zenml.artifacts.store import ArtifactStore
    from zenml.runtime.result import RunResult

_Pipeline = TypeVar("_Pipeline", bound="BasePipeline")
_FIXED_BY_YAML = (
    "name", "unlisted", "retry", "on_failure", "on_success", "settings", "extra", "tags",
)  # fmt: skip


@edges
class BasePipeline(ConnectsSteps):
    """Steps in an order, under a name that is unique in the repository.

    A subclass of a user's own says in `connect` how the steps are connected that it is
    made with. `@pipeline` makes one out of a function. `TrainingPipeline` and
    `DataPipeline` have their steps in slots.

    Args:
        steps: The steps that `connect` takes, in its order.
        name: Letters, digits, "_", "-", "." and spaces; None is the name of the class.
        enable_cache: Reuse results of earlier runs that have the same fingerprint.
        backend: The orchestrator; None is this machine.
        metadata_store: None is the repository's.
        artifact_store: None is the repository's.
        pipeline_name: The same as `name`.
        named_steps: The steps that `connect` takes, by name.

    Example:
        >>> from zenml.steps import step
        >>> @step
        ... def load() -> list:
        ...     return [1, 2]
        >>> class Numbers(BasePipeline):
        ...     def connect(self, loader):
        ...         loader()
        >>> Numbers(loader=load()).name
        'Numbers'
        >>> Numbers(load=load())
        Traceback (most recent call last):
        zenml.errors.PipelineInterfaceError: Pipeline 'Numbers' takes no step 'load'. Did you mean \
'loader'? It takes loader.
    """

    TYPE: ClassVar[str] = "steps"
    takes_steps: ClassVar[bool] = True
    options = PipelineOptions()

    def __init__(
        self,
        *steps: BaseStep,
        name: str | None = None,
        enable_cache: bool = True,
        backend: BaseBackend | None = None,
        metadata_store: MetadataStore | None = None,
        artifact_store: ArtifactStore | None = None,
        pipeline_name: str | None = None,
        **named_steps: BaseStep,
    ) -> None:
        """Stores the arguments; see the class."""
        self.name = check_name(name or pipeline_name or self._default_name())
        self.enable_cache = enable_cache
        self.backend = backend
        self.metadata_store = metadata_store
        self.artifact_store = artifact_store
        self._steps: dict[str, BaseStep] = {}
        self._take_steps(steps, named_steps)

    @edge
    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Checks `connect`, where the class defines it: what is wrong with it is said at once."""
        super().__init_subclass__(**kwargs)
        if "connect" in vars(cls):
            check_connect(cls, keywords_of(BasePipeline))

    @classmethod
    def _default_name(cls) -> str:
        """The class's name where it says how its steps are connected; else one made up."""
        return cls.__name__ if cls._takes_named_steps() else f"{cls.TYPE}-{uuid.uuid4().hex[:8]}"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: only a pipeline that is a function is called to run."""
        raise PipelineInterfaceError(f"Pipeline {self.name!r} is run by its method: .run().")

    def __repr__(self) -> str:
        """Its name, and the names of its steps, which need not be loaded for that."""
        of_file = [node.name for node in self._spec.nodes if node.step] if self._spec else []
        steps = ", ".join(self._steps or of_file)
        return f"<{type(self).__name__} {self.name!r}: {steps or 'no steps yet'}>"

    @property
    def steps_dict(self) -> dict[str, BaseStep]:
        """Name -> step; for a pipeline from a YAML file the steps are loaded here."""
        if self._spec is not None and not self._steps:
            from zenml.runtime.freeze import load_steps

            self._steps = load_steps(self._spec)
        return self._steps

    @property
    def parameters(self) -> dict[str, Any]:
        """What the pipeline was called with, where it is a function."""
        return {}

    def with_options(self: _Pipeline, **options: Any) -> _Pipeline:
        """A copy of the pipeline with other options.

        Args:
            options: `name`, and those of `PipelineOptions`: `enable_cache`, `run_name`,
                `unlisted`, `max_workers`, `execution_mode`, `config_path`, `retry`,
                `on_failure`, `on_success`, `settings`, `extra`, `tags`.

        Raises:
            PipelineInterfaceError: For an option that does not exist, or cannot be.
        """
        other = copy.copy(self)
        other._steps = dict(self._steps)
        return other.configure(**options)

    def configure(self: _Pipeline, **options: Any) -> _Pipeline:
        """Changes the options of this very pipeline; see `with_options`.

        Returns:
            The pipeline itself.
        """
        fixed = [name for name in _FIXED_BY_YAML if options.get(name)] if self.is_frozen else []
        if fixed:
            raise PipelineError(
                f"Pipeline {self.name!r} was read from its YAML file, which fixes its {fixed[0]}. "
                "Run it from its code to change that, or copy() it for another name."
            )
        self.name = check_name(options.pop("name", None) or self.name)
        self.options = self.options.changed(options, f"Pipeline {self.name!r}")
        if options.get("config_path"):
            file = RunConfiguration.read(options["config_path"])
            self.configuration = self.configuration.merged(file)
        return self

    def run(
        self,
        backend: BaseBackend | None = None,
        metadata_store: MetadataStore | None = None,
        artifact_store: ArtifactStore | None = None,
        *,
        run_name: str | None = None,
        enable_cache: bool | None = None,
        config_path: str | None = None,
        unlisted: bool | None = None,
        max_workers: int | None = None,
        execution_mode: str | None = None,
        settings: dict[str, Any] | None = None,
        step_configurations: dict[str, dict[str, Any]] | None = None,
        extra: dict[str, Any] | None = None,
        **options: Any,
    ) -> RunResult:
        """Freezes the pipeline, writes its YAML file, and runs it.

        Args:
            backend: Another orchestrator than the pipeline's.
            metadata_store: Another metadata store than the pipeline's.
            artifact_store: Another artifact store than the pipeline's.
            run_name: Name of the run, used never before; `{date}` and `{time}` are
                filled in. None makes one of the pipeline's name and the time.
            enable_cache: Whether earlier results may be reused, whatever the steps say.
            config_path: YAML file of a run configuration.
            unlisted: Whether the run belongs to no pipeline.
            max_workers: How many steps may run at the same time, each in a process.
            execution_mode: "fail_fast" or "continue"; see `PipelineOptions`.
            settings: For what runs the pipeline.
            step_configurations: Step -> what a run configuration sets for it.
            extra: Anything else to be kept with the run.
            options: Others that `with_options` takes.

        Returns:
            What ran, where its results lie, and how long it took.

        Raises:
            StepRunError: A step failed; the run is recorded as failed, and the
                next run goes on from there.
            ZenMLError: Whatever is wrong with the pipeline, before anything runs.
        """
        from zenml.runtime.entry import run_pipeline

        of_run = self.with_options(
            run_name=run_name,
            enable_cache=enable_cache,
            unlisted=unlisted,
            config_path=config_path,
            max_workers=max_workers,
            execution_mode=execution_mode,
            settings=settings,
            extra=extra,
            **options,
        )
        in_call = {  # what is set here counts before what a file sets
            "enable_cache": enable_cache,
            "steps": step_configurations,
            "settings": settings,
            "extra": extra,
            "retry": options.get("retry"),
            "max_workers": max_workers,
            "execution_mode": execution_mode,
        }
        of_run.configuration = of_run.configuration.merged(
            RunConfiguration.from_dict(in_call, f"run() of pipeline {self.name!r}")
        )
        return run_pipeline(of_run._with(backend, metadata_store, artifact_store))

    def to_config(self) -> PipelineSpec:
        """The frozen pipeline, as its YAML file would hold it now.

        A datasource without a commit is committed first.
        """
        if self._spec is not None:
            return self._spec
        from zenml.runtime.freeze import freeze

        return freeze(self)

    def to_tfx(self) -> Any:
        """The same pipeline as a `tfx.dsl.Pipeline`, for any TFX runner."""
        from zenml.runtime.entry import to_tfx

        return to_tfx(self.to_config())

    def get_status(self) -> str:
        """State of the last run: "Succeeded", "Failed", "Running" or "NotStarted"."""
        from zenml.runtime.queries import status_of

        return status_of(self.name)

    def get_artifacts_uri_by_component(self, name: str) -> list[str]:
        """Where the artifacts of a node lie, as of the last run.

        Args:
            name: A node, e.g. "split", or a component, e.g. "StatisticsGen", which several
                nodes can have.

        Raises:
            PipelineError: No such node, or the pipeline never ran it.
        """
        from zenml.runtime.queries import artifact_uris

        return artifact_uris(self.name, name)

    def register_pipeline(self) -> str:
        """Writes the YAML file without running; returns its path."""
        from zenml.runtime.freeze import register

        return register(self.to_config())

    def copy(self: _Pipeline, new_name: str) -> _Pipeline:
        """The same pipeline under another name, ready to be run.

        One that was read from its YAML file is copied as it stands there.
        """
        if self._spec is not None:
            return self.from_config(dataclasses.replace(self._spec, name=check_name(new_name)))
        other = copy.copy(self)
        other.name = check_name(new_name)
        other._steps = dict(self._steps)
        return other

    def _restore(self, spec: PipelineSpec) -> None:
        """Takes from a frozen pipeline what it reads and where it runs."""
        from zenml.runtime.freeze import load_datasource, stores_of

        if spec.datasource is not None:
            self.datasource = load_datasource(spec.datasource)
            self.datasource_commit_id = spec.datasource.commit
        self.backend = backend_from_config(spec.backend, "orchestrator")
        self.artifact_store, self.metadata_store = stores_of(spec)

    @classmethod
    def from_config(cls: type[_Pipeline], spec: PipelineSpec) -> _Pipeline:
        """A pipeline from its YAML; its steps are loaded when they are asked for."""
        pipeline = cls(name=spec.name, enable_cache=spec.enable_cache)
        pipeline._spec = spec
        return pipeline

    @staticmethod
    def load_config(path: str | os.PathLike[str]) -> BasePipeline:
        """A pipeline from its YAML file.

        Raises:
            PipelineEditedError: The file was edited after it ran.
            SpecError: The file is no pipeline.
        """
        from zenml.pipelines.restore import pipeline_from_spec

        return pipeline_from_spec(spec_yaml.read(Path(path)))

    def check(self) -> None:
        """Checks that the pipeline is whole.

        Raises:
            PipelineInterfaceError: Names what is missing and how to add it.
        """
        if not is_type(self.TYPE):
            raise PipelineInterfaceError(
                f"TYPE of {type(self).__name__} is {self.TYPE!r}; {TYPE_RULE}."
            )
        places = (self.backend, self.metadata_store, self.artifact_store, self.enable_cache)
        check_places(f"Pipeline {self.name!r}", *places)
        for step in self._steps.values():
            check_backend(step.backend, step.BACKENDS, f"Step {type(step).__name__}")
            step.check()
        if self.datasource is None and not self.is_frozen and names_datasource(self.connect):
            self.connect_steps(Graph(lambda step: step.to_config("")))  # which says what it lacks

    def _with(
        self,
        backend: BaseBackend | None,
        metadata_store: MetadataStore | None,
        artifact_store: ArtifactStore | None,
    ) -> BasePipeline:
        """This pipeline, or one that differs in where it runs."""
        if backend is None and metadata_store is None and artifact_store is None:
            return self
        if self._spec is not None:
            from zenml.runtime.freeze import with_stores

            spec = with_stores(self._spec, backend, metadata_store, artifact_store)
            return type(self).from_config(spec)
        other = self.copy(self.name)
        other.backend = backend or self.backend
        other.metadata_store = metadata_store or self.metadata_store
        other.artifact_store = artifact_store or self.artifact_store
        return other
