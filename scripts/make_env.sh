#!/bin/sh
# Run make_env.py with any Python 3.8 or newer that really runs (a pyenv shim may refuse to).
here=$(dirname "$0")
for python in python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.10 "$HOME"/.pyenv/versions/3.*/bin/python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
        exec "$python" "$here/make_env.py" "$@"
    fi
done
echo "env: no Python 3.8 or newer runs here; install Python 3.10 and run make again." >&2
exit 1
