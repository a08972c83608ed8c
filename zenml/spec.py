"""The frozen description of a pipeline: what its YAML file holds, no more and no less.

A `PipelineSpec` is made once, when a pipeline runs. Everything downstream (the
compiler, the runtime, the queries) reads it and never the live objects.
`zenml.spec_yaml` turns it into its file and back.
"""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass, field
from typing import Any

from zenml.errors import SpecError
from zenml.spec_reading import as_arguments, as_mapping, as_strings, require_keys, require_text
from zenml.spec_values import NAME_RULE, TYPE_RULE, canonical_json, digest_of, is_name, is_type

SCHEMA = "zenml/pipeline/1"
UNPINNED = "unpinned"
UNLISTED = "unlisted"  # the type of a pipeline whose runs belong to none


def _filled(**keys: Any) -> dict[str, Any]:
    """The keys that hold anything: an empty one does not stand in the file."""
    return {key: value for key, value in keys.items() if value}


@dataclass(frozen=True)
class BackendSpec:
    """Where something runs.

    Attributes:
        type: Name of the backend, e.g. "local".
        args: Its constructor's arguments.

    Example:
        >>> BackendSpec("local").to_dict()
        {'type': 'local', 'args': {}}
    """

    type: str
    args: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the YAML file."""
        return {"type": self.type, "args": self.args}

    @classmethod
    def from_dict(cls, data: Any, where: str) -> BackendSpec:
        """The inverse of `to_dict`."""
        data = as_mapping(data, where)
        require_keys(data, cls, where)
        require_text(data, ("type",), where)
        return cls(data["type"], as_arguments(data, "args", where))


@dataclass(frozen=True)
class StepSpec:
    """A step: its class, the version of its code, and its arguments.

    Attributes:
        source: Dotted path of the class, `module.Class`.
        version: 40 hex digits of a commit, "unpinned", or "zenml_<version>".
        args: Every constructor argument, defaults included.
        backend: Where this step runs; None is the pipeline's place.
        packages: Distributions that the step says it depends on.

    Example:
        >>> step = StepSpec("zenml.steps.split.random.RandomSplit", "zenml_1", {"seed": 1})
        >>> StepSpec.from_json(step.to_json()) == step
        True
    """

    source: str
    version: str
    args: dict[str, Any] = field(default_factory=dict)
    backend: BackendSpec | None = None
    packages: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the YAML file."""
        backend = self.backend.to_dict() if self.backend else None
        return {
            "source": self.source,
            "version": self.version,
            "args": self.args,
            "backend": backend,
            "packages": list(self.packages),
        }

    @classmethod
    def from_dict(cls, data: Any, where: str) -> StepSpec:
        """The inverse of `to_dict`."""
        data = as_mapping(data, where)
        require_keys(data, cls, where)
        require_text(data, ("source", "version"), where)
        backend = data.get("backend")
        return cls(
            source=data["source"],
            version=data["version"],
            args=as_arguments(data, "args", where),
            backend=None
            if backend is None
            else BackendSpec.from_dict(backend, f"{where}: backend"),
            packages=as_strings(data, "packages", where),
        )

    def to_json(self) -> str:
        """The text that TFX components carry as their `step` property."""
        return canonical_json(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> StepSpec:
        """The inverse of `to_json`."""
        return cls.from_dict(json.loads(text), "step")


@dataclass(frozen=True)
class DatasourceSpec:
    """A datasource and the commit of it that a pipeline reads.

    Attributes:
        name: Unique in the repository.
        source: Dotted path of its class.
        version: As of a step.
        args: Its constructor's arguments, `name` left out.
        commit: 40 hex digits named by the content, or "" before the first.

    Example:
        >>> DatasourceSpec("penguins", "zenml.datasources.csv.CSVDatasource", "zenml_1").commit
        ''
    """

    name: str
    source: str
    version: str
    args: dict[str, Any] = field(default_factory=dict)
    commit: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the YAML file."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: Any, where: str) -> DatasourceSpec:
        """The inverse of `to_dict`."""
        data = as_mapping(data, where)
        require_keys(data, cls, where)
        require_text(data, ("name", "source", "version", "commit"), where)
        args = as_arguments(data, "args", where)
        return cls(data["name"], data["source"], data["version"], args, data.get("commit", ""))


@dataclass(frozen=True)
class NodeSpec:
    """One node of the graph.

    Attributes:
        name: Unique in the pipeline, e.g. "split_statistics".
        component: Which component does the work, e.g. "statistics_gen".
        step: The user's step it carries, if any.
        inputs: Input key -> "node.output"; the keys of an input that takes a list are
            "models[0]", "models[1]" and so on.
        args: Arguments of the component itself.
        after: Nodes that must have ended before this one begins, besides those it reads.
        settings: How it runs, which changes nothing of its result: `enable_cache`,
            `retry`, `on_failure`, `on_success`, `tags`, `extra`.

    Example:
        >>> NodeSpec("split", "split_gen", inputs={"examples": "data.examples"}).upstream
        ('data',)
    """

    name: str
    component: str
    step: StepSpec | None = None
    inputs: dict[str, str] = field(default_factory=dict)
    args: dict[str, Any] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def upstream(self) -> tuple[str, ...]:
        """Names of the nodes that must end before this one begins, each once."""
        read = (ref.partition(".")[0] for ref in self.inputs.values())
        return tuple(dict.fromkeys([*read, *self.after]))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the YAML file."""
        plain = {
            "name": self.name,
            "component": self.component,
            "step": self.step.to_dict() if self.step else None,
            "inputs": self.inputs,
            "args": self.args,
        }
        return {**plain, **_filled(after=list(self.after), settings=self.settings)}

    @classmethod
    def from_dict(cls, data: Any, where: str) -> NodeSpec:
        """The inverse of `to_dict`."""
        data = as_mapping(data, where)
        require_keys(data, cls, where)
        require_text(data, ("name", "component"), where)
        if not re.fullmatch(r"[\w-]+", data["name"]):
            raise SpecError(f"{where}: 'name' is {data['name']!r}; take letters, digits, '_', '-'.")
        step = data.get("step")
        return cls(
            name=data["name"],
            component=data["component"],
            step=None if step is None else StepSpec.from_dict(step, f"{where}: step"),
            inputs=as_arguments(data, "inputs", where),
            args=as_arguments(data, "args", where),
            after=as_strings(data, "after", where),
            settings=as_arguments(data, "settings", where),
        )


@dataclass(frozen=True)
class PipelineSpec:
    """A whole pipeline, frozen.

    Attributes:
        name: Unique in the repository.
        type: Kind of pipeline, e.g. "training".
        source: Dotted path of its class.
        version: Of that class, as of a step.
        nodes: In an order in which they can run.
        datasource: What its data node reads.
        enable_cache: Whether results of earlier runs may be reused.
        backend: The orchestrator.
        artifact_store: Folder or URI; relative to the repository where it lies inside.
        metadata_store: `{"type": "sqlite", "args": {...}}`.
        parameters: Of a pipeline that is a function: what it was called with.
        settings: What holds for every node that has no setting of its own (`retry`,
            `on_failure`, `on_success`, `extra`), and for the run: `tags`,
            `execution_mode`.

    Example:
        >>> spec = PipelineSpec("p", "data", "zenml.pipelines.data.DataPipeline", "zenml_1")
        >>> PipelineSpec.from_dict(spec.to_dict(), "p.yaml") == spec
        True
    """

    name: str
    type: str
    source: str
    version: str
    nodes: tuple[NodeSpec, ...] = ()
    datasource: DatasourceSpec | None = None
    enable_cache: bool = True
    backend: BackendSpec = field(default_factory=lambda: BackendSpec("local"))
    artifact_store: str = ""
    metadata_store: BackendSpec = field(default_factory=lambda: BackendSpec("sqlite"))
    parameters: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """sha256 of everything the spec says, in hex: it names the YAML file."""
        return digest_of(self.to_dict())

    def node(self, name: str) -> NodeSpec:
        """The node of that name.

        Raises:
            SpecError: When there is none.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        raise SpecError(
            f"Pipeline {self.name!r} has no node {name!r}; "
            f"it has {', '.join(node.name for node in self.nodes)}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the YAML file."""
        return {
            "name": self.name,
            "type": self.type,
            "source": self.source,
            "version": self.version,
            **_filled(parameters=self.parameters, settings=self.settings),
            "enable_cache": self.enable_cache,
            "backend": self.backend.to_dict(),
            "artifact_store": self.artifact_store,
            "metadata_store": self.metadata_store.to_dict(),
            "datasource": self.datasource.to_dict() if self.datasource else None,
            "nodes": [node.to_dict() for node in self.nodes],
        }

    @classmethod
    def from_dict(cls, data: Any, where: str) -> PipelineSpec:
        """The inverse of `to_dict`.

        Raises:
            SpecError: Names the file (`where`) and the key that is wrong.
        """
        data = as_mapping(data, where)
        require_keys(data, cls, where)
        require_text(data, ("name", "type", "source", "version", "artifact_store"), where)
        if not isinstance(data.get("enable_cache", True), bool):
            raise SpecError(f"{where}: 'enable_cache' must be true or false.")
        nodes = data.get("nodes", [])
        if not isinstance(nodes, (list, tuple)):
            raise SpecError(f"{where}: 'nodes' must be a list.")
        if not is_name(data["name"]):
            raise SpecError(f"{where}: 'name' is {data['name']!r}; {NAME_RULE}.")
        if not is_type(data["type"]):
            raise SpecError(f"{where}: 'type' is {data['type']!r}; {TYPE_RULE}.")
        source = data.get("datasource")
        spec = cls(
            name=data["name"],
            type=data["type"],
            source=data["source"],
            version=data["version"],
            nodes=tuple(
                NodeSpec.from_dict(node, f"{where}: nodes[{i}]") for i, node in enumerate(nodes)
            ),
            datasource=None
            if source is None
            else DatasourceSpec.from_dict(source, f"{where}: datasource"),
            enable_cache=data.get("enable_cache", True),
            backend=BackendSpec.from_dict(
                data.get("backend", {"type": "local"}), f"{where}: backend"
            ),
            artifact_store=data.get("artifact_store", ""),
            metadata_store=BackendSpec.from_dict(
                data.get("metadata_store", {"type": "sqlite"}), f"{where}: metadata_store"
            ),
            parameters=as_arguments(data, "parameters", where),
            settings=as_arguments(data, "settings", where),
        )
        spec._check_graph(where)
        return spec

    def _check_graph(self, where: str) -> None:
        seen: set[str] = set()
        for node in self.nodes:
            if node.name in seen:
                raise SpecError(f"{where}: two nodes are called {node.name!r}.")
            for key, ref in node.inputs.items():
                upstream, _, output = ref.partition(".") if isinstance(ref, str) else ("", "", "")
                if upstream not in seen or not output:
                    raise SpecError(
                        f"{where}: input {key!r} of node {node.name!r} is {ref!r}; "
                        "it must be '<node>.<output>' of a node further up."
                    )
            for name in node.after:
                if name not in seen:
                    raise SpecError(
                        f"{where}: node {node.name!r} comes after {name!r}, which is no node "
                        "further up."
                    )
            seen.add(node.name)
