"""`zenml pipeline statistics`, `evaluate` and others: what a run of a pipeline came to."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from zenml.cli.output import output_option, print_fields, print_rows
from zenml.hints import number_of

if TYPE_CHECKING:
    from zenml.client.pages.view import View
    from zenml.client.results.run_results import RunResults

_F = TypeVar("_F", bound=Callable[..., Any])
_run_option = click.option(
    "--run", help="Of this run, by its name, first letters or id; otherwise of the newest."
)


def view_options(function: _F) -> _F:
    """Adds `--html`, `--port` and `--output`."""
    html = click.option(
        "--html",
        type=click.Path(dir_okay=False, writable=True),
        help="Write a page with plots to FILE; it opens without a network.",
        metavar="FILE",
    )
    port = click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=0,
        help="Serve the page there, on this machine, until Ctrl-C; 0 does not.",
    )
    return html(port(output_option(function)))


@click.command()
@click.argument("name")
@_run_option
@view_options
def statistics(name: str, run: str | None, html: str | None, port: int, output: str) -> None:
    """Show the statistics of each split that the pipeline NAME made."""
    from zenml.client.pages.views import statistics_view

    show(statistics_view(_results(name, run)), html, port, output, "It has no column.")


@click.command()
@click.argument("name")
@_run_option
@view_options
def schema(name: str, run: str | None, html: str | None, port: int, output: str) -> None:
    """Show the schema of the rows that the pipeline NAME read."""
    from zenml.client.pages.views import schema_view

    show(schema_view(_results(name, run)), html, port, output, "It has no column.")


@click.command()
@click.argument("name")
@click.option("--split", default="eval", show_default=True, help="The split to look at.")
@click.option(
    "--drift", type=click.FloatRange(0, 1), help="How far a column may be from the training rows."
)
@_run_option
@view_options
def anomalies(
    name: str,
    split: str,
    drift: float | None,
    run: str | None,
    html: str | None,
    port: int,
    output: str,
) -> None:
    """Show what in a split of the pipeline NAME is not as in the rows it trained on."""
    from zenml.client.pages.views import anomalies_view

    view = anomalies_view(_results(name, run), split, drift)
    show(view, html, port, output, f"No anomalies in {split}.")


@click.command()
@click.argument("name")
@_run_option
@view_options
def evaluate(name: str, run: str | None, html: str | None, port: int, output: str) -> None:
    """Show the metrics of the pipeline NAME, overall and by slice."""
    from zenml.client.pages.views import evaluation_view

    show(evaluation_view(_results(name, run)), html, port, output, "It has no metric.")


@click.command()
@click.argument("name")
@click.option("--split", default="eval", show_default=True, help="The split to read.")
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How many of the first rows are shown or written.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True),
    help="Write the rows to FILE, .csv or .parquet.",
    metavar="FILE",
)
@_run_option
@output_option
def sample(name: str, split: str, rows: int, out: str | None, run: str | None, output: str) -> None:
    """Show the first rows of a split as the preprocesser of the pipeline NAME left them."""
    table = _results(name, run).transformed(split, rows)
    if out is not None:
        from zenml.client.results.tables import write_table

        write_table(table, out)
        click.echo(f"Wrote {number_of('rows', len(table))} to {out}.", err=output == "json")
        return
    for column in table.select_dtypes("float32"):  # 3.2421782, not the same in 64 bits
        table[column] = table[column].astype(str).astype("float64")
    records = [
        {key: _plain(value) for key, value in row.items()} for row in table.to_dict("records")
    ]
    print_rows(records, output, "It has no row.")


@click.command()
@click.argument("name")
@_run_option
@output_option
def hyperparameters(name: str, run: str | None, output: str) -> None:
    """Show the arguments of the trainer of the pipeline NAME."""
    print_fields(_results(name, run).hyperparameters, output)


@click.command("download-model")
@click.argument("name")
@click.argument("folder", type=click.Path(file_okay=False))
@_run_option
def download_model(name: str, folder: str, run: str | None) -> None:
    """Copy the model of the pipeline NAME to FOLDER, a new or an empty one."""
    click.echo(f"Model: {_results(name, run).download_model(folder)}")


@click.command()
@click.argument("name")
@click.argument("component", required=False)
@_run_option
@output_option
def artifacts(name: str, component: str | None, run: str | None, output: str) -> None:
    """List what the pipeline NAME made, or what its node COMPONENT did, and where it lies."""
    rows = _results(name, run).artifacts(component)
    print_rows(rows, output, "It has made nothing.")


COMMANDS = (
    statistics,
    schema,
    anomalies,
    evaluate,
    sample,
    hyperparameters,
    download_model,
    artifacts,
)


def _results(name: str, run: str | None) -> RunResults:
    from zenml.client.results.run_results import results_of

    return results_of(name, run)


def show(view: View, html: str | None, port: int, output: str, empty: str) -> None:
    """Prints a table, and shows its page where that was asked for.

    Args:
        view: What is shown.
        html: File for the page.
        port: Where the page is served; 0 is nowhere.
        output: "table" or "json".
        empty: Printed instead of a table without rows.
    """
    rows = [{key: _plain(value) for key, value in row.items()} for row in view.rows]
    if html is not None:
        view.to_html(html)
    print_rows(rows if output == "json" else _short(rows), output, empty)
    if html is not None:
        click.echo(f"\nPage: {html}", err=output == "json")
    if port:
        from zenml.client.pages.showing import at_port

        at_port(view.html, port)


def _plain(value: Any) -> Any:
    """As JSON can hold it."""
    if hasattr(value, "item"):  # a number of numpy
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if type(value).__name__ == "NAType" else value


def _short(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Numbers as people read them."""
    return [
        {key: f"{value:.6g}" if isinstance(value, float) else value for key, value in row.items()}
        for row in rows
    ]
