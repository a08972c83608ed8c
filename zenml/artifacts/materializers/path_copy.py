"""PathMaterializer: a copy of a file or of a folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from zenml.artifacts.materializers.archive import pack, unpack
from zenml.artifacts.materializers.base import BaseMaterializer
from zenml.errors import ArtifactStoreError, MaterializerError
from zenml.temporary import folder_of_process

_FOLDER = "folder.tar"
_FILES = "file"


class PathMaterializer(BaseMaterializer):
    """Keeps what lies at a path: a file as it is, a folder as a tar archive.

    A copy of it is made for whoever loads it, so that the artifact stays as it is; it
    lies in the temporary folder of the system until the process ends. A SavedModel is kept so
    too: return the path of its folder.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "notes.txt")
        >>> done = path.write_text("three rows")
        >>> materializer = PathMaterializer(tempfile.mkdtemp())
        >>> materializer.save(path)
        >>> materializer.load(Path).name, materializer.load(Path).read_text()
        ('notes.txt', 'three rows')
    """

    ASSOCIATED_TYPES = ("pathlib.Path", "pathlib._local.Path")
    EXECUTES = False

    def save(self, value: Any) -> None:
        """Copies the file, or packs the folder.

        Raises:
            MaterializerError: There is nothing at the path, or nothing that can be copied.
        """
        if not value.exists():
            raise MaterializerError(
                f"There is no file or folder {str(value)!r} to be kept. What is saved of a path "
                "is what lies there; to hand on only its name, return str(path)."
            )
        if os.path.realpath(self.uri).startswith(os.path.join(os.path.realpath(value), "")):
            raise MaterializerError(
                f"The folder {str(value)!r} cannot be kept, for the artifact store lies in it: "
                "return a folder that holds only what the next step needs."
            )
        if value.is_dir():
            pack(value, self._path(_FOLDER))
        elif value.is_file():
            os.mkdir(self._path(_FILES))
            shutil.copy(value, os.path.join(self._path(_FILES), value.name))
        else:
            raise MaterializerError(f"{str(value)!r} is neither a file nor a folder.")

    def load(self, data_type: Any) -> Path:
        """Gives the path of a copy."""
        target = tempfile.mkdtemp(dir=folder_of_process("copies", os.getpid()))
        if os.path.exists(self._path(_FOLDER)):
            name = unpack(self._path(_FOLDER), target)
            return Path(target, name)
        files = os.listdir(self._path(_FILES))
        if len(files) != 1:
            raise ArtifactStoreError(f"{self._path(_FILES)} should hold one file: it is damaged.")
        return Path(shutil.copy(self._path(os.path.join(_FILES, files[0])), target))

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """Its name."""
        return {"name": value.resolve().name}
