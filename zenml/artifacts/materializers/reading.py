"""Reading: one artifact while it is loaded, its parts included."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zenml.artifacts.materializers import names
from zenml.artifacts.materializers.base import BaseMaterializer
from zenml.artifacts.materializers.registry import PACKAGE, is_built_in
from zenml.artifacts.store import digest, measure
from zenml.errors import ArtifactStoreError, MaterializerError, ZenMLError

if TYPE_CHECKING:
    from zenml.artifacts.values import ValueRecord


class Reading:
    """Loads an artifact and what lies inside it, and lets nothing run that was edited.

    Args:
        uri: The folder of the whole artifact.
        content_hash: What was recorded as the hash of its files.
        resolve: Loads a class by its dotted name; None imports it.
        world: The commit whose classes are meant (see `names`).

    Example:
        >>> Reading("/no/such/folder", "0" * 64).verify()
        Traceback (most recent call last):
        zenml.errors.ArtifactStoreError: The artifact /no/such/folder is gone: there are no \
files. Run the step that made it again.
    """

    def __init__(
        self,
        uri: str,
        content_hash: str = "",
        resolve: Callable[[str], type] | None = None,
        world: str = "",
    ) -> None:
        self.uri = uri
        self.world = world
        self._content_hash = content_hash
        self._resolve = resolve
        self._verified = False

    def load(self, uri: str, record: ValueRecord, data_type: Any) -> Any:
        """The value of the whole artifact, or of a part of it.

        Args:
            uri: The folder of that part.
            record: What was recorded of it.
            data_type: What is asked for; None where nobody says.

        Raises:
            ArtifactStoreError: Files are gone, cut short, or not those that were recorded.
        """
        if not record.materializer.startswith(f"{PACKAGE}."):
            self.verify()  # before its module is imported
        materializer = self._materializer(record.materializer)
        if materializer.EXECUTES:
            self.verify()
        made = materializer(uri)
        made._reading, made._python = self, record.python
        try:
            return made.load(self._data_type(data_type, record))
        except ZenMLError:
            raise
        except Exception as exc:
            self._refuse_missing()
            if not is_built_in(materializer):
                raise ArtifactStoreError(
                    f"{materializer.__name__}.load() failed with {type(exc).__name__}: {exc}. "
                    f"It was to read the artifact {uri}."
                ) from exc
            raise ArtifactStoreError(
                f"The artifact {uri}, a {record.type or 'value'}, cannot be read "
                f"({type(exc).__name__}: {exc}). Its files have been damaged or were made by "
                f"something other than {materializer.__name__}: run the step that made it again."
            ) from exc

    def find(self, source: str) -> Any:
        """A class that the files name; so they must be those that were recorded."""
        self.verify()
        return names.find(source, self.world, self._resolve)

    def find_by(self, module: str, name: str) -> Any:
        """What a pickle means by a global; None where it is to be imported as usual."""
        in_world = names.world_of(module)
        source = f"{names.without_world(module)}.{name}"
        if self.world:
            found = names.in_world(source, self.world)
            if found is not None:
                return found
        return names.find(source, "", self._resolve) if in_world else None

    def verify(self) -> None:
        """Makes sure that the files are those whose hash was recorded.

        Raises:
            ArtifactStoreError: They are not, or no hash was recorded.
        """
        if self._verified:
            return
        self._refuse_missing()
        if not self._content_hash:
            raise ArtifactStoreError(
                f"The artifact {self.uri} holds a pickle or names classes to be made, and no hash "
                "of its files is known: it is not loaded. Load it through the run that made it."
            )
        found = digest(self.uri).digest
        if found != self._content_hash:
            raise ArtifactStoreError(
                f"The files of the artifact {self.uri} are not those that were recorded (sha256 "
                f"{found[:12]} and not {self._content_hash[:12]}); loading them could run code of "
                "whoever changed them, so it is refused. Run the step that made it again."
            )
        self._verified = True

    def _refuse_missing(self) -> None:
        if not measure(self.uri).files:
            raise ArtifactStoreError(
                f"The artifact {self.uri} is gone: there are no files. Run the step that made it "
                "again."
            )

    def _materializer(self, source: str) -> type[BaseMaterializer]:
        if source.startswith(f"{PACKAGE}.") or self._resolve is None:
            found = names.find(source, self.world)
        else:
            found = self.world and names.in_world(source, self.world)
            found = found or self._resolve(source)
        if not (isinstance(found, type) and issubclass(found, BaseMaterializer)):
            raise MaterializerError(f"{source} is no materializer, so {self.uri} cannot be loaded.")
        return found

    def _data_type(self, asked: Any, record: ValueRecord) -> Any:
        """The class that is asked for, or else the one that was saved if it is in memory."""
        if isinstance(asked, type):
            return asked
        return names.in_memory(record.type, self.world) if record.type else None
