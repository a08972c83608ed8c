#!/usr/bin/env bash
# Resolve setup.py and requirements/*.in into the two locks.
# Usage: scripts/lock.sh [options of `uv pip compile`, for example --upgrade]
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-uv}

extras=(--extra bench --extra dev --extra docs --extra mysql)  # all but torch

resolve() { # the world's name, then options
    local name=requirements/$1
    shift
    "$uv" pip compile setup.py "$name.in" "${extras[@]}" --output-file "$name.txt" --quiet \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" "$@"
}

resolve tfx-1.16-py310 --python-version 3.10 --python-platform x86_64-manylinux2014 "$@"
resolve tfx-1.21 --universal --python-version 3.11 "$@"
