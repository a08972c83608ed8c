"""What a pipeline is called, and where it runs: refused before anything else is looked at."""

from __future__ import annotations

from typing import Any

from zenml.artifacts.store import ArtifactStore
from zenml.backends.base import check_backend
from zenml.errors import PipelineError, PipelineInterfaceError
from zenml.hints import shown
from zenml.metadata.base import MetadataStore
from zenml.spec_values import NAME_RULE, is_name


def check_name(name: Any) -> str:
    """The name of a pipeline.

    Raises:
        PipelineError: It cannot be called so.

    Example:
        >>> check_name("penguins")
        'penguins'
    """
    if not is_name(name):
        raise PipelineError(f"A pipeline cannot be called {shown(name)}: {NAME_RULE}.")
    return str(name)


def check_places(
    what: str, backend: Any, metadata_store: Any, artifact_store: Any, enable_cache: Any
) -> None:
    """Checks where a pipeline runs, and whether it may reuse results.

    Args:
        what: Said in errors, e.g. "Pipeline 'p'".
        backend: Of the pipeline, like the others.
        metadata_store: None is the repository's, as with the next.
        artifact_store: Takes the files.
        enable_cache: True or False.

    Raises:
        BackendError: It is no orchestrator.
        PipelineInterfaceError: Names the argument, what was given and what would do.
    """
    check_backend(backend, ("orchestrator",), what)
    stores = (
        ("artifact_store", artifact_store, ArtifactStore, "ArtifactStore('/data/artifacts')"),
        ("metadata_store", metadata_store, MetadataStore, "SQLiteMetadataStore(uri='metadata.db')"),
    )
    for name, given, kind, example in stores:
        if given is not None and not isinstance(given, kind):
            raise PipelineInterfaceError(
                f"{what}: {name} is {shown(given)}; it must be an instance of {kind.__name__}, "
                f"e.g. {example}, or None for the repository's."
            )
    if not isinstance(enable_cache, bool):
        raise PipelineInterfaceError(
            f"{what}: enable_cache is {shown(enable_cache)}; it must be True or False."
        )
