"""Runs the Python blocks of one page, one after another, in one namespace.

Reads one JSON string (the code, named by its place) a line, answers with one JSON
object a line: what was printed, and the error if there was one.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    sys.path.insert(0, os.getcwd())
    space = vars(sys.modules["__main__"])  # as in a notebook: what is typed there is found there
    space.pop("__file__", None)
    for line in sys.stdin:
        place, folder, code = json.loads(line)
        os.chdir(folder)
        printed, error = io.StringIO(), ""
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(code, place, "exec"), space)
            except Exception as exc:  # noqa: BLE001 - the page says which
                error = f"{type(exc).__module__}.{type(exc).__qualname__}: {exc}\n"
                traceback.print_exc()
        answers.write(json.dumps([printed.getvalue(), error]) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
