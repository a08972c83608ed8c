"""The pipeline of a template, frozen as of the commit whose files are here."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

from zenml.errors import BisectError, SourceNotFoundError
from zenml.hints import shown
from zenml.pipelines.base import BasePipeline
from zenml.pipelines.configuration import RunConfiguration
from zenml.pipelines.function import FunctionPipeline
from zenml.repo import loading
from zenml.repo.definitions import attribute
from zenml.repo.git import GitRepository
from zenml.repo.moment import one_moment
from zenml.repo.source import source_of_name
from zenml.repo.tree import WorkTree
from zenml.repo.versions import closure_now
from zenml.runtime.bisect.template import Template
from zenml.runtime.freeze import freeze, freeze_step
from zenml.spec import UNLISTED, UNPINNED, NodeSpec, PipelineSpec, StepSpec
from zenml.steps import free

_PREFIX = "bisect-"
_MAX_NAME = 60  # characters of the pipeline's name, so that the run's is short enough
_OF_USERS = ("on_failure", "on_success", "tags", "extra")
_NAMED = ("artifact", "version", "tags")


def refreeze(template: Template) -> PipelineSpec:
    """The pipeline as of this commit, up to the step that gives the metric.

    Raises:
        BisectError: It has no such step here.
        ZenMLError: Whatever else is wrong with it here.
    """
    spec = _frozen(template)
    names = [node.name for node in spec.nodes]
    if template.node not in names:
        raise BisectError(f"it has no step `{template.node}`, but {', '.join(names)}")
    return _up_to(template.node, spec)


def _frozen(template: Template) -> PipelineSpec:
    if template.built_by:
        return _with_data_of(template.spec, freeze(_built(template.built_by)))
    return called(template) if template.is_called else _refrozen(template.spec)


def called(template: Template) -> PipelineSpec:
    """What the pipeline's function gives here."""
    given = template.spec
    found = loading.load_definition(given.source, UNPINNED)
    if not isinstance(found, FunctionPipeline):
        raise BisectError(f"{given.source} is no @pipeline")
    pipeline = found.with_arguments(**given.parameters).with_options(name=given.name)
    steps = {name: {"parameters": values} for name, values in template.configured.items()}
    pipeline.configuration = pipeline.configuration.merged(
        RunConfiguration.from_dict({"steps": steps}, f"The run {template.run}")
    )
    return _with_data_of(given, freeze(pipeline))


def _built(source: str) -> BasePipeline:
    """The pipeline that a module puts together, or that a function of it gives."""
    try:
        found = loading.load_definition(source, UNPINNED)
    except SourceNotFoundError:  # a pipeline is no definition, but now its module is imported
        module, _, name = source.rpartition(".")
        found = attribute(sys.modules.get(module), name)
        if found is None:
            raise
    if not isinstance(found, BasePipeline):
        found = found()
    if not isinstance(found, BasePipeline):
        raise BisectError(f"{source} gives no pipeline, but {shown(found)}")
    return found


def _with_data_of(run: PipelineSpec, spec: PipelineSpec) -> PipelineSpec:
    """A spec that reads the data of a run, and keeps its results where the run did."""
    datasource = spec.datasource
    if datasource and run.datasource and datasource.name == run.datasource.name:
        datasource = dataclasses.replace(datasource, commit=run.datasource.commit)
    return dataclasses.replace(
        spec,
        name=run.name,
        datasource=datasource,
        artifact_store=run.artifact_store,
        metadata_store=run.metadata_store,
    )


def _refrozen(spec: PipelineSpec) -> PipelineSpec:
    with one_moment():
        return dataclasses.replace(spec, nodes=tuple(map(_refrozen_node, spec.nodes)))


def _refrozen_node(node: NodeSpec) -> NodeSpec:
    step = node.step
    if step is None or step.source.startswith("zenml.") or node.component == "data_gen":
        return node
    made = loading.load_step(dataclasses.replace(step, version=UNPINNED))
    if made.is_free:
        wired = {key.partition("[")[0] for key in node.inputs}
        known = free.complete(made.signature, made.parameters, f"Step `{node.name}`")
        own = {name: value for name, value in known.items() if name not in wired}
        made = made.with_parameters(own)
    made.check()
    anew = dataclasses.replace(freeze_step(made), backend=step.backend)
    return dataclasses.replace(node, step=anew)


def _up_to(name: str, spec: PipelineSpec) -> PipelineSpec:
    """What a node needs, and nothing else: no model is deployed, no hook called."""
    needed = {name}
    for node in reversed(spec.nodes):
        if node.name in needed:
            needed.update(node.upstream)
    nodes = tuple(_quiet(node) for node in spec.nodes if node.name in needed)
    return dataclasses.replace(spec, nodes=nodes, settings=_without(spec.settings, _OF_USERS))


def _quiet(node: NodeSpec) -> NodeSpec:
    return dataclasses.replace(node, settings=_without(node.settings, _OF_USERS))


def as_search(spec: PipelineSpec) -> PipelineSpec:
    """The pipeline under a name of its own: what it makes is no version of the user's artifacts."""
    nodes = tuple(
        dataclasses.replace(node, args={**node.args, **_unnamed(node)}) for node in spec.nodes
    )
    name = f"{_PREFIX}{spec.name}"[:_MAX_NAME].rstrip()
    return dataclasses.replace(spec, name=name, type=UNLISTED, nodes=nodes)


def _unnamed(node: NodeSpec) -> dict[str, Any]:
    outputs = node.args.get("outputs")
    if node.component != "python_step" or not outputs:
        return {}
    return {"outputs": {key: _without(told, _NAMED) for key, told in outputs.items()}}


def _without(told: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key not in keys}


def files_of(template: Template, spec: PipelineSpec) -> set[str]:
    """The files of the repository that the code of the pipeline and its steps is in."""
    more = [template.built_by] if template.built_by else []
    git = GitRepository()
    tree = WorkTree(git)
    found: set[str] = set()
    steps: list[StepSpec] = [node.step for node in spec.nodes if node.step]
    with one_moment():
        for source in {spec.source, *(step.source for step in steps), *more}:
            if source.startswith("zenml."):
                continue
            try:
                found |= closure_now(source_of_name(source, git, tree), git).files.keys()
            except SourceNotFoundError:  # of an installed package
                continue
    return found
