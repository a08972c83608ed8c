"""Pipeline -> PipelineSpec -> YAML file."""

from __future__ import annotations

import dataclasses
import shlex
from typing import TYPE_CHECKING, Any

from zenml import spec_yaml
from zenml.backends.base import backend_from_config
from zenml.datasources.base import BaseDatasource
from zenml.errors import AlreadyExistsException, PipelineError, PipelineInterfaceError
from zenml.metadata.base import metadata_store_from_config
from zenml.pipelines.graph import Graph
from zenml.repo import loading, versions
from zenml.repo.datasources import load_datasource as load_datasource  # for the pipelines
from zenml.repo.moment import one_moment
from zenml.repo.repository import Repository
from zenml.runtime import datasources, models
from zenml.runtime.hooks import check_hooks
from zenml.runtime.workspace import Workspace
from zenml.spec import UNLISTED, BackendSpec, DatasourceSpec, NodeSpec, PipelineSpec, StepSpec
from zenml.steps.base import BaseStep

if TYPE_CHECKING:
    from zenml.artifacts.store import ArtifactStore
    from zenml.backends.base import BaseBackend
    from zenml.metadata.base import MetadataStore
    from zenml.pipelines.base import BasePipeline


def freeze(pipeline: BasePipeline) -> PipelineSpec:
    """Freezes a pipeline: steps at their versions, the datasource at a commit.

    Raises:
        ZenMLError: Whatever is wrong with the pipeline or one of its steps.
    """
    _refuse_at_import(pipeline.name)
    pipeline.check()
    workspace = _workspace_of(pipeline)
    graph = Graph(freeze_step, _source_of, models.pin)
    with one_moment():
        pipeline.connect_steps(graph)
    nodes = tuple(graph.nodes)
    if not nodes:
        raise PipelineInterfaceError(f"Pipeline {pipeline.name!r} calls no step.")
    pipeline.configuration.check_steps([node.name for node in nodes])
    version = versions.version_of(pipeline.definition)
    settings = _settings_of(pipeline)
    of_steps = ((f"Step `{node.name}`", node.settings) for node in nodes)
    check_hooks([(f"Pipeline {pipeline.name!r}", settings), *of_steps])
    return PipelineSpec(
        name=pipeline.name,
        type=UNLISTED if pipeline.options.unlisted else pipeline.TYPE,
        source=version.source,
        version=version.version,
        nodes=nodes,
        datasource=_datasource_of(pipeline, graph),
        enable_cache=_cache_of(pipeline),
        parameters=pipeline.parameters,
        settings=settings,
        backend=pipeline.backend.to_config() if pipeline.backend else BackendSpec("local"),
        artifact_store=workspace.artifacts_config(),
        metadata_store=workspace.metadata_config(),
    )


def _cache_of(pipeline: BasePipeline) -> bool:
    """Whether earlier results may be reused: as the run says, or its options, or the pipeline."""
    said = _said_of_cache(pipeline)
    return pipeline.enable_cache if said is None else said


def _said_of_cache(pipeline: BasePipeline) -> bool | None:
    """What the run says, or else the options; None where neither does."""
    of_run = pipeline.configuration.enable_cache
    return pipeline.options.enable_cache if of_run is None else of_run


def _settings_of(pipeline: BasePipeline) -> dict[str, Any]:
    """What holds for the whole run: the pipeline's options, and the run's configuration."""
    where, of_run = f"Pipeline {pipeline.name!r}", pipeline.configuration
    tags = tuple(dict.fromkeys([*pipeline.options.tags, *of_run.tags]))
    set_by_run = {
        "settings": of_run.settings,
        "extra": of_run.extra,
        "retry": of_run.retry,
        "tags": tags,
        "execution_mode": of_run.execution_mode,
    }
    options = pipeline.options.changed(set_by_run, where)
    return options.to_settings(where, _source_of)


def _source_of(definition: Any) -> str:
    return versions.source_name(definition, Repository.get_instance().get_git_wrapper())


def configured(pipeline: BasePipeline) -> PipelineSpec:
    """The frozen pipeline with what this very run sets for all its steps.

    Raises:
        PipelineError: The run sets something that the pipeline's YAML file has fixed.
    """
    spec = pipeline.to_config()
    if not pipeline.is_frozen:
        return spec
    of_run = pipeline.configuration
    if of_run.steps or of_run.parameters:
        raise PipelineError(
            f"Pipeline {spec.name!r} was read from its YAML file, which fixes the parameters and "
            "steps. Run it from its code to change them."
        )
    cache = _said_of_cache(pipeline)
    if cache is None:
        return spec
    nodes = tuple(dataclasses.replace(node, settings=_uncached(node)) for node in spec.nodes)
    return dataclasses.replace(spec, enable_cache=cache, nodes=nodes)


def _uncached(node: NodeSpec) -> dict[str, Any]:
    """The settings of a node without what it says of the cache."""
    return {key: value for key, value in node.settings.items() if key != "enable_cache"}


def _refuse_at_import(name: str) -> None:
    if loading.is_loading():
        raise PipelineError(
            f"Pipeline {name!r} was run while its module was imported to load a step. Put the call "
            'of run() under `if __name__ == "__main__":`.'
        )


def _workspace_of(pipeline: BasePipeline) -> Workspace:
    workspace, own = Workspace.default(), pipeline.metadata_store
    return dataclasses.replace(
        workspace,
        artifacts=pipeline.artifact_store or workspace.artifacts,
        metadata=own.at(workspace.root, workspace.home) if own else workspace.metadata,
    )


def with_stores(
    spec: PipelineSpec,
    backend: BaseBackend | None,
    metadata_store: MetadataStore | None,
    artifact_store: ArtifactStore | None,
) -> PipelineSpec:
    """The same spec, run by another backend or into other stores; None leaves one as it is."""
    workspace = Workspace.of(spec)
    changed = dataclasses.replace(
        workspace,
        artifacts=artifact_store or workspace.artifacts,
        metadata=metadata_store.at(workspace.root, workspace.home)
        if metadata_store
        else workspace.metadata,
    )
    return dataclasses.replace(
        spec,
        backend=backend.to_config() if backend else spec.backend,
        artifact_store=changed.artifacts_config(),
        metadata_store=changed.metadata_config(),
    )


def freeze_step(step: BaseStep) -> StepSpec:
    """The spec of a step, at the version of its code."""
    version = versions.version_of(step.definition)
    return dataclasses.replace(step.to_config(version.version), source=version.source)


def _datasource_of(pipeline: BasePipeline, graph: Graph) -> DatasourceSpec | None:
    """What the pipeline reads: as it was told to, or as its function does."""
    own, called = pipeline.datasource, graph.datasource
    if own is None or called is None:
        commit = graph.datasource_commit_id if called else pipeline.datasource_commit_id
        read = called or own
        return _freeze_datasource(pipeline, read, commit) if read is not None else None
    if own.to_config() != called.to_config():
        raise PipelineInterfaceError(
            f"Pipeline {pipeline.name!r} was given the datasource {own.name!r} and calls "
            f"{called.name!r}; a pipeline reads one. Read the other one in a @step."
        )
    commit = graph.datasource_commit_id or pipeline.datasource_commit_id
    return _freeze_datasource(pipeline, own, commit)


def _freeze_datasource(
    pipeline: BasePipeline, datasource: BaseDatasource, commit: str | None
) -> DatasourceSpec:
    if commit:
        return datasource_spec(datasource, datasources.resolve_commit(datasource, commit))
    spec = datasource_spec(datasource, "")
    type_ = UNLISTED if pipeline.options.unlisted else pipeline.TYPE
    refuse_taken_name(pipeline.name, type_, spec.name)  # before its rows are read and kept
    return dataclasses.replace(spec, commit=datasources.commit_to_run(datasource, spec))


def datasource_spec(datasource: BaseDatasource, commit: str) -> DatasourceSpec:
    """The spec of a datasource, at the version of its code."""
    version = versions.version_of(type(datasource))
    args = datasource.plain_arguments()
    name = args.pop("name")
    return DatasourceSpec(name, version.source, version.version, args, commit)


def load_steps(spec: PipelineSpec) -> dict[str, BaseStep]:
    """Slot -> step of a frozen pipeline, each with the backend that it was given."""
    return {
        node.name: _load_step(node.step)
        for node in spec.nodes
        if node.step is not None and node.component != "data_gen"
    }


def _load_step(spec: StepSpec) -> BaseStep:
    step = loading.load_step(spec)
    if spec.backend is not None:
        step.backend = backend_from_config(spec.backend, step.BACKENDS[0])
    return step


def stores_of(spec: PipelineSpec) -> tuple[ArtifactStore | None, MetadataStore | None]:
    """The artifact and the metadata store of a spec; None is the repository's."""
    default, named = Workspace.default(), Workspace.of(spec)
    artifacts = metadata = None
    if named.artifacts_config() != default.artifacts_config():
        artifacts = named.artifacts
    if named.metadata_config() != default.metadata_config():
        config = spec.metadata_store
        if "uri" in config.args:  # whatever folder it is taken from later
            uri = str(default.home / config.args["uri"])
            config = dataclasses.replace(config, args={**config.args, "uri": uri})
        metadata = metadata_store_from_config(config)
    return artifacts, metadata


def register(spec: PipelineSpec) -> str:
    """Writes the YAML file of a spec into the pipelines folder.

    Returns:
        Its absolute path.

    Raises:
        AlreadyExistsException: The name belongs to another type of pipeline or
            to a pipeline of another datasource.
    """
    refuse_taken_name(spec.name, spec.type, spec.datasource.name if spec.datasource else None)
    return str(spec_yaml.write(spec, Workspace.default().pipelines))


def refuse_taken_name(name: str, type_: str, datasource: str | None) -> None:
    """Refuses a name that belongs to another pipeline, whether it ever ran to its end or not.

    Args:
        name: Of the pipeline that is to be written down.
        type_: Its type.
        datasource: Name of what it reads; None where it reads none.

    Raises:
        AlreadyExistsException: Says whose it is, and the two ways out.
    """
    for path, other in Repository.get_instance().pipeline_specs(name):
        if UNLISTED in (type_, other.type):
            continue
        read = other.datasource.name if other.datasource else None
        if other.type != type_ or (datasource and read != datasource):
            raise AlreadyExistsException(
                f"There is already a pipeline {name!r} in this repository, of type {other.type} on "
                f"datasource {read!r} ({path}). Give this one another name, or delete the other: "
                f"zenml pipeline delete {shlex.quote(name)}"
            )


def refuse_other_graph(spec: PipelineSpec) -> None:
    """Refuses a pipeline whose steps are connected otherwise than under this name before.

    Raises:
        PipelineError: Says the three ways out.
    """
    known = [
        other
        for _, other in Repository.get_instance().pipeline_specs(spec.name)
        if other.type == spec.type
    ]
    if known and spec.type != UNLISTED and _graph_of(known[-1]) != _graph_of(spec):
        raise PipelineError(
            f"The pipeline {spec.name!r} ran before with other steps, or connected otherwise. Run "
            "this one under another name (pipeline.with_options(name=...)), or without one "
            "(run(unlisted=True)), or delete the other: zenml pipeline delete "
            f"{shlex.quote(spec.name)}"
        )


def _graph_of(spec: PipelineSpec) -> list[Any]:
    return [
        (node.name, node.step.source if node.step else "", node.inputs, node.after)
        for node in spec.nodes
    ]


def is_registered(spec: PipelineSpec) -> bool:
    """Whether a pipeline of that name and type ran before."""
    specs = Repository.get_instance().pipeline_specs(spec.name)
    return any(other.type == spec.type for _, other in specs)
