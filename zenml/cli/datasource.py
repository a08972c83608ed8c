"""`zenml datasource`."""

from __future__ import annotations

import click

from zenml.cli.output import moment, output_option, print_fields, print_rows
from zenml.cli.results import show, view_options


@click.group()
def datasource() -> None:
    """Datasources and their commits."""


@datasource.command("list")
@output_option
def list_(output: str) -> None:
    """List the datasources, each with its latest commit."""
    from zenml.metadata import commits
    from zenml.repo.datasources import datasource_specs
    from zenml.runtime.workspace import Workspace

    latest = {
        found.datasource: found for found in commits.list_commits(Workspace.default().store())
    }
    rows = []
    for spec in datasource_specs():
        found = latest.get(spec.name)
        rows.append(
            {
                "name": spec.name,
                "type": spec.source.rpartition(".")[2],
                "commit": found.short if found else None,
                "rows": found.rows if found else None,
                "committed": moment(found.committed) if found else None,
            }
        )
    print_rows(rows, output, "No datasource has been committed here yet.")


@datasource.command()
@click.argument("name")
@output_option
def get(name: str, output: str) -> None:
    """Show the datasource NAME and its commits, newest first."""
    from zenml.metadata import commits
    from zenml.repo.datasources import datasource_spec
    from zenml.runtime.workspace import Workspace

    spec = datasource_spec(name)
    found = commits.list_commits(Workspace.default().store(), name)
    fields = {
        "name": spec.name,
        "source": spec.source,
        "arguments": spec.args,
        "commits": [
            {"commit": c.id, "rows": c.rows, "committed": moment(c.committed)}
            for c in reversed(found)
        ],
    }
    print_fields(fields, output)


@datasource.command()
@click.argument("name")
def commit(name: str) -> None:
    """Commit the datasource NAME as it is now."""
    from zenml.repo.datasources import datasource_spec, load_datasource
    from zenml.runtime import datasources

    source = load_datasource(datasource_spec(name))
    before = datasources.latest_commit(source)
    made = datasources.commit(source)
    same = " (unchanged)" if made == before else ""
    click.echo(f"Datasource {name} is at commit {made}{same}.")


@datasource.command()
@click.argument("name")
@view_options
def statistics(name: str, html: str | None, port: int, output: str) -> None:
    """Show the statistics of the latest commit of the datasource NAME."""
    from zenml.client.pages.views import datasource_statistics_view
    from zenml.repo.datasources import datasource_spec, load_datasource

    view = datasource_statistics_view(load_datasource(datasource_spec(name)))
    show(view, html, port, output, "It has no column.")


@datasource.command()
@click.argument("name")
@view_options
def schema(name: str, html: str | None, port: int, output: str) -> None:
    """Show the schema of the latest commit of the datasource NAME."""
    from zenml.client.pages.views import datasource_schema_view
    from zenml.repo.datasources import datasource_spec, load_datasource

    view = datasource_schema_view(load_datasource(datasource_spec(name)))
    show(view, html, port, output, "It has no column.")
