"""The model as `zenml model serve` serves it.

    python -m benchmarks.serving.ours FOLDER

Prints the URL and answers until its standard input ends; each request is logged, into a file of the
current folder. A new version in the folder is looked for ten times a second.
"""

from __future__ import annotations

import logging
import sys

from zenml.serving import ModelServer


def main() -> None:
    """Serves the model of the command line."""
    logging.basicConfig(filename="ours.log", level=logging.INFO, format="%(message)s")
    with ModelServer({"penguins": sys.argv[1]}, poll_seconds=0.1) as server:
        print(f"{server.url}/v1/models/penguins:predict", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
