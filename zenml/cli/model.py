"""`zenml model`."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zenml.cli.output import moment, output_option, print_rows
from zenml.serving.limits import MEGABYTE, MEGABYTES

if TYPE_CHECKING:
    from zenml.client.models import RunModel
    from zenml.serving import ModelServer


@click.group()
def model() -> None:
    """Models: what runs trained, and serving it over HTTP."""


@model.command("list")
@click.option("--pipeline", help="Only those of that pipeline.")
@output_option
def list_(pipeline: str | None, output: str) -> None:
    """List the models that runs trained or deployed, with their verdicts and versions."""
    from zenml.client import Client
    from zenml.client.models import list_models

    rows = [_row(found, output) for found in list_models(Client(), pipeline)]
    print_rows(rows, output, "No run has trained a model yet.")


def _row(found: RunModel, output: str) -> dict[str, Any]:
    started = found.run.start_time
    row: dict[str, Any] = {
        "pipeline": found.run.pipeline_name,
        "run": found.run.name,
        "started": moment(started.timestamp() if started else None),
        "blessed": found.blessed,
        "pushed": found.pushed,
        "version": found.version or None,
    }
    if output == "json":
        return {**row, "destination": found.destination or None, "uri": found.uri}
    words = {True: "yes", False: "no", None: None}
    return {**row, "blessed": words[found.blessed], "pushed": words[found.pushed]}


@model.command()
@click.argument("name")
@click.argument("folder", type=click.Path(file_okay=False))
def download(name: str, folder: str) -> None:
    """Copy the model of the run or pipeline NAME to FOLDER, a new or an empty one."""
    from zenml.client import Client
    from zenml.client.models import find_model
    from zenml.client.results.model_files import download_model

    click.echo(f"Model: {download_model(find_model(Client(), name).uri, folder)}")


@model.command()
@click.argument("models", nargs=-1, required=True, metavar="FOLDER|NAME...")
@click.option("--name", "names", multiple=True, help="Of the model in the URL; one for each.")
@click.option("--host", default="127.0.0.1", show_default=True, help="To listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8501,
    show_default=True,
    help="To listen on; 0 takes a free one.",
)
@click.option(
    "--versions",
    default="latest",
    show_default=True,
    help="Which are served: latest, all, a number, or numbers as 2,5.",
)
@click.option(
    "--label", "labels", multiple=True, metavar="LABEL=VERSION", help="A label for a version."
)
@click.option(
    "--poll",
    type=click.FloatRange(min=0.05),
    default=1.0,
    show_default=True,
    help="Seconds between two looks for new versions.",
)
@click.option(
    "--max-body",
    type=click.IntRange(min=1),
    default=MEGABYTES,
    show_default=True,
    help="Megabytes of the largest request.",
)
@click.option("--quiet", is_flag=True, help="No line for each request.")
def serve(
    models: tuple[str, ...],
    names: tuple[str, ...],
    host: str,
    port: int,
    versions: str,
    labels: tuple[str, ...],
    poll: float,
    max_body: int,
    quiet: bool,
) -> None:
    """Serve models by TensorFlow Serving's REST API, until Ctrl-C or SIGTERM.

    FOLDER holds versions, as a FolderDeployer makes it, or is a model; NAME is a pipeline,
    of which what it deployed or the newest model that was not refused is served, or a run, whose
    own model is. The newest version answers, and a newer one takes over as soon as it is there.
    """
    from zenml.serving import ModelServer

    _log_to_stderr(quiet)
    named_labels = dict(_label(text) for text in labels)
    folders = _named(models, names)
    server = ModelServer(
        folders,
        host=host,
        port=port,
        versions=versions,
        labels=named_labels,
        poll_seconds=poll,
        max_body=max_body * MEGABYTE,
    )
    stop = threading.Event()
    click.echo(f"Loading {', '.join(folders)}, which takes seconds.", err=True)
    server.start()
    for number in (signal.SIGINT, signal.SIGTERM):  # while models load, both end it at once
        signal.signal(number, lambda *_: stop.set())
    _say(server)
    while not stop.wait(0.5):  # a wait without an end would not be woken on every system
        pass
    click.echo("Stopping: requests that are under way are answered.", err=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    server.stop()


def _named(models: tuple[str, ...], names: tuple[str, ...]) -> dict[str, str]:
    """Name -> folder."""
    from zenml.serving.folders import base_of

    if names and len(names) != len(models):
        raise click.UsageError(f"{len(models)} models take as many --name, not {len(names)}.")
    found: dict[str, str] = {}
    for number, given in enumerate(models):
        own, folder = _folder(given)
        name = names[number] if names else own or base_of(Path(folder))[0]
        if name in found:
            raise click.UsageError(f"Two models are called {name!r}: give each a --name.")
        found[name] = folder
    return found


def _folder(given: str) -> tuple[str, str]:
    """What is called so here: a folder, else the model of a pipeline or run, with its name."""
    from zenml.client import Client
    from zenml.client.models import find_served
    from zenml.errors import PipelineNotFoundError, RepositoryError, ServingError

    if os.path.isdir(os.path.expanduser(given)):
        return "", os.path.expanduser(given)
    try:
        found, folder = find_served(Client(), given)
    except (RepositoryError, PipelineNotFoundError) as exc:
        why = "that is a file" if os.path.isfile(given) else "there is no such folder"
        raise ServingError(f"There is no model to serve in {given}: {why}. {exc}") from exc
    return found.run.pipeline_name, folder


def _label(text: str) -> tuple[str, int]:
    label, _, version = text.partition("=")
    if not label or not version.isdecimal():
        raise click.UsageError(f"--label takes LABEL=VERSION, such as stable=3, not {text!r}.")
    return label, int(version)


def _log_to_stderr(quiet: bool) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    warnings.filterwarnings("ignore", category=FutureWarning)  # of packages that TensorFlow loads
    log = logging.getLogger("zenml.serving")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.handlers[:] = [handler]
    log.propagate = False
    log.setLevel(logging.WARNING if quiet else logging.INFO)


def _say(server: ModelServer) -> None:
    """The URL of each model, what its numbers stand for, and a request to try."""
    from zenml.models.classes import told_classes

    for name, model in server.models.items():
        numbers = ", ".join(map(str, model.versions))
        click.echo(f"Serving {name} (version {numbers}) on {server.url_of(name)}")
        for output, names in model.find()[1].classes.items():
            click.echo(f"  {told_classes(output, names)}")
    click.echo(f"Try:\n  {server.example()}")
    sys.stdout.flush()
