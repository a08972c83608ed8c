#!/bin/sh
# Install PyTorch into an environment, for the tests that need it: install_torch.sh PYTHON
# It stands in no lock, for it takes gigabytes; what the lock pins stays as it is.
set -eu
python=$1
root=$(cd "$(dirname "$0")/.." && pwd)
if "$python" -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)'; then
    exit 0
fi
case $("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') in
3.10)
    # The last that brings no CUDA packages, and the numpy of this lock is one it knows.
    want="torch==1.12.1" lock=tfx-1.16-py310.txt
    echo "torch: installing $want: 0.8 GB to download, 1.6 GB on the disk" ;;
*)
    want="torch>=2.6,<3" lock=tfx-1.21.txt
    echo "torch: installing $want: 3 GB to download with its CUDA packages, 5 GB on the disk" ;;
esac
uv=$(command -v uv || echo "$(dirname "$python")/../uv/bin/uv")
UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-300} "$uv" pip install --quiet --python "$python" \
    --constraint "$root/requirements/$lock" "$want"
