"""The function that prints, without any pipeline: into a file, as a log would be.

Usage: plain_work.py COUNT
"""

import contextlib
import json
import sys
import time


def shout(count):
    start = time.perf_counter()
    for number in range(count):
        print("line", number)
    sys.stdout.flush()
    return time.perf_counter() - start


def main(count):
    with open("plain.log", "w") as log, contextlib.redirect_stdout(log):
        seconds = shout(count)
    print(json.dumps({"more": seconds, "printing": seconds}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
