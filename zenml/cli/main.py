"""`zenml`: the command, and how its errors end."""

from __future__ import annotations

import difflib
import importlib
import io
import os
import sys

import click

from zenml.edges import is_set
from zenml.errors import StepRunError, ZenMLError
from zenml.version import __version__

_COMMANDS = {
    "init": "zenml.cli.repository:init",
    "clean": "zenml.cli.clean:clean",
    "config": "zenml.cli.config:config",
    "status": "zenml.cli.repository:status",
    "version": "zenml.cli.repository:version",
    "pipeline": "zenml.cli.pipeline:pipeline",
    "run": "zenml.cli.run:run",
    "artifact": "zenml.cli.artifact:artifact",
    "model": "zenml.cli.model:model",
    "step": "zenml.cli.step:step",
    "datasource": "zenml.cli.datasource:datasource",
    "bisect": "zenml.cli.bisect:bisect",
    "release": "zenml.cli.release:release",
}

# Commands of a group that are looked for outside of it -> the group.
_GROUPS = {
    "artifact": ("prune",),
    "datasource": ("commit",),
    "model": ("download", "serve"),
    "pipeline": (
        "anomalies", "compare", "download-model", "evaluate", "hyperparameters", "resume", "sample",
        "schema", "statistics",
    ),
    "release": ("export", "verify"),
    "run": ("diff", "logs", "reproduce", "why"),
}  # fmt: skip
_INSIDE = {name: f"zenml {group}" for group, names in _GROUPS.items() for name in names}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called.

    Example:
        >>> sorted(_COMMANDS) == LazyGroup("zenml").list_commands(None)
        True
    """

    def list_commands(self, ctx: click.Context | None) -> list[str]:
        """Names of all commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that a line begins with, or an error that names the nearest one."""
        if args[0] in _INSIDE:
            ctx.fail(f"No such command {args[0]!r}. Did you mean '{_INSIDE[args[0]]} {args[0]}'?")
        near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
        if args[0] not in _COMMANDS and near:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="zenml")
def cli() -> None:
    """Machine learning pipelines tied to git."""


def main(argv: list[str] | None = None) -> None:
    """Runs the command line and exits with its status.

    0 is success, 1 an error of zenml or of a step, 2 a wrong call, 3 a run that cannot be
    reproduced, 130 Ctrl-C.
    ZENML_DEBUG=1 shows the traceback of an error.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a terminal cannot show it gets escaped
            stream.reconfigure(errors="backslashreplace")
    try:
        cli.main(args=argv, prog_name="zenml", standalone_mode=False)
    except click.ClickException as exc:
        exc.show()
        sys.exit(exc.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except ZenMLError as exc:
        if is_set("ZENML_DEBUG"):
            raise
        if isinstance(exc, StepRunError) and exc.user_traceback:
            click.echo(exc.user_traceback, err=True)
        click.echo(f"Error: {exc}", err=True)
        sys.exit(exc.exit_status)
