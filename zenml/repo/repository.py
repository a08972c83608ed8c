"""Repository: the way in to everything that a git repository knows of its pipelines."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.artifacts.store import ArtifactStore
from zenml.edges import edges
from zenml.errors import PipelineNotFoundError
from zenml.hints import did_you_mean
from zenml.metadata.base import MetadataStore, metadata_store_from_config
from zenml.repo.git import GitRepository
from zenml.repo.pipeline_files import PipelineFiles, PipelineRecord
from zenml.repo.probing import probe_folder
from zenml.repo.root import require_root
from zenml.repo.settings import (
    FILE,
    FOLDER,
    Settings,
    ignore_folder,
    not_initialised,
    read_settings,
    settings_home,
    write_settings,
)
from zenml.repo.stores import move_here
from zenml.spec import UNLISTED, UNPINNED, PipelineSpec

if TYPE_CHECKING:
    from zenml.client.comparison.runs_table import TrainingRuns
    from zenml.datasources.base import BaseDatasource
    from zenml.pipelines.base import BasePipeline
    from zenml.repo.definitions import Definition


@edges
class Repository:
    """A git repository that was initialised with `zenml init`.

    Take it with `Repository.get_instance()`, from any folder of the work tree.
    A linked work tree without a `.zenml/` of its own shares the settings and the
    stores of the main one; its pipelines folder is its own.

    Args:
        root: The root of the work tree.

    Attributes:
        path: The root of the work tree.
        home: Where `.zenml/` is: `path`, or the main work tree of a linked one.

    Example:
        >>> import subprocess, tempfile
        >>> folder = tempfile.mkdtemp()
        >>> done = subprocess.run(["git", "init", "--quiet", folder])
        >>> Repository.init_repo(folder).get_pipeline_names()
        []
    """

    _instances: ClassVar[dict[Path, Repository]] = {}

    def __init__(self, root: Path) -> None:
        self.path = root
        self.home = root
        self._settings: tuple[tuple[int, int, int], Settings] | None = None
        self._files: PipelineFiles | None = None

    def __repr__(self) -> str:
        return f"Repository({str(self.path)!r})"

    @classmethod
    def get_instance(cls, path: str | os.PathLike[str] | None = None) -> Repository:
        """The repository around a folder; the same object each time.

        Args:
            path: Any file or folder in it; None is the current folder.

        Raises:
            NotAGitRepositoryError: Not in git; says how to go on.
            RepositoryNotFoundError: In git, but `zenml init` was not run.
        """
        root = require_root(path)
        repo = cls._instances.setdefault(root, cls(root))
        home = settings_home(root)
        if home is None:
            raise not_initialised(root)
        repo.home = home
        return repo

    @classmethod
    def init_repo(
        cls,
        repo_path: str | os.PathLike[str] | None = None,
        artifact_store_path: str | None = None,
        metadata_store: MetadataStore | None = None,
        pipelines_dir: str | None = None,
        analytics_opt_in: bool | None = None,
    ) -> Repository:
        """Makes `.zenml/` in the root of a git work tree, and has git ignore it.

        Run again, it keeps the settings that are there, and changes those given; and what
        is recorded in a repository that was moved or copied is found where it lies now.

        Args:
            repo_path: Any folder of the work tree; None is the current folder.
            artifact_store_path: Folder of the artifacts; a relative one is taken
                from the repository's root.
            metadata_store: None is a SQLite file below `.zenml/`.
            pipelines_dir: Folder of the pipelines' YAML files, as above.
            analytics_opt_in: Of no effect: zenml never sends anything anywhere.

        Raises:
            NotAGitRepositoryError: Not in git; says how to go on.
            MetadataStoreError: The store has a password in plain text.
            RepositoryError: A folder that is given cannot be made or written to.
        """
        root = require_root(repo_path)
        settings = read_settings(root) if (root / FILE).is_file() else Settings()
        changes: dict[str, Any] = {}
        if artifact_store_path is not None:
            changes["artifact_store"] = _relative(root, artifact_store_path)
        if pipelines_dir is not None:
            changes["pipelines_dir"] = _relative(root, pipelines_dir)
        if metadata_store is not None:
            config = metadata_store.to_config()
            if "uri" in config.args:
                uri = _relative(root, config.args["uri"])
                config = dataclasses.replace(config, args={**config.args, "uri": uri})
            changes["metadata_store"] = config
        for key in changes.keys() & {"artifact_store", "pipelines_dir"}:
            probe_folder(root / changes[key])
        write_settings(root, dataclasses.replace(settings, **changes))
        ignore_folder(root)
        move_here(root)
        repo = cls.get_instance(root)
        repo.get_default_metadata_store().move_here()
        return repo

    @property
    def settings(self) -> Settings:
        """The settings, read again when their file has changed."""
        try:
            told = os.stat(self.home / FILE)
        except OSError as exc:
            raise not_initialised(self.home) from exc
        # Each writing makes a new file; two may have the same time.
        stamp = (told.st_mtime_ns, told.st_size, told.st_ino)
        if self._settings is None or self._settings[0] != stamp:
            self._settings = stamp, read_settings(self.home)
        return self._settings[1]

    def get_git_wrapper(self) -> GitRepository:
        """What git says of the work tree."""
        return GitRepository(self.path)

    def get_default_pipelines_dir(self) -> Path:
        """Absolute path of the folder of the pipelines' YAML files."""
        return self.path / self.settings.pipelines_dir

    def get_default_artifact_store(self) -> ArtifactStore:
        """The store that artifacts go to where a pipeline names no other."""
        return ArtifactStore(self._at_home(self.settings.artifact_store), root=self.path)

    def get_default_metadata_store(self) -> MetadataStore:
        """The store that records go to where a pipeline names no other."""
        config = self.settings.metadata_store
        if "uri" in config.args:
            uri = self._at_home(str(config.args["uri"]))
            config = dataclasses.replace(config, args={**config.args, "uri": uri})
        return metadata_store_from_config(config).at(self.home)

    def get_pipelines(self) -> list[BasePipeline]:
        """The pipelines that ran here, by name, each as its newest file has it."""
        return [_pipeline(record.spec) for record in self.pipeline_records()]

    def get_pipeline_names(self) -> list[str]:
        """Names of the pipelines that ran here."""
        return [record.spec.name for record in self.pipeline_records()]

    def get_pipeline_by_name(self, name: str) -> BasePipeline:
        """The pipeline of that name, as its newest file has it.

        Raises:
            PipelineNotFoundError: There is none; names those there are.
        """
        return _pipeline(self.pipeline_record(name).spec)

    def get_pipelines_by_type(self, type_filter: list[str] | str) -> list[BasePipeline]:
        """The pipelines of some types, e.g. `["training"]`."""
        types = [type_filter] if isinstance(type_filter, str) else list(type_filter)
        records = self.pipeline_records()
        return [_pipeline(record.spec) for record in records if record.spec.type in types]

    def get_pipelines_by_datasource(self, datasource: BaseDatasource | str) -> list[BasePipeline]:
        """The pipelines that read a datasource, given as itself or by its name."""
        name = datasource if isinstance(datasource, str) else datasource.name
        return [
            _pipeline(record.spec)
            for record in self.pipeline_records()
            if record.spec.datasource is not None and record.spec.datasource.name == name
        ]

    def pipeline_records(self) -> list[PipelineRecord]:
        """The newest file of every pipeline, by name."""
        return self._pipeline_files().newest()

    def pipeline_record(self, name: str) -> PipelineRecord:
        """The newest file of a pipeline: of its unlisted ones only where it has no other.

        Raises:
            PipelineNotFoundError: There is none; names those there are.
        """
        found = self._pipeline_files().records(name)
        listed = [record for record in found if record.spec.type != UNLISTED]
        if found:
            return (listed or found)[-1]
        names = self.get_pipeline_names()
        have = ", ".join(names) or "none yet; a pipeline is known once it ran"
        raise PipelineNotFoundError(
            f"There is no pipeline {name!r} here.{did_you_mean(name, names)} There are: {have}."
        )

    def pipeline_specs(self, name: str | None = None) -> list[tuple[str, PipelineSpec]]:
        """File and content of every revision, or of those of one pipeline, the oldest first."""
        return [(record.file, record.spec) for record in self._pipeline_files().records(name)]

    def get_step_versions(self) -> dict[str, set[str]]:
        """Source of a step -> the versions of it in any pipeline that ran here.

        A source is `module.Class` or `module.function`.
        """
        found: dict[str, set[str]] = {}
        for source, version in self._pipeline_files().steps():
            found.setdefault(source, set()).add(version)
        return found

    def get_step_versions_by_type(self, step_type: Definition | str) -> set[str]:
        """Versions of one step, given as itself or as its source; empty if none ran."""
        return self.get_step_versions().get(self._source(step_type), set())

    def get_step_by_version(self, step_type: Definition | str, version: str) -> Any:
        """A step as it was at a version, with what it imported then: its class, or `@step`.

        It is read from git's objects. The working tree, the index, HEAD and
        `sys.modules` stay as they are.

        Args:
            step_type: `module.Class` or `module.function`, or the step of today.
            version: A commit, "unpinned" (today's code), or "zenml_<version>".

        Raises:
            VersionNotFoundError: There is no such step at that version; lists
                what there is.
        """
        from zenml.repo import loading
        from zenml.repo.versions import OWN_PREFIX

        source = self._source(step_type)
        git = self.get_git_wrapper()
        own = version.startswith(OWN_PREFIX) or source.startswith("zenml.")
        load = loading.load_definition if own or version == UNPINNED else loading.load_definition_at
        return loading.as_step(load(source, version, git=git))

    def get_datasources(self) -> list[BaseDatasource]:
        """The datasources that were committed here, by name."""
        from zenml.repo import datasources

        return [datasources.load_datasource(spec) for spec in datasources.specs_of(self)]

    def get_datasource_names(self) -> list[str]:
        """Names of the datasources that were committed here."""
        from zenml.repo import datasources

        return [spec.name for spec in datasources.specs_of(self)]

    def get_datasource_by_name(self, name: str) -> BaseDatasource:
        """The datasource of that name.

        Raises:
            DatasourceNotFoundError: There is none; names those there are.
        """
        from zenml.repo import datasources

        return datasources.load_datasource(datasources.spec_of(self, name))

    def compare_training_runs(
        self, port: int = 0, datasource: BaseDatasource | str | None = None
    ) -> TrainingRuns:
        """The training runs that ended well: arguments, metrics and times, run by run.

        What it gives is a table (`rows`, `to_frame()`) and a page with plots
        (`to_html(file)`); `between(a, b)` says all that differs between two of them.

        Args:
            port: Of no effect: the page is a file, and nothing is served.
            datasource: Only runs that read it, given as itself or by its name.

        Raises:
            DatasourceNotFoundError: There is no datasource of that name; names those there are.
        """
        from zenml.client.comparison.runs_table import training_runs

        if datasource is None or isinstance(datasource, str):
            return training_runs(datasource)
        return training_runs(datasource.name)

    def _pipeline_files(self) -> PipelineFiles:
        folder = self.get_default_pipelines_dir()
        if self._files is None or self._files.folder != folder:
            index = self.path / FOLDER / "cache" / "pipelines.db"
            own = index if self.home == self.path else None
            self._files = PipelineFiles(folder, self.path, own)
        return self._files

    def _source(self, step_type: Definition | str) -> str:
        if isinstance(step_type, str):
            return step_type
        from zenml.repo.versions import source_name

        return source_name(step_type, self.get_git_wrapper())

    def _at_home(self, path: str) -> str:
        """A path of the settings, from this work tree's root if it has them, or absolute."""
        return path if self.home == self.path else str(self.home / path)


def _relative(root: Path, path: str) -> str:
    """A path as the settings hold it: from the repository's root where it lies inside."""
    absolute = Path(os.path.normpath(root / os.path.expanduser(path)))
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else str(absolute)


def _pipeline(spec: PipelineSpec) -> BasePipeline:
    from zenml.pipelines.restore import pipeline_from_spec

    return pipeline_from_spec(spec)
