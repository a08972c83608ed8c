"""Client: the way in to what ran, and to what it made."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any

from zenml.client.artifact import ArtifactView
from zenml.client.named import some, unknown
from zenml.client.pipeline import PipelineView, name_of
from zenml.client.run import RunView, run_view
from zenml.client.status import state_of
from zenml.edges import edges
from zenml.errors import ArtifactNotFoundError, PipelineNotFoundError, RunError, RunNotFoundError
from zenml.metadata import artifact_versions, runs
from zenml.repo import Repository
from zenml.runtime.workspaces import open_stores
from zenml.spec import UNLISTED

if TYPE_CHECKING:
    from zenml.pipelines.base import BasePipeline


@edges
class Client:
    """Pipelines, runs and artifacts of the repository around the current folder.

    Nothing is read before it is asked for.

    Example:
        >>> from zenml.repo import Repository
        >>> repo = Repository.init_repo()
        >>> Client().list_pipeline_runs()
        []
    """

    def __repr__(self) -> str:
        return "Client()"

    @functools.cached_property
    def _stores(self) -> list[Any]:
        return list(open_stores())

    def list_pipelines(self) -> list[PipelineView]:
        """The pipelines that ran here, by name, without unlisted ones."""
        return [PipelineView(self._stores, name) for name in self._pipeline_names()]

    def get_pipeline(self, name: str | BasePipeline | type[BasePipeline]) -> PipelineView:
        """The pipeline of that name.

        Args:
            name: Its name, the pipeline itself, or its class.

        Raises:
            PipelineNotFoundError: There is none; names those there are.
            PipelineError: Nothing of these.
        """
        name = name_of(name)
        names = self._pipeline_names()
        found = PipelineView(self._stores, name)
        if name not in names and not found.runs:  # its file may be on another branch
            told = unknown("There is no pipeline", name, names)
            hint = "" if names else " A pipeline is known once it ran."
            raise PipelineNotFoundError(f"{told}{hint}")
        return found

    def list_pipeline_runs(
        self,
        pipeline: str | BasePipeline | type[BasePipeline] | None = None,
        status: str | None = None,
        limit: int | None = None,
    ) -> list[RunView]:
        """Runs, the newest first.

        Args:
            pipeline: Only those of that pipeline; its name, or the pipeline itself.
            status: Only those: "running", "completed" or "failed".
            limit: At most so many.

        Raises:
            PipelineNotFoundError: There is no such pipeline; names those there are.
            RunError: There is no such status, or no such limit.
        """
        given: Any = limit  # a whole number of NumPy does too
        if given is not None and (
            isinstance(given, bool) or not isinstance(given, Integral) or given < 0
        ):
            raise RunError(f"limit is {limit!r}; it must be a number of runs, or None for all.")
        state = state_of(status) if status else None
        name = None if pipeline is None else name_of(pipeline)
        found = [(store, run) for store in self._stores for run in runs.list_runs(store, name)]
        if name is not None and not found:
            self.get_pipeline(name)
        if len(self._stores) > 1:
            found.sort(key=lambda pair: pair[1].started, reverse=True)
        kept = [RunView(store, run) for store, run in found if state in (None, run.state)]
        return kept if limit is None else kept[: int(limit)]

    def get_pipeline_run(
        self, name: str | int, pipeline: str | None = None, *, of_pipeline: bool = True
    ) -> RunView:
        """The run of a name, of the first letters of a name, or of an id.

        Args:
            name: Of the run.
            pipeline: Only a run of that pipeline; None takes one of any.
            of_pipeline: Whether the name of a pipeline stands for its newest run.

        Raises:
            PipelineNotFoundError: There is no such pipeline; names those there are.
            RunNotFoundError: There is none, or several begin so; names them.
        """
        name = str(name)
        for store in self._stores:
            named = run_view(store, name)
            if named is not None and pipeline in (None, named.pipeline_name):
                return named
        every = self.list_pipeline_runs(pipeline)
        found = [run for run in every if str(run.id) == name]
        if of_pipeline:
            found = found or [run for run in every if run.record.pipeline == name][:1]
        found = found or [run for run in every if name and run.name.startswith(name)]
        if len(found) == 1:
            return found[0]
        if not found:
            what = "There is no run" if pipeline is None else f"Pipeline {pipeline!r} has no run"
            raise RunNotFoundError(unknown(what, name, [run.name for run in every]))
        raise RunNotFoundError(
            f"{len(found)} runs begin with {name!r}: {some([run.name for run in found])}. Give "
            f"more letters of one, or its id: the newest is {found[0].name}, id {found[0].id}."
        )

    def delete_pipeline_run(self, name: str | int) -> None:
        """Deletes a run, and of what it made all that nothing else uses.

        Raises:
            RunNotFoundError: There is none, or several begin so; names them.
            RunError: It is running.
        """
        from zenml.runtime.deletion import delete_run

        run = self.get_pipeline_run(name, of_pipeline=False)
        delete_run(run.store, run.record)

    def delete_pipeline(self, name: str) -> None:
        """Removes the files of a pipeline; its runs stay, unlisted.

        Raises:
            PipelineNotFoundError: There is none; names those there are.
        """
        from zenml.runtime.deletion import delete_pipeline

        delete_pipeline(name)

    def list_artifacts(self) -> list[ArtifactView]:
        """The newest version of every artifact, by name."""
        return [versions[-1] for versions in self._artifacts().values()]

    def list_artifact_versions(self, name: str | None = None) -> list[ArtifactView]:
        """Every version of an artifact, or of all of them, the newest first.

        Raises:
            ArtifactNotFoundError: There is none of that name; names those there are.
        """
        if name is None:
            return [view for versions in self._artifacts().values() for view in versions[::-1]]
        return self._versions(name)[::-1]

    def get_artifact_version(self, name: str, version: str | int | None = None) -> ArtifactView:
        """One version of an artifact.

        Args:
            name: The name that it was given, or `pipeline::step::output`.
            version: None is the newest.

        Raises:
            ArtifactNotFoundError: No such name, or version of it; names what there is.
        """
        found = self._versions(name)
        if version is None:
            return found[-1]
        for view in reversed(found):
            if view.version == str(version):
                return view
        have = [view.version for view in found]
        raise ArtifactNotFoundError(
            unknown(f"Artifact {name!r} has no version", str(version), have)
        )

    def load_artifact(self, name: str, version: str | int | None = None) -> Any:
        """The value of an artifact; see `get_artifact_version`."""
        return self.get_artifact_version(name, version).load()

    def save_artifact(
        self,
        data: Any,
        name: str,
        version: str | int | None = None,
        tags: Sequence[str] | None = None,
        materializer: type | None = None,
    ) -> ArtifactView:
        """Keeps a value as an artifact, outside of any run; see `zenml.save_artifact`."""
        from zenml.client.values import save_artifact

        return save_artifact(data, name, version, tags, materializer)

    def _pipeline_names(self) -> list[str]:
        specs = Repository.get_instance().pipeline_specs()
        return sorted({spec.name for _, spec in specs if spec.type != UNLISTED})

    def _versions(self, name: str) -> list[ArtifactView]:
        for store in self._stores:
            found = [v for v in artifact_versions.of_name(store, name) if v.artifact.live]
            if found:
                return [ArtifactView(store, version.artifact, version) for version in found]
        raise ArtifactNotFoundError(unknown("There is no artifact", name, self._artifacts()))

    def _artifacts(self) -> dict[str, list[ArtifactView]]:
        found: dict[str, list[ArtifactView]] = {}
        for store in self._stores:
            for name, versions in artifact_versions.everything(store).items():
                views = [ArtifactView(store, version.artifact, version) for version in versions]
                found.setdefault(name, views)
        return dict(sorted(found.items()))
