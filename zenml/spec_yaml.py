"""A pipeline's YAML file: written whole or not at all, and refused once edited."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from zenml.errors import AlreadyExistsException, PipelineEditedError, SpecError
from zenml.files import write_text
from zenml.spec import SCHEMA, PipelineSpec
from zenml.spec_text import read_written
from zenml.spec_values import digest_of

_ENVELOPE = ("schema", "digest", "written")
_HEAD = (
    "# A zenml pipeline as it ran. Do not edit: copy it to a new name, edit the copy,\n"
    "# and run that with `zenml pipeline run FILE`.\n"
)

# What every YAML parser, of 1.1 or 1.2, reads as this very string without quotes.
_PLAIN = re.compile(r"[^\W\d][\w./-]*(?: [\w./-]+)*")
_WORDS = frozenset(
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"]
)


def load_yaml(text: str, where: str) -> Any:
    """Parses YAML with the C parser where there is one.

    Raises:
        SpecError: Names the file and the line.
    """
    import yaml

    try:
        return yaml.load(text, Loader=_loader())
    except (yaml.YAMLError, ValueError) as exc:  # a date that no calendar has is a ValueError
        raise SpecError(f"{where} is no YAML: {exc}") from exc
    except RecursionError as exc:
        raise SpecError(f"{where} is nested too deeply.") from exc


def dump_yaml(data: Any) -> str:
    """Writes plain data as YAML text, keys in their order."""
    import yaml

    return yaml.dump(data, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=100)


@functools.cache
def _loader() -> Any:
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Refuses a key that stands twice, of which YAML would silently take the last."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    continue
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key.value!r} stands there twice", key.start_mark
                    )
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    return Loader


@functools.cache
def _dumper() -> Any:
    import yaml

    class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
        """Quotes whatever some parser might take for anything but a string."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        style = None if plain else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper


def file_name(spec: PipelineSpec) -> str:
    """Name of the YAML file of a spec: `<type>_<name>_<digest>.yaml`.

    The last part is the start of the spec's digest, so the same pipeline is the
    same file, and a different one is never written over it.
    """
    return f"{spec.type}_{slug_of(spec.name)}_{spec.digest[:16]}.yaml"


def slug_of(name: str) -> str:
    """A pipeline's name as it stands in the names of its files."""
    return re.sub(r"[^\w.-]+", "-", name)


def to_yaml(spec: PipelineSpec) -> str:
    """The text of the YAML file of a spec."""
    written = datetime.now(timezone.utc).isoformat(timespec="microseconds")
    head = {"schema": SCHEMA, "digest": spec.digest, "written": written}
    return _HEAD + dump_yaml({**head, **spec.to_dict()})


def from_yaml(text: str, where: str) -> tuple[PipelineSpec, str]:
    """Reads a spec from the text of its file.

    Args:
        text: The file's content.
        where: Its name, said in errors.

    Returns:
        The spec, and the digest that stands in the file: "" where there is none, or
        where it is not that of what else stands there, so that somebody edited it. (A
        zenml that knows more keys than the one that wrote the file finds no edit in it.)

    Raises:
        SpecError: Names the file, the key, and what would do.
    """
    unedited = read_unedited(text)
    if unedited is not None:
        return PipelineSpec.from_dict(unedited.body, where), unedited.digest
    data = load_yaml(text, where)
    if not isinstance(data, Mapping) or "schema" not in data:
        raise SpecError(f"{where} is no zenml pipeline: the key 'schema' is missing.")
    if data["schema"] != SCHEMA:
        raise SpecError(
            f"{where} has the schema {data['schema']!r}; this zenml reads {SCHEMA!r}. "
            "Install the zenml that wrote it."
        )
    body = {key: value for key, value in data.items() if key not in _ENVELOPE}
    try:
        spec = PipelineSpec.from_dict(body, where)
    except RecursionError as exc:  # a YAML alias that stands inside what it names
        raise SpecError(f"{where} is nested too deeply, or contains itself.") from exc
    digest = data.get("digest")
    return spec, str(digest) if digest == digest_of(body) else ""


class Written(NamedTuple):
    """What a pipeline's file holds, as plain data.

    Attributes:
        body: The spec.
        digest: Of the spec.
        written: When the file was written, ISO 8601.

    Example:
        >>> spec = PipelineSpec("p", "data", "zenml.pipelines.data.DataPipeline", "zenml_1")
        >>> read_unedited(to_yaml(spec)).body == spec.to_dict()
        True
    """

    body: dict[str, Any]
    digest: str
    written: str


def read_unedited(text: str) -> Written | None:
    """What the text of a file holds that was not edited since zenml wrote it.

    None says nothing: `from_yaml` tells whether it was edited.
    """
    data = read_written(text)
    if data is None or data.get("schema") != SCHEMA:
        return None
    body = {key: value for key, value in data.items() if key not in _ENVELOPE}
    digest = digest_of(body)
    if data.get("digest") != digest:
        return None
    return Written(body, digest, str(data.get("written", "")))


def write(spec: PipelineSpec, folder: Path) -> Path:
    """Writes the YAML file of a spec into the pipelines folder, once.

    Returns:
        Its path. The same spec gives the same file, which is then left as it is.

    Raises:
        PipelineEditedError: When that file is there with another content.
    """
    path = folder / file_name(spec)
    if not path.exists():
        # Another process may write the same spec first: read() below compares.
        with contextlib.suppress(AlreadyExistsException), _writing(path):
            write_text(path, to_yaml(spec), exclusive=True)
    read(path)
    return path


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise SpecError(
            f"Cannot write the pipeline's file {path}: {exc.strerror or exc}. Make its folder "
            "writable, or choose another with: zenml init --pipelines_dir FOLDER"
        ) from exc


def read(path: Path) -> PipelineSpec:
    """Reads a pipeline's file.

    A file that a run wrote and somebody edited is refused. A copy of it under
    another file name may be edited and run.

    Raises:
        PipelineEditedError: Edited since it ran.
        SpecError: Not a pipeline.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise SpecError(f"Cannot read {path}: {exc}") from exc
    spec, digest = from_yaml(text, str(path))
    named = re.search(r"_([0-9a-f]{16})$", path.stem)
    if named and not digest.startswith(named.group(1)):
        raise PipelineEditedError(
            f"{path} was edited since it ran, and what ran must stay as it was. Copy your edit "
            f"to a new name (cp {path.name} my_pipeline.yaml), undo it here (git checkout, if it "
            "is committed), and run the copy: zenml pipeline run my_pipeline.yaml"
        )
    return spec
