"""Reads one source into TFRecords as a commit does, and says what that took.

    python -m benchmarks.sources.work KIND ARGUMENTS FOLDER

ARGUMENTS are those of the kind's step, as JSON. What is in memory (pandas, NumPy) gets
there before the clock starts; that it is written down is part of the time.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.sources.kinds import KINDS
from zenml.records import ContentHasher, RecordWriter, split_folder


def read(step: Any, folder: Path) -> tuple[int, str]:
    """Reads all rows of a step into a folder; how many there are, and their hash."""
    before, hasher = step.source_state(), ContentHasher()
    with RecordWriter(split_folder(folder, "examples")) as writer:
        for rows, batch in step.serialized_batches():
            hasher.update(batch)
            if rows is None:
                writer.write(batch)
            else:
                writer.write_serialized(rows, batch)
    if step.source_state() != before:
        raise SystemExit("the source changed while it was read")
    return hasher.rows, hasher.hexdigest()


def main() -> None:
    """Prints seconds, processor time, rows and hash as JSON."""
    from tfx_bsl.coders import example_coder  # noqa: F401 - importing is no part of reading

    name, arguments, target = sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3])
    kind = next(kind for kind in KINDS if kind.name == name)
    source: Any = kind.step(**arguments)
    start, busy = time.perf_counter(), time.process_time()
    rows, digest = read(source.get_data_step() if kind.in_memory else source, target)
    said = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - busy}
    shutil.rmtree(target)
    print(json.dumps({**said, "rows": rows, "digest": digest}))


if __name__ == "__main__":
    main()
