"""The same model called in the process, without HTTP: the floor of what a request can cost.

    python -m benchmarks.serving.inside MODEL BODY_FILE SECONDS

Prints JSON, as a client does.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.serving.load import summary
from benchmarks.serving.plain import predictor


def main() -> None:
    """Calls the model with the rows of the body for so many seconds."""
    folder, file, seconds = sys.argv[1:]
    predict = predictor(folder)
    rows = json.loads(Path(file).read_bytes())["instances"]
    predict(rows)
    latencies = []
    began = time.perf_counter()
    while (start := time.perf_counter()) < began + float(seconds):
        predict(rows)
        latencies.append((time.perf_counter() - start) * 1000)
    print(json.dumps(summary(latencies, [], time.perf_counter() - began)))


if __name__ == "__main__":
    main()
