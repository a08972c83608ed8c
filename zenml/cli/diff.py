"""`zenml run diff`."""

from __future__ import annotations

import click

from zenml.cli.output import output_option, print_json


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@output_option
@click.option(
    "--html",
    type=click.Path(dir_okay=False, writable=True),
    help="Write a page with plots to FILE; it opens without a network.",
    metavar="FILE",
)
def diff(a: str, b: str, output: str, html: str | None) -> None:
    """Show what differs between the runs A and B, of one pipeline or of two."""
    from zenml.cli.diff_text import print_comparison
    from zenml.client.comparison import compare_runs

    found = compare_runs(a, b)
    if html is not None:
        found.to_html(html)
    if output == "json":
        print_json(found.to_dict())
    else:
        print_comparison(found)
        if html is not None:
            click.echo(f"\nPage: {html}")
