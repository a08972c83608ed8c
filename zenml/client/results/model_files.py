"""The files of a model, copied out of the artifact store."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from zenml.errors import AlreadyExistsException, ArtifactStoreError


def download_model(model_uri: str, out_path: str | os.PathLike[str]) -> Path:
    """Copies a model to a folder, whole or not at all.

    Args:
        model_uri: Folder of the model.
        out_path: The folder that it becomes; made here, or there and empty.

    Returns:
        Absolute path of the folder.

    Raises:
        AlreadyExistsException: Something lies in the folder already.
        ArtifactStoreError: The model is not there, or the folder cannot be written.

    Example:
        >>> import tempfile
        >>> model = Path(tempfile.mkdtemp(), "model")
        >>> model.mkdir()
        >>> _ = (model / "saved_model.pb").write_text("")
        >>> [path.name for path in download_model(str(model), f"{model}-copy").iterdir()]
        ['saved_model.pb']
    """
    target = Path(os.path.abspath(Path(out_path).expanduser()))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise AlreadyExistsException(f"{target} is there already: name an empty or a new folder.")
    if not os.path.isdir(model_uri):
        raise ArtifactStoreError(
            f"The model {model_uri} is not in the artifact store any more: train it again."
        )
    scratch = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(model_uri, scratch)
        os.replace(scratch, target)
    except OSError as exc:
        raise ArtifactStoreError(
            f"The model in {model_uri} could not be copied to {target}: {exc}. Nothing was written."
        ) from exc
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target
