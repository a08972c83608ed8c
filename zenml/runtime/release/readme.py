"""What stands beside an exported release: how to use it, and what it ran with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from zenml.metadata.artifact_versions import VALUE_TYPE
from zenml.runtime.release.message import moment
from zenml.runtime.release.pins import Pins
from zenml.runtime.release.release import Release
from zenml.runtime.release.standalone import kind_of, reader_of

# What reads the files that a materializer writes, besides the package of the value.
_FORMATS = {
    "SklearnMaterializer": "skops",
    "PandasMaterializer": "pyarrow",
    "ArrowMaterializer": "pyarrow",
    "PickleMaterializer": "cloudpickle",
}
_TF_SERVING = """\
## Serve {name}

`{place}` is a SavedModel. It takes serialised `tf.train.Example`s with the columns as they
are in the data: preprocessing is part of it. TensorFlow Serving, in this folder:

    docker run --rm -p 8501:8501 -v "$PWD/{name}:/models/{name}" \\
        -e MODEL_NAME={name} tensorflow/serving

or, where it is installed:

    tensorflow_model_server --rest_api_port=8501 --model_name={name} --model_base_path="$PWD/{name}"

In Python, with TensorFlow alone:

    import tensorflow as tf

    model = tf.saved_model.load("{place}").signatures["serving_default"]
    feature = tf.train.Feature(float_list=tf.train.FloatList(value=[1.0]))
    example = tf.train.Example(features=tf.train.Features(feature={{"a_column": feature}}))
    print(model(examples=tf.constant([example.SerializeToString()])))
"""
_VALUES = """\
## Load the values

    from load import load

    value = load("STEP", "OUTPUT")

`python load.py` lists them, `python load.py STEP OUTPUT` prints one. The files are compared with
their recorded hash before they are read. Classes of a pickle are taken from `code`, which
is the code of the steps at the tagged commit; what a module there imports has to be installed.
"""


def readme(release: Release, models: Mapping[str, str]) -> str:
    """The text of `README.md`.

    Args:
        release: The release.
        models: Artifact -> its place in the folder, of those that are served.
    """
    parts = [_head(release)]
    for place in models.values():
        name = PurePosixPath(place).parent.name
        parts.append(_TF_SERVING.format(name=name, place=place))
    if release.pins.of_type(VALUE_TYPE):
        parts.append(_VALUES + "\n" + "\n".join(_table(release)) + "\n")
    parts.append(_files(release))
    return "\n".join(parts)


def _head(release: Release) -> str:
    pins = release.pins
    lines = [
        f"# {pins.pipeline['name']}, release {release.name}",
        "",
        f"Made by the run {pins.run['name']}, which ended {moment(pins.run['ended'])}, of the code "
        f"at commit {release.commit}.",
    ]
    if pins.data:
        lines.append(f"Its data is commit {pins.data['commit']} of {pins.data['datasource']}.")
    numbers = [
        f"| {node} | {name} | {value:.6g} |"
        for node, found in pins.metrics.items()
        for name, value in found.items()
    ]
    if numbers:
        lines += ["", "| step | metric | value |", "|---|---|---|", *numbers]
    return "\n".join(lines) + "\n"


def _table(release: Release) -> Iterator[str]:
    yield "| step | output | type | read by |"
    yield "|---|---|---|---|"
    for pin in release.pins.of_type(VALUE_TYPE):
        kind, reader = pin.value.get("type", ""), reader_of(pin.value.get("materializer", ""))
        yield f"| {pin.node} | {pin.output} | `{kind}` | {reader} |"


def _files(release: Release) -> str:
    lines = ["## What is here", ""]
    if release.pins.of_type("Schema", "ModelEvaluation"):
        lines.append("- `artifacts/STEP/OUTPUT`: schemas and evaluations")
    if release.pins.of_type(VALUE_TYPE):
        lines.append("- `artifacts/STEP/OUTPUT`: the values that steps gave")
        lines.append("- `code`: the code of the steps, at the tagged commit")
    file = PurePosixPath(release.pins.pipeline["file"]).name
    lines += [
        f"- `{file}`: the pipeline as it ran: its steps at their commits, with all arguments",
        "- `release.json`: everything that the release ties down: commits, packages, metrics, and "
        "the sha256 of every artifact, also of those that are not here",
        "- `requirements.txt`: the packages that the run had",
    ]
    python = release.pins.environment.get("python")
    return "\n".join(lines) + (f"\n\nIt ran with Python {python}.\n" if python else "\n")


def requirements(pins: Pins) -> str:
    """The packages of the run, and of the formats of its values, as pip takes them."""
    packages = pins.environment.get("packages") or {}
    ran = {name: f"{name}=={version}" for name, version in packages.items() if version}
    kinds = {kind_of(pin.value["materializer"]) for pin in pins.artifacts if pin.value}
    needed = {_FORMATS[kind]: _FORMATS[kind] for kind in kinds if kind in _FORMATS}
    return "".join(f"{line}\n" for _, line in sorted({**needed, **ran}.items()))
