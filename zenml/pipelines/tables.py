"""Rows in a pipeline: of a datasource, or of the table that a free step returns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from zenml.datasources.base import BaseDatasource
from zenml.errors import PipelineInterfaceError
from zenml.pipelines.data import connect_data
from zenml.pipelines.graph import Graph
from zenml.pipelines.standard_handles import ROWS, Part, StandardHandle
from zenml.steps.handles import Handle
from zenml.steps.readable import DICT, form_of, is_table
from zenml.steps.types import type_name

if TYPE_CHECKING:
    from zenml.pipelines.build import Builder

WHOLE = ("examples",)  # the one split of rows that nobody has split yet
_NODE = "data"


def rows_handle(
    graph: Graph,
    prefix: str,
    examples: str,
    splits: tuple[str, ...] | None,
    declared: str = "",
    more: dict[str, Part] | None = None,
) -> StandardHandle:
    """The handle of rows that are described by `<prefix>_statistics` and `<prefix>_schema`."""
    parts = {
        "examples": Part(examples, "Examples"),
        **(more or {}),
        "statistics": Part(f"{prefix}_statistics.statistics", "ExampleStatistics"),
        "schema": Part(f"{prefix}_schema.schema", "Schema"),
    }
    return StandardHandle(graph, parts, ROWS, splits=splits, declared=declared)


def free_prefix(builder: Builder, base: str) -> str:
    """A name that is free, and so are those of the nodes that will describe its rows."""
    number, name = 1, base
    while any(f"{name}{end}" in builder.graph for end in ("", "_statistics", "_schema")):
        number += 1
        name = f"{base}_{number}"
    return name


def add_datasource(
    builder: Builder, datasource: BaseDatasource, options: dict[str, Any]
) -> StandardHandle:
    """Adds the nodes that read a datasource; see `BaseDatasource.__call__`.

    Called again, it gives what it gave.

    Raises:
        PipelineInterfaceError: The pipeline reads another datasource already.
    """
    graph, where = builder.graph, f"Datasource {datasource.name!r}"
    commit = options.get("commit")
    declared = json.dumps(datasource.schema) if datasource.schema else ""
    if graph.datasource is not None:
        if (graph.datasource.to_config(), graph.datasource_commit_id) == (
            datasource.to_config(),
            commit,
        ):
            (node,) = graph.of_component("data_gen")
            return rows_handle(graph, node.name, f"{node.name}.examples", WHOLE, declared)
        raise PipelineInterfaceError(
            f"{where} is the second that this pipeline reads, after "
            f"{graph.datasource.name!r}; a pipeline reads one. Read the other one in a @step, "
            "and return its rows as a DataFrame."
        )
    after = builder.names_of(options.get("after"), where)
    name = builder.checked_name(options["id"]) if options.get("id") else free_prefix(builder, _NODE)
    connect_data(graph, datasource, name)
    graph.put_after(name, after)
    graph.datasource, graph.datasource_commit_id = datasource, commit
    return rows_handle(graph, name, f"{name}.examples", WHOLE, declared)


def rows_of_table(builder: Builder, table: Handle, where: str) -> StandardHandle:
    """Adds the nodes that turn what a free step returns into rows, once for each table.

    Args:
        builder: Puts the pipeline together.
        table: One output of a free step.
        where: Said in errors, e.g. "Step `split`: the input 'data'".

    Raises:
        PipelineInterfaceError: The step gives several outputs, or no table.
    """
    graph = builder.graph
    if len(table.outputs) != 1:
        names = ", ".join(map(repr, table.outputs))
        raise PipelineInterfaceError(
            f"{where} is {table!r}; it takes one table. Hand over one of them: {names}."
            if names
            else f"{where} takes a table, and step {table.node!r} gives nothing."
        )
    (output,), (reference,) = table.outputs, table.references
    annotation = graph.steps[table.node].signature.outputs[output].annotation
    if not is_table(annotation):
        raise PipelineInterfaceError(
            f"{where} is {table!r}, which is declared to be a {type_name(annotation)}; rows are "
            "taken from a pandas.DataFrame, a pyarrow.Table, a list of dicts, or a dict of these "
            "by split."
        )
    # A dict can hold splits by name; which ones is known once the step ran.
    is_open = form_of(annotation) in (DICT, form_of(Any))
    splits = None if is_open else WHOLE
    for node in graph.of_component("examples_gen"):
        if node.inputs == {"table": reference}:
            return rows_handle(graph, node.name, f"{node.name}.examples", splits)
    name = free_prefix(builder, _NODE)
    source = table.node if len(graph.steps[table.node].signature.outputs) == 1 else reference
    graph.add(name, "examples_gen", inputs={"table": reference}, args={"source": source})
    graph.add_examples(name, f"{name}.examples")
    return rows_handle(graph, name, f"{name}.examples", splits)
