"""Every error that zenml raises on purpose.

    ZenMLError
    ├── RepositoryError
    │   ├── NotAGitRepositoryError       no git work tree around this folder
    │   ├── RepositoryNotFoundError      git, but `zenml init` was never run
    │   ├── GitError                     git is missing or refused
    │   ├── SourceNotFoundError          the file or module of a class cannot be found
    │   └── VersionNotFoundError         no such class at that commit
    ├── StepError
    │   ├── StepArgumentError            a constructor argument that cannot be
    │   ├── MissingStepParameterError    a required parameter that was not given
    │   ├── StepInterfaceError           a step that does not keep its interface
    │   ├── StepContextError             asked for where no step runs
    │   └── RetiredError                 a step whose service is no more
    ├── PipelineError
    │   ├── PipelineInterfaceError       a step missing, extra, or of the wrong kind
    │   ├── PipelineNotFoundError        no pipeline of that name
    │   ├── PipelineEditedError          a YAML file edited after it ran
    │   ├── ModelError                   a given model is not there, not as it was, or not blessed
    │   └── AlreadyExistsException       the name is taken
    ├── SpecError                        a YAML file that is no pipeline
    ├── DatasourceError
    │   ├── DatasourceNotFoundError      no datasource (or commit) of that name
    │   └── SourceChangedError           the snapshot is gone and the source differs
    ├── DataError                        rows, columns or cells that cannot be used
    ├── BackendError                     a backend that cannot do what is asked
    ├── ArtifactStoreError
    │   ├── ArtifactNotFoundError        no artifact, or no version of it, of that name
    │   └── MaterializerError            a value that cannot be saved, or a wrong materializer
    ├── MetadataStoreError
    ├── ServingError                     a model that cannot be served
    │   └── RequestError                 a request that a server cannot answer
    ├── PageError                        a page that cannot be shown
    ├── ReleaseError                     a release that cannot be made, or is not as it was
    │   └── ReleaseNotFoundError         no release of that name
    └── RunError
        ├── RunNotFoundError             no run of that name, or no step of that name in it
        ├── MetricNotFoundError          no step of a run gives that metric
        ├── ResultNotFoundError          a run has no such result: no model, no split
        ├── BisectError                  no commit can be named that moved a metric
        ├── StepRunError                 a step failed while it ran
        └── RunInterruptedError          the run was stopped from outside

A message says what failed, where, and what to do next. Errors of other
packages are translated where zenml meets them, with `raise ... from exc`.
Only the command line prints them; its exit status is `exit_status`.
"""

from __future__ import annotations


class ZenMLError(Exception):
    """Root of all errors that zenml raises on purpose.

    Attributes:
        exit_status: What the command line exits with when this error ends it.

    Example:
        >>> raise ZenMLError("what, where, what to do")
        Traceback (most recent call last):
        zenml.errors.ZenMLError: what, where, what to do
    """

    exit_status = 1


class RepositoryError(ZenMLError):
    """The repository cannot do what is asked."""


class NotAGitRepositoryError(RepositoryError):
    """There is no git work tree around the folder."""


class RepositoryNotFoundError(RepositoryError):
    """The git repository was never initialised with `zenml init`."""


class GitError(RepositoryError):
    """Git is missing, or refused a command."""


class SourceNotFoundError(RepositoryError):
    """The file or module that defines a class cannot be found."""


class VersionNotFoundError(RepositoryError):
    """A class does not exist at the commit that was asked for."""


class StepError(ZenMLError):
    """A step is not usable."""


class StepArgumentError(StepError):
    """A constructor argument of a step that cannot be."""


class StepInterfaceError(StepError):
    """A step that does not keep the rules of its interface."""


class MissingStepParameterError(StepError):
    """A required parameter of a step was not given."""


class StepContextError(StepError):
    """The context of a step was asked for where no step runs."""


class RetiredError(StepError):
    """A step cannot be made any more: what it worked with does not exist."""


class PipelineError(ZenMLError):
    """A pipeline is not usable."""


class PipelineInterfaceError(PipelineError):
    """A step of the pipeline is missing, extra, or of the wrong kind."""


class PipelineNotFoundError(PipelineError):
    """No pipeline has that name."""


class PipelineEditedError(PipelineError):
    """The YAML file of a pipeline was edited after it ran."""


class ModelError(PipelineError):
    """A model that a pipeline was given is not there, was changed, or is not blessed."""


class AlreadyExistsException(PipelineError):  # noqa: N818 - the name users know
    """The name is taken in this repository."""


class SpecError(ZenMLError):
    """A YAML file or mapping that does not describe a pipeline."""


class DatasourceError(ZenMLError):
    """A datasource is not usable."""


class DatasourceNotFoundError(DatasourceError):
    """No datasource, or no commit of it, has that name."""


class SourceChangedError(DatasourceError):
    """The snapshot of a commit is gone and its source has changed since."""


class DataError(ZenMLError):
    """Rows, columns or cells that cannot be used as they are."""


class BackendError(ZenMLError):
    """A backend that cannot do what is asked."""


class ArtifactStoreError(ZenMLError):
    """The artifact store cannot be read or written."""


class ArtifactNotFoundError(ArtifactStoreError):
    """No artifact, or no version of it, has that name."""


class MaterializerError(ArtifactStoreError):
    """A value cannot be turned into files or back, or a materializer cannot do it."""


class MetadataStoreError(ZenMLError):
    """The metadata store cannot be reached, read or written."""


class ServingError(ZenMLError):
    """A model cannot be served."""


class RequestError(ServingError):
    """A request cannot be answered as it is.

    Args:
        message: What is wrong with it.
        status: The status of HTTP: 400 what is asked cannot be, 404 what is asked for is not
            there, 413 it is too large, 415 of an encoding that is not read, 501 the model does
            not do this.

    Example:
        >>> RequestError("There is no model 'pengiuns'.", 404).status
        404
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class PageError(ZenMLError):
    """A page cannot be shown where it was asked for."""


class ReleaseError(ZenMLError):
    """A release cannot be made or exported, or what it pinned is not as it was."""


class ReleaseNotFoundError(ReleaseError):
    """No release has that name."""


class RunError(ZenMLError):
    """A run did not end well."""


class RunNotFoundError(RunError):
    """No run has that name, or no step of a run has it."""


class MetricNotFoundError(RunError):
    """No step of a run gives a metric of that name, or several do."""


class ResultNotFoundError(RunError):
    """A run has not what is asked for: no evaluation, no model, no split of that name."""


class BisectError(RunError):
    """The commits given cannot tell which one moved a metric."""


class StepRunError(RunError):
    """A step failed while it ran.

    Attributes:
        step: Name of the node that failed.
        run: Name of the run.
        user_traceback: The traceback from the user's own code on; "" where
            none of his code took part.

    Example:
        >>> StepRunError("`trainer` failed: no rows", step="trainer", run="r1").step
        'trainer'
    """

    def __init__(self, message: str, *, step: str, run: str) -> None:
        super().__init__(message)
        self.step = step
        self.run = run
        self.user_traceback = ""


class RunInterruptedError(RunError):
    """The run was stopped from outside."""

    exit_status = 130
