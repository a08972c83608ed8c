"""The tags that releases are: made, found, read. Of the repository nothing else changes."""

from __future__ import annotations

import logging
import os

from zenml.errors import GitError, ReleaseError, ReleaseNotFoundError
from zenml.hints import did_you_mean
from zenml.repo.git import GitRepository
from zenml.runtime.release import message
from zenml.runtime.release.pins import Pins
from zenml.runtime.release.release import PREFIX, Release

_REFS = f"refs/tags/{PREFIX}"
_NOBODY = ("tell me who you are", "empty ident", "no email was given", "unable to auto-detect")
_log = logging.getLogger("zenml")


def check_name(git: GitRepository, name: str) -> None:
    """Checks that a release can be called so.

    Raises:
        ReleaseError: Git takes no such name for a tag, or there is such a tag already.
    """
    try:
        git.ask("check-ref-format", _REFS + name)
    except GitError as exc:
        raise ReleaseError(
            f"A release cannot be called {name!r}, for git takes no tag {PREFIX}{name}. Take "
            "letters, digits, '.', '-' and '_', e.g. '1.0'."
        ) from exc
    if _objects(git, name):
        raise ReleaseError(
            f"There is a tag {PREFIX}{name} already, and a release never changes. Take another "
            "name."
        )


def make(git: GitRepository, pins: Pins, pipeline: str) -> None:
    """Makes the annotated tag of a release.

    Args:
        git: The repository.
        pins: What the release ties down.
        pipeline: The text of the pipeline's file.

    Raises:
        ReleaseError: Git refuses; says why.
    """
    text = message.write(pins, pipeline)
    tag = PREFIX + pins.release
    words = ("tag", "--annotate", "--cleanup=verbatim", "--file=-", tag, pins.commit)
    try:
        git.ask(*words, data=as_input(text))
    except GitError as exc:
        said = str(exc).lower()
        if any(words in said for words in _NOBODY):
            raise ReleaseError(
                "Git does not know who makes the tag. Say it once: git config user.name 'Your "
                "Name' and git config user.email you@example.com"
            ) from exc
        raise ReleaseError(f"The tag {tag} cannot be made: {exc}") from exc


def read(git: GitRepository, name: str) -> Release:
    """The release of a name; `zenml/` before it may stay.

    Raises:
        ReleaseNotFoundError: There is none; names those there are.
        ReleaseError: The tag of that name is no release.
    """
    short = name.removeprefix(PREFIX)
    found = _objects(git, short)
    if not found:
        names = list(_objects(git))
        have = f"There are: {', '.join(names)}." if names else "There are none."
        raise ReleaseNotFoundError(
            f"There is no release {short!r} here.{did_you_mean(short, names)} {have} Those of "
            "others come with: git fetch --tags"
        )
    content = git.read_blobs(found.values())[found[short]]
    return _release(short, content)


def read_all(git: GitRepository) -> list[Release]:
    """Every release, the newest first; a tag that is none is named in a warning."""
    objects = _objects(git)
    contents = git.read_blobs(objects.values())
    found = []
    for name, number in objects.items():
        try:
            found.append(_release(name, contents[number]))
        except ReleaseError as exc:
            _log.warning("A tag that is left out: %s", exc)
    return sorted(found, key=lambda release: release.made, reverse=True)


def as_input(text: str) -> str:
    """A text that git gets in UTF-8 whatever the terminal's encoding is."""
    return os.fsdecode(text.encode())


def _objects(git: GitRepository, name: str = "") -> dict[str, str]:
    """Name -> object, of the tags of releases, or of the one of that name."""
    raw = git.ask("for-each-ref", "--format=%(objectname) %(refname)", _REFS + name)
    lines = [line.partition(" ") for line in raw.decode("utf-8", errors="replace").splitlines()]
    found = {reference[len(_REFS) :]: number for number, _, reference in lines}
    return {key: number for key, number in found.items() if name in ("", key)}


def _release(name: str, content: bytes) -> Release:
    """A release, of the object of its tag."""
    where = f"The tag {PREFIX}{name}"
    head, _, body = content.decode("utf-8", errors="replace").partition("\n\n")
    keys = dict(reversed([line.split(" ", 1) for line in head.splitlines() if " " in line]))
    if "tagger" not in keys or keys.get("type") != "commit":
        raise ReleaseError(f"{where} is no release: it is no annotated tag of a commit.")
    pins, pipeline = message.read(body, where)
    who, _, when = keys["tagger"].partition("> ")
    seconds = when.split()[0] if when else "0"
    return Release(name, pins, pipeline, keys["object"], who.partition(" <")[0], float(seconds))
