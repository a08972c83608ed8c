"""The process that runs a run: how it is recorded, and whether it is gone."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PID, _HOST, _BEGAN = "zenml_pid", "zenml_host", "zenml_process"
_NAMESPACE = "zenml_pid_namespace"


def mine() -> dict[str, Any]:
    """Properties that say: this process runs it."""
    return {
        _PID: os.getpid(),
        _HOST: socket.gethostname(),
        _BEGAN: _began(os.getpid()),
        _NAMESPACE: _namespace() or None,
    }


def recorded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the properties of a run that say which process runs it."""
    return {key: values[key] for key in (_PID, _HOST, _BEGAN, _NAMESPACE) if key in values}


def is_here(values: Mapping[str, Any]) -> bool:
    """Whether a recorded process belongs to a machine called as this one."""
    return values.get(_HOST) == socket.gethostname()


def is_gone(values: Mapping[str, Any]) -> bool:
    """Whether a recorded process has ended; never where that cannot be told from here.

    Two containers may share the name of the machine, and number their processes apart.
    """
    if values.get(_HOST) != socket.gethostname():
        return False
    if values.get(_NAMESPACE, _namespace()) != _namespace():
        return False
    pid = int(values.get(_PID, 0))
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    told = _told(pid)
    if told and told[0] in "ZX":  # it ended, and its parent has not asked how
        return True
    began, begins = values.get(_BEGAN), _began(pid)
    return bool(began and begins and began != begins)


def _began(pid: int) -> str:
    """When a process began, for its number is given to another one later; "" if unknown."""
    told = _told(pid)
    return told[19] if told else ""


def _told(pid: int) -> list[str]:
    """What Linux says of a process, beginning with its state; [] elsewhere."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _namespace() -> str:
    """Within which the number of this process counts; "" if unknown."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
