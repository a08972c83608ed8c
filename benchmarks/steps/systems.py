"""What is measured: each system, the commands of its work, and the folder it works in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.flights import CACHE
from benchmarks.steps.environments import python_of, version_of

SCRIPTS = Path(__file__).parent / "work"
FOLDERS = CACHE / "work" / "steps"
FEW = 10
Command = tuple[str, ...]

PUBLISHED = {
    "ZENML_ANALYTICS_OPT_IN": "false",
    "ZENML_CONFIG_PATH": "{folder}/config",
    "AUTO_OPEN_DASHBOARD": "false",
}
# Metaflow looks for a configuration in the home folder of whoever runs it.
METAFLOW = {
    "METAFLOW_DATASTORE_SYSROOT_LOCAL": "{folder}/store",
    "METAFLOW_HOME": "{folder}/home",
    "USERNAME": "bench",
}
KEDRO = {"KEDRO_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}


@dataclass(frozen=True)
class System:
    """One way to run steps in a row.

    Attributes:
        name: In the results, and on the command line.
        title: In the tables.
        script: Its work, in the folder `work`; None where there is none.
        imports: The statement that its users begin with.
        chain: Command of the steps in a row; `{count}` is how many.
        check: Command that reads back in another process what the chain has kept; None where
            nothing is kept.
        prepare: What has to be done once, unmeasured, before its first run.
        lock: Name of its environment; None: the one that measures.
        variables: Of its environment; `{folder}` is where it works.
        sizes: How many steps in a row, where the time of one step is measured.
        cached: A second run takes everything from its cache.
        going_on: Where there is no cache, the command that goes on from what is there.
    """

    name: str
    title: str
    script: str | None
    imports: str
    chain: Command = ()
    check: Command | None = None
    prepare: tuple[Command, ...] = ()
    lock: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()
    cached: bool = False
    going_on: Command | None = None

    @property
    def folder(self) -> Path:
        """Where it works; each first run begins with what `prepare` left there."""
        return FOLDERS / self.name

    @property
    def python(self) -> Path:
        """The Python of its environment; the one that measures, for ours."""
        return python_of(self.lock) if self.lock else Path(sys.executable)

    @property
    def label(self) -> str:
        """The title and the version that is measured."""
        return f"{self.title} {version_of(self.lock)}" if self.lock else self.title

    def environment(self) -> dict[str, str]:
        """The variables of its processes."""
        return {key: value.format(folder=self.folder) for key, value in self.variables.items()}

    def command(self, words: Command, count: int = FEW) -> list[str]:
        """A command line: a script under the system's Python, or a program beside that."""
        first, *rest = (word.format(count=count) for word in words)
        if first.endswith(".py"):
            return [str(self.python), first, *rest]
        return [str(self.python.with_name(first)), *rest]

    def set_up(self) -> None:
        """Make the folder, prepare it, and keep a copy to begin from again.

        Raises:
            NotInstalledError: Its environment cannot be made.
            subprocess.CalledProcessError: A command of `prepare` failed.
        """
        for folder in (self.folder, self._kept):
            shutil.rmtree(folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if self.script:
            shutil.copy(SCRIPTS / self.script, self.folder)
        # A repository of its own: the cache lies in the one of this project.
        for git in (["init", "-q"], ["add", "-A"], ["commit", "-q", "--allow-empty", "-m", "Work"]):
            identity = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"]
            subprocess.run(["git", *identity, *git], cwd=self.folder, check=True)
        variables = {**os.environ, **self.environment()}
        for words in self.prepare:
            subprocess.run(
                self.command(words),
                cwd=self.folder,
                env=variables,
                text=True,
                capture_output=True,
                check=True,
            )
        shutil.copytree(self.folder, self._kept, symlinks=True)

    def begin(self) -> None:
        """Put the folder back to where its first run begins."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._kept, self.folder, symlinks=True)

    @property
    def _kept(self) -> Path:
        return FOLDERS / f"{self.name}.prepared"


OURS = System(
    name="zenml",
    title="zenml",
    script="zenml_work.py",
    imports="import zenml; from zenml import step, pipeline",
    chain=("zenml_work.py", "chain", "{count}"),
    check=("zenml_work.py", "check"),
    prepare=(("zenml", "init"),),
    sizes=(100, 300, 1000),
    cached=True,
)
OTHERS = (
    System(
        name="published",
        title="published zenml",
        script="zenml_work.py",
        imports="import zenml; from zenml import step, pipeline",
        chain=OURS.chain,
        check=OURS.check,
        prepare=OURS.prepare,
        lock="published",
        variables=PUBLISHED,
        sizes=(100, 300),
        cached=True,
    ),
    System(
        name="metaflow",
        title="Metaflow",
        script="metaflow_work.py",
        imports="import metaflow; from metaflow import FlowSpec, step",
        chain=("flow_{count}.py", "run"),
        check=("metaflow_work.py", "check", "{count}"),
        prepare=(("metaflow_work.py", "write", "10"), ("metaflow_work.py", "write", "100")),
        lock="metaflow",
        variables=METAFLOW,
        sizes=(100,),
        going_on=("flow_{count}.py", "resume"),
    ),
    System(
        name="dagster",
        title="Dagster",
        script="dagster_work.py",
        imports="import dagster; from dagster import op, job",
        chain=("dagster_work.py", "chain", "{count}"),
        check=("dagster_work.py", "check"),
        prepare=(("dagster_work.py", "configure"),),
        lock="dagster",
        variables={"DAGSTER_HOME": "{folder}"},
        sizes=(100, 300),
    ),
    System(
        name="kedro",
        title="Kedro",
        script="kedro_work.py",
        imports="import kedro; from kedro.pipeline import node, pipeline",
        chain=("kedro_work.py", "pickle", "{count}"),
        check=("kedro_work.py", "check"),
        lock="kedro",
        variables=KEDRO,
        sizes=(100, 300, 1000),
        going_on=("kedro_work.py", "missing", "{count}"),
    ),
    System(
        name="kedro-memory",
        title="Kedro in memory",
        script="kedro_work.py",
        imports="",
        chain=("kedro_work.py", "memory", "{count}"),
        lock="kedro",
        variables=KEDRO,
        sizes=(100, 300, 1000),
    ),
)
SYSTEMS = {system.name: system for system in (OURS, *OTHERS)}
