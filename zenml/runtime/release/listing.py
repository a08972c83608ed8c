"""Lists the releases."""

from __future__ import annotations

from zenml.repo import Repository
from zenml.runtime.release import tags
from zenml.runtime.release.release import Release


def releases() -> list[Release]:
    """The releases of the repository around the current folder, the newest first.

    Example:
        >>> from zenml.repo import Repository
        >>> repo = Repository.init_repo()
        >>> releases()
        []
    """
    return tags.read_all(Repository.get_instance().get_git_wrapper())
