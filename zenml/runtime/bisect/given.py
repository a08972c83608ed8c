"""What a run was given, told from what came out of the code it ran.

A default that a commit changed is what may have moved a metric. So it must not stand
in the way, as an argument of the run, at the other commits.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from zenml.errors import ZenMLError
from zenml.pipelines.function import FunctionPipeline
from zenml.repo import loading, versions
from zenml.runtime.bisect.refreeze import called
from zenml.runtime.bisect.template import Template
from zenml.runtime.task import is_python
from zenml.spec import UNPINNED, NodeSpec, StepSpec
from zenml.steps.base import BaseStep
from zenml.steps.parameters import default_json

_NONE: Any = object()


def only_given(template: Template) -> Template:
    """The template without what came from the code.

    To be called where the files are as the run had them.
    """
    if template.built_by:
        return template
    pipeline = _function(template)
    if pipeline is None:
        nodes = tuple(map(_only_given, template.spec.nodes))
        return dataclasses.replace(template, spec=dataclasses.replace(template.spec, nodes=nodes))
    defaults = pipeline.parameters
    own = {
        name: value
        for name, value in template.spec.parameters.items()
        if defaults.get(name, _NONE) != value
    }
    spec = dataclasses.replace(template.spec, parameters=own)
    found = dataclasses.replace(template, spec=spec, is_called=True)
    anew = {node.name: node for node in called(found).nodes}
    if list(anew) != [node.name for node in spec.nodes]:
        return template
    if versions.version_of(spec.source).version != spec.version:
        return found  # other code ran, so what differs need not have been set by the run
    return dataclasses.replace(found, configured=_configured(template, anew))


def _function(template: Template) -> FunctionPipeline | None:
    """The pipeline, if it is a function that is called with parameters, and not with steps."""
    if template.spec.source.startswith("zenml."):
        return None
    try:
        found = loading.load_definition(template.spec.source, UNPINNED)
        if not isinstance(found, FunctionPipeline):
            return None
        called(dataclasses.replace(template, is_called=True))
    except ZenMLError:  # it takes steps, or was typed into a session
        return None
    return found


def _configured(template: Template, anew: dict[str, NodeSpec]) -> dict[str, dict[str, Any]]:
    """Step -> parameters that are not those of the code: the run's configuration set them."""
    found: dict[str, dict[str, Any]] = {}
    for node in template.spec.nodes:
        now = anew[node.name].step
        if is_python(node) and node.step is not None and now is not None:
            set_by_run = {
                key: value
                for key, value in node.step.args.items()
                if now.args.get(key, _NONE) != value
            }
            if set_by_run:
                found[node.name] = set_by_run
    return found


def _only_given(node: NodeSpec) -> NodeSpec:
    step = node.step
    if step is None or step.source.startswith("zenml.") or step.version == UNPINNED:
        return node
    try:
        made = loading.load_step(step)
    except ZenMLError:  # that version is not in this clone: its arguments stay as they are
        return node
    args = {key: value for key, value in step.args.items() if _default(made, step, key) != value}
    return dataclasses.replace(node, step=dataclasses.replace(step, args=args))


def _default(made: BaseStep, step: StepSpec, key: str) -> Any:
    """What an argument is where nobody gives it."""
    inputs = made.signature.inputs if made.is_free else {}
    if key in inputs:
        return default_json(inputs[key])
    others = {name: value for name, value in step.args.items() if name != key}
    try:
        bare = type(made).from_config(dataclasses.replace(step, args=others))
    except ZenMLError:  # it has to be given
        return _NONE
    return bare.plain_arguments().get(key, _NONE)
