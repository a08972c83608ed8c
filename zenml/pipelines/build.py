"""Builder: turns the steps that are called in a pipeline into the nodes of its graph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml.errors import PipelineInterfaceError
from zenml.hints import did_you_mean, shown
from zenml.pipelines.configuration import RunConfiguration
from zenml.pipelines.graph import Graph
from zenml.pipelines.parameters import parameters_of
from zenml.pipelines.wiring import Wiring, refuse_written
from zenml.steps import free
from zenml.steps.base import BaseStep
from zenml.steps.handles import Handle
from zenml.steps.outputs import OutputDeclaration
from zenml.steps.signature import Signature

if TYPE_CHECKING:
    from zenml.datasources.base import BaseDatasource

COMPONENT = "python_step"


class Builder:
    """Puts one pipeline together while its function or `connect()` is executed.

    Args:
        graph: Takes the nodes.
        configuration: What the run sets for its steps.
        code_first: Whether a parameter that code and configuration set differently is
            the code's; otherwise it is an error.

    Attributes:
        pipelines: Those whose functions are being executed, the outermost first.

    Example:
        >>> from zenml.steps import step
        >>> @step
        ... def load() -> int:
        ...     return 1
        >>> Builder(Graph(lambda step: step.to_config("v"))).call(load, (), {})
        <output 'output' of step 'load'>
    """

    def __init__(
        self,
        graph: Graph,
        configuration: RunConfiguration | None = None,
        code_first: bool = False,
    ) -> None:
        """Begins with an empty pipeline."""
        self.graph = graph
        self.configuration = configuration or RunConfiguration()
        self.code_first = code_first
        self.pipelines: list[Any] = []
        self._numbers: dict[str, int] = {}

    def call(
        self, step: BaseStep, args: tuple[Any, ...], kwargs: dict[str, Any], name: str = ""
    ) -> Any:
        """Adds a node for a step.

        Args:
            step: The step that is called.
            args: Its inputs, in order.
            kwargs: Its inputs by name, and `id` and `after`.
            name: Of the node; "" takes `id`, or the step's own with a number.

        Returns:
            The handle of its outputs.

        Raises:
            PipelineInterfaceError: Names the step, the argument, and what would do.
        """
        if not step.is_free:
            from zenml.pipelines.standard import add_standard_step

            return add_standard_step(self, step, args, kwargs, name)
        node, after, rest = self.take_own(step, kwargs, name)
        where = f"Step `{node}`"
        given = _bind(step.signature, args, rest, where)
        refuse_written({**step.parameters, **given}, self.graph, where)
        wiring = Wiring(self.graph, where, step.signature)
        parameters = {key: value for key, value in given.items() if not wiring.takes(key, value)}
        complete = parameters_of(
            step,
            parameters,
            self.configuration.steps.get(node, {}).get("parameters") or {},
            given.keys() - parameters.keys(),
            where,
            code_first=self.code_first,
        )
        missing = [
            key for key in step.signature.required if key not in complete and key not in given
        ]
        if missing:
            raise PipelineInterfaceError(
                f"{where} is called without its input {missing[0]!r}: hand over the output of "
                "another step, or a plain value."
            )
        outputs = {
            output.name: self._output_args(step, output)
            for output in step.signature.outputs.values()
        }
        splits = {"inputs": wiring.splits} if wiring.splits else {}
        title = {"title": step.title} if name and name != step.title else {}
        self.graph.add(
            node,
            COMPONENT,
            step=step.with_parameters(complete),
            inputs=wiring.inputs,
            args={"outputs": outputs, **splits},
            after=after,
            settings={**title, **self.settings_of(step, node)},
        )
        return Handle(self.graph, node, tuple(outputs), types=_types(step))

    def read(self, datasource: BaseDatasource, options: dict[str, Any]) -> Handle:
        """Adds the nodes that read a datasource; see `BaseDatasource.__call__`."""
        from zenml.pipelines.tables import add_datasource

        return add_datasource(self, datasource, options)

    def take_own(
        self, step: BaseStep, kwargs: dict[str, Any], name: str = ""
    ) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        """What a call says of its node: name, what it comes after; and the rest of the keywords."""
        inputs = step.signature.inputs if step.is_free else {}
        rest = {key: value for key, value in kwargs.items() if key in inputs}
        own = {key: value for key, value in kwargs.items() if key not in inputs}
        asked = own.pop("id", None) or name
        after = own.pop("after", None)
        node = self._name(step, asked)
        return node, self.names_of(after, f"Step `{node}`"), {**rest, **own}

    def _name(self, step: BaseStep, asked: str) -> str:
        if asked:
            return self.checked_name(asked)
        return self.free_name(re.sub(r"[^\w-]+", "_", step.title))

    def checked_name(self, asked: Any) -> str:
        """The name that a call asks for.

        Raises:
            PipelineInterfaceError: A node cannot be called so, or one is.
        """
        if not isinstance(asked, str) or not re.fullmatch(r"[\w-]+", asked):
            raise PipelineInterfaceError(
                f"A step of the pipeline cannot be called {asked!r}; take letters, digits, "
                "'_' and '-'."
            )
        if asked in self.graph:
            raise PipelineInterfaceError(
                f"Two steps of the pipeline are called {asked!r}; give one another id."
            )
        return asked

    def free_name(self, base: str) -> str:
        """The name, with a number behind it where it is taken: `f`, `f_2`, `f_3`."""
        number = self._numbers.get(base, 1)
        name = base if number == 1 else f"{base}_{number}"
        while name in self.graph:
            number += 1
            name = f"{base}_{number}"
        self._numbers[base] = number
        return name

    def names_of(self, after: Any, where: str) -> tuple[str, ...]:
        """Names of the nodes that `after` means: names, handles, or lists of them.

        Raises:
            PipelineInterfaceError: For anything else.
        """
        if after is None:
            return ()
        found: list[str] = []
        for item in after if isinstance(after, (list, tuple)) else [after]:
            name = getattr(item, "node", item)
            if not isinstance(name, str):
                raise PipelineInterfaceError(
                    f"{where}: after is {shown(item)}; it must be the name of a step of this "
                    "pipeline, what the call of one gave, or a list of these."
                )
            if isinstance(item, Handle) and item.graph is not self.graph:
                raise PipelineInterfaceError(
                    f"{where}: after is {item!r} of another pipeline, for which this one cannot "
                    "wait."
                )
            found.append(name)
        return tuple(dict.fromkeys(found))

    def settings_of(self, step: BaseStep, node: str) -> dict[str, Any]:
        """How a node runs: as the step says, and before that as the run's configuration says."""
        where = f"Step `{node}`"
        of_run = {
            k: v for k, v in self.configuration.steps.get(node, {}).items() if k != "parameters"
        }
        settings = step.options.changed(of_run, where).to_settings(where, self.graph.source_of)
        if self.configuration.enable_cache is not None and "enable_cache" not in of_run:
            settings.pop("enable_cache", None)
        return settings

    def _output_args(self, step: BaseStep, output: OutputDeclaration) -> dict[str, Any]:
        """What the specification of a node says of one output."""
        materializer = _materializer(step, output.name)
        if isinstance(materializer, type):
            materializer = self.graph.source_of(materializer)
        config = output.artifact
        found = {
            "artifact": config.name,
            "version": None if config.version is None else str(config.version),
            "tags": list(config.tags),
            "materializer": materializer,
        }
        return {key: value for key, value in found.items() if value}


def _bind(
    signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any], where: str
) -> dict[str, Any]:
    """Input -> argument of a call."""
    injected = (signature.context_input, signature.parameters_input)
    names = [name for name in signature.inputs if name not in injected]
    parameters = signature.inputs.get(signature.parameters_input)
    if args and parameters is not None and free.is_parameters(args[0]):
        names.insert(0, parameters.name)
    if len(args) > len(names):
        raise PipelineInterfaceError(
            f"{where} is called with {len(args)} inputs and takes {len(names)}: "
            f"{', '.join(names) or 'none'}."
        )
    found = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        if name not in signature.inputs:
            raise PipelineInterfaceError(
                f"{where} has no input {name!r}.{did_you_mean(name, names)} It takes "
                f"{', '.join(names) or 'none'}."
            )
        if name in found:
            raise PipelineInterfaceError(f"{where} is given its input {name!r} twice.")
        found[name] = value
    return found


def _types(step: BaseStep) -> dict[str, Any]:
    """What the outputs are declared to be, where that is how they are read."""
    if step.options.output_materializers is not None:  # which may read another type
        return {}
    return {output.name: output.annotation for output in step.signature.outputs.values()}


def _materializer(step: BaseStep, output: str) -> Any:
    """What saves an output: a class, its path, or "" for the one of the value's type."""
    given = step.options.output_materializers
    if isinstance(given, Mapping):
        for name in given:
            if name not in step.signature.outputs:
                raise PipelineInterfaceError(
                    f"Step `{step.title}` has no output {name!r} to be saved by a materializer; it "
                    f"has {', '.join(step.signature.outputs) or 'none'}."
                )
        given = given.get(output)
    if given is None or isinstance(given, str):
        return given or ""
    from zenml.artifacts.materializers.base import BaseMaterializer

    if not isinstance(given, type) or not issubclass(given, BaseMaterializer):
        raise PipelineInterfaceError(
            f"Step `{step.title}`: the materializer of output {output!r} is {shown(given)}; it "
            "must be a class that inherits from BaseMaterializer."
        )
    return given
