"""Exports a release: a folder that serves without the repository, and without its stores."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from zenml.artifacts import store as artifact_files
from zenml.edges import edge
from zenml.errors import ReleaseError, RunInterruptedError
from zenml.files import write_bytes
from zenml.metadata.artifact_versions import VALUE_TYPE
from zenml.repo import Repository
from zenml.repo.git import GitRepository
from zenml.runtime.release import readme, serving, standalone, tags
from zenml.runtime.release.code import code_of
from zenml.runtime.release.pins import ArtifactPin
from zenml.runtime.release.release import Release
from zenml.runtime.release.verifying import check_files, folder_of
from zenml.runtime.signals import Terminated, stoppable

ARTIFACTS, CODE = "artifacts", "code"
# Of what standard steps make. The rest only served to make the model.
_KEPT = ("Schema", "ModelEvaluation", "ModelBlessing", VALUE_TYPE)


@edge
def export(name: str, folder: str | os.PathLike[str]) -> Path:
    """Writes a release into a folder: all of it, or nothing.

    The folder gets the pipeline's file, the pins (`release.json`), the packages that the
    run had (`requirements.txt`), schemas, evaluations and values under
    `artifacts/<step>/<output>`, and a `README.md`. Models of a TrainingPipeline are
    `<pipeline>/<version>`, as TensorFlow Serving takes them; preprocessing is part of
    them. Values come with `load.py`, which reads them without zenml where their format
    allows that, and with the code of the steps in `code`, which may define their classes.

    Args:
        name: Of the release.
        folder: A new folder, or an empty one.

    Returns:
        The folder.

    Raises:
        ReleaseNotFoundError: There is no such release; names those there are.
        ReleaseError: The folder is not empty or cannot be written, or an artifact is not
            as it was released.
        RunInterruptedError: The process was told to stop.

    Example:
        >>> export("1.0", "penguins-1.0")  # doctest: +SKIP
        PosixPath('/home/ada/penguins-1.0')
    """
    git = Repository.get_instance().get_git_wrapper()
    release = tags.read(git, name)
    target = Path(os.path.abspath(os.path.expanduser(folder)))
    _refuse_used(target)
    try:
        with stoppable(), _whole(target) as scratch:
            _fill(git, release, scratch)
    except Terminated as exc:
        raise RunInterruptedError(
            f"Exporting release {release.name} was stopped, and nothing was written."
        ) from exc
    except OSError as exc:
        _refuse_used(target)  # somebody else was quicker
        raise ReleaseError(
            f"Release {release.name} cannot be written to {target}: {exc.strerror or exc}. "
            "Nothing was written; free the disk, or choose another folder."
        ) from exc
    return target


@contextlib.contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A folder beside another, which becomes it at the end; without an end nothing stays."""
    scratch = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    new = [parent for parent in target.parents if not parent.exists()]
    try:
        scratch.mkdir(parents=True)
        yield scratch
        os.rename(scratch, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        for parent in new:
            with contextlib.suppress(OSError):  # where it holds the release now
                parent.rmdir()


def _refuse_used(target: Path) -> None:
    if target.is_dir() and not any(target.iterdir()):
        return
    if os.path.lexists(target):
        what = "is not empty" if target.is_dir() else "is a file"
        raise ReleaseError(f"{target} {what}, and nothing is written over. Name a new folder.")


def _fill(git: GitRepository, release: Release, folder: Path) -> None:
    """Writes everything; the folder is nobody's yet."""
    pins, models = release.pins, {}
    for pin in pins.of_type(*_KEPT, serving.MODEL):
        source = Path(_as_released(release, pin))
        if pin.type == serving.MODEL:
            models[pin.name] = serving.place_of(release, pin)
            _copy(serving.saved_model(source), folder / models[pin.name])
        else:
            _copy(source, folder / ARTIFACTS / pin.node / pin.output)
    told = pins.to_dict()
    if pins.of_type(VALUE_TYPE):
        told["roots"] = _write_code(git, release, folder / CODE)
        loader = Path(standalone.__file__).read_text(encoding="utf-8")
        (folder / "load.py").write_text(loader, encoding="utf-8")
    texts = {
        "release.json": json.dumps(told, indent=1) + "\n",
        Path(pins.pipeline["file"]).name: release.pipeline,
        "requirements.txt": readme.requirements(pins),
        "README.md": readme.readme(release, models),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _write_code(git: GitRepository, release: Release, folder: Path) -> list[str]:
    """Writes the modules of the free steps; gives the folders to import them from."""
    code = code_of(git, release)
    for path, content in code.files.items():
        write_bytes(folder / path, content, sync=False)
    return [f"{CODE}/{root}".rstrip("/") for root in code.roots]


def _as_released(release: Release, pin: ArtifactPin) -> str:
    """The folder of an artifact, whose files are found to be those that were released."""
    check = check_files(release, pin)
    if not check.ok:
        raise ReleaseError(
            f"Release {release.name} cannot be exported: of {check.about} the files are "
            f"{'gone' if check.state == 'missing' else 'changed'}: {check.said}. "
            f"`zenml release verify {release.name}` tells of all the others."
        )
    return folder_of(release, pin)


def _copy(source: Path, target: Path) -> None:
    """Copies the files of an artifact so that their hash stays what it is."""
    target.mkdir(parents=True)
    for entry in artifact_files.files_of(str(source)):
        copied = target / os.path.relpath(entry.path, source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        if entry.is_file():
            shutil.copyfile(entry.path, copied)
        else:  # a link to a folder, or to nothing
            os.symlink(os.readlink(entry.path), copied)
