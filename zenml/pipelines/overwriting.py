"""Files that an inferrer would write over: those of another inferrer, and those that are read."""

from __future__ import annotations

import fnmatch
import glob
import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from zenml.errors import PipelineInterfaceError
from zenml.pipelines.graph import Graph
from zenml.steps.base import BaseStep
from zenml.steps.data.files import FileDataStep, resolve
from zenml.steps.data.tfrecords import TFRecordsDataStep
from zenml.steps.inferrer.file_writer import FileWriterInferrer


def refuse_overwriting(
    graph: Graph, step: BaseStep, where: str, splits: Sequence[str] | None = ()
) -> None:
    """Refuses an inferrer whose files another step of the pipeline writes, or reads as its source.

    Args:
        graph: The nodes that were added so far, with what they read.
        step: That is to be added.
        where: Said in errors, e.g. "Step `inferrer`".
        splits: Names of the splits of its rows; None where they are not known yet.

    Raises:
        PipelineInterfaceError: Names the file, and what it is to the pipeline already.
    """
    if not isinstance(step, FileWriterInferrer):
        return
    files = {file for split in _written(splits) for file in step.files(split)}
    for node, other in graph.steps.items():
        if isinstance(other, FileWriterInferrer):
            for pair in _pairs(splits, graph.splits.get(node, ())):
                _refuse_both(step, other, pair, where, node)
        if isinstance(other, FileDataStep) and any(_reads(other, file) for file in files):
            taken = min(file for file in files if _reads(other, file))
            raise PipelineInterfaceError(
                f"{where} writes {taken}, which the datasource reads, or would read the next "
                "time: give it another output_path."
            )


def _refuse_both(
    step: FileWriterInferrer,
    other: FileWriterInferrer,
    splits: tuple[str, str],
    where: str,
    node: str,
) -> None:
    """Refuses two inferrers of which one would write over, or delete, what the other wrote."""
    if not step.collides_with(other, *splits):
        return
    mine, others = step.files(splits[0]), other.files(splits[1])
    both = sorted({*mine} & {*others})
    if both:
        what = f"{both[0]}, and so does step {node!r}"
    elif step.num_shards:
        what = f"{mine[0]}, which step {node!r} would take for outdated, and delete"
    else:
        what = f"{mine[0]}, and would take {others[0]} of step {node!r} for outdated, and delete it"
    raise PipelineInterfaceError(f"{where} writes {what}: give one of them another output_path.")


def _pairs(mine: Sequence[str] | None, others: Sequence[str] | None) -> Iterator[tuple[str, str]]:
    """Each split of one inferrer with each of another; all in one if they are not known."""
    yield from itertools.product(_written(mine), _written(others))
    if mine is None or others is None:
        yield "", ""


def _written(splits: Sequence[str] | None) -> Sequence[str]:
    """The splits as files are named after them: after none where there is one."""
    return splits if splits and len(splits) > 1 else [""]


def _reads(source: FileDataStep, file: str) -> bool:
    """Whether a file is one that a source reads, or will be once it is there."""
    written = Path(os.path.realpath(file))
    place = resolve(source.path)
    read = Path(os.path.realpath(place))
    if written == read or place.is_file():
        return written == read
    if isinstance(source, TFRecordsDataStep) and glob.has_magic(source.path) and not place.exists():
        return _matches(Path(file), place)
    if read not in written.parents or not file.lower().endswith(source.ENDINGS or ""):
        return False
    return not any(part[0] in "._" for part in written.relative_to(read).parts)


def _matches(file: Path, pattern: Path) -> bool:
    """Whether a file is one of a pattern's, by whatever name its folder goes."""
    if file.name[0] in "._" or not fnmatch.fnmatchcase(file.name, pattern.name):
        return False
    folders = [str(pattern.parent), *glob.glob(str(pattern.parent))]
    return os.path.realpath(file.parent) in map(os.path.realpath, folders)
