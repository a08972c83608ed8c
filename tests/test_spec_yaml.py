"""A pipeline's YAML file: the spec comes back as it was, and an edit is seen."""

from __future__ import annotations

import dataclasses
import math
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zenml import spec_yaml
from zenml.errors import PipelineEditedError, SpecError
from zenml.spec import BackendSpec, DatasourceSpec, NodeSpec, PipelineSpec, StepSpec
from zenml.spec_values import digest_of, is_name

# What parsers of YAML 1.1 and 1.2 disagree about, or what breaks careless writers.
_WORDS = (
    "yes No on OFF y N true FALSE null ~ nan .nan .inf -.INF 1e3 1E5 1. .5 0o17 017 08 0x1F 0b11 "
    "1_000 12:30 12:30:45 190:20:30 2020-01-01 2001-12-14t21:59:43.10-05:00 = << - ? : , [ ] { } # "
    "& * ! | > ' \" % @ ` -- --- ... +1 -1 1,000 1e 0.1e6 !!str !tag &anchor *alias key: #no"
)
TRAPS = [
    *_WORDS.split(" "),
    "", " ", " a", "a ", "a: b", "a #b", "- a", "? a", "a\nb", "\n", "a\n\n", "a\r\nb", "\r", "\t",
    "\x00", "\x07", "\x1b[0m", "\x7f", "\x85", "\xa0", "\u2028", "a\u2029b", "\ufeff", "\ufffe",
    "😀", "e\u0301", "\u202eabc", "ab " * 100, "ab  " * 100 + "\n\n", "'\"\\", "\\n", "a'b",
]  # fmt: skip

texts = st.one_of(
    st.sampled_from([*TRAPS, "x" * 2000]), st.text(st.characters(exclude_categories=["Cs"]))
)
floats = st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | st.integers() | floats | texts
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)
)
args = st.dictionaries(texts, values, max_size=4)
backends = st.builds(BackendSpec, texts, args)
steps = st.builds(
    StepSpec, texts, texts, args, st.none() | backends, st.lists(texts, max_size=3).map(tuple)
)
datasources = st.builds(DatasourceSpec, texts, texts, texts, args, texts)
names = st.one_of(
    st.sampled_from(["yes", "1e3", "2020-01-01", "12", "a b", "Πιγκουίνος", "null", "0x1f"]),
    st.from_regex(r"\w[\w .-]{0,20}", fullmatch=True).filter(is_name),
)


@st.composite
def nodes(draw: Any) -> tuple[NodeSpec, ...]:
    found: list[NodeSpec] = []
    for name in draw(
        st.lists(st.from_regex(r"[\w-]{1,8}", fullmatch=True), unique=True, max_size=4)
    ):
        references = st.sampled_from([f"{node.name}.out" for node in found] or [""])
        inputs = draw(st.dictionaries(texts, references, max_size=2)) if found else {}
        found.append(NodeSpec(name, draw(texts), draw(st.none() | steps), inputs, draw(args)))
    return tuple(found)


specs = st.builds(
    PipelineSpec,
    name=names,
    type=st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True),
    source=texts,
    version=texts,
    nodes=nodes(),
    datasource=st.none() | datasources,
    enable_cache=st.booleans(),
    backend=backends,
    artifact_store=texts,
    metadata_store=backends,
)


def simple(**changes: Any) -> PipelineSpec:
    step = StepSpec("steps.split.MySplit", "a" * 40, {"ratio": 0.5, "names": ["a", "b"]})
    spec = PipelineSpec(
        "penguins",
        "training",
        "zenml.pipelines.training.TrainingPipeline",
        "zenml_1",
        nodes=(NodeSpec("split", "split_gen", step),),
        datasource=DatasourceSpec("d", "m.D", "zenml_1", {"path": "data.csv"}, "c" * 40),
        artifact_store=".zenml/artifacts",
    )
    return dataclasses.replace(spec, **changes)


def identical(left: Any, right: Any) -> bool:
    """Equal, of the same types, -0.0 not being 0.0, and keys in the same order."""
    if type(left) is not type(right):
        return False
    if dataclasses.is_dataclass(left):
        fields = [f.name for f in dataclasses.fields(left)]
        return all(identical(getattr(left, name), getattr(right, name)) for name in fields)
    if isinstance(left, dict):
        return list(left) == list(right) and all(identical(left[k], right[k]) for k in left)
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(identical, left, right))
    if isinstance(left, float):
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    return bool(left == right)


@settings(max_examples=60)
@given(specs)
@example(simple(artifact_store="\u2028"))
def test_a_spec_comes_back_from_its_yaml_as_it_was(spec: PipelineSpec) -> None:
    text = spec_yaml.to_yaml(spec)
    back, digest = spec_yaml.from_yaml(text, "f.yaml")
    assert identical(back, spec)
    assert digest == spec.digest == back.digest
    assert spec_yaml.file_name(back) == spec_yaml.file_name(spec)


@settings(max_examples=20)
@given(specs)
def test_the_file_comes_back_too(
    tmp_path_factory: pytest.TempPathFactory, spec: PipelineSpec
) -> None:
    folder = tmp_path_factory.mktemp("pipelines")
    path = spec_yaml.write(spec, folder)
    assert path.parent == folder
    assert identical(spec_yaml.read(path), spec)


@pytest.mark.parametrize(
    "value", [5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1e16, -0.0, 1e-5, 1e22]
)
def test_a_float_keeps_every_digit(value: float) -> None:
    back = spec_yaml.load_yaml(spec_yaml.dump_yaml({"v": value}), "f")["v"]
    assert identical(back, value)
    assert isinstance(yaml.safe_load(f"v: {value!r}")["v"], (float, str))


@pytest.mark.parametrize("text", TRAPS)
def test_a_string_that_might_be_something_else_is_quoted(text: str) -> None:
    (line,) = spec_yaml.dump_yaml([text]).splitlines()[:1]
    assert line.startswith('- "')


@pytest.mark.parametrize(
    "text", ["csv", "m.Class", "scale_to_z_score", "a-b/c", "true love", "yess"]
)
def test_a_plain_word_is_not_quoted(text: str) -> None:
    assert spec_yaml.dump_yaml([text]) == f"- {text}\n"


@settings(max_examples=100)
@given(values)
def test_the_parser_written_in_python_reads_the_same(value: Any) -> None:
    text = spec_yaml.dump_yaml({"v": value})
    assert identical(yaml.load(text, Loader=yaml.SafeLoader), {"v": value})


@settings(max_examples=100)
@given(st.dictionaries(texts, texts, max_size=5))
def test_every_string_of_a_file_stands_on_lines_that_all_parsers_see(value: dict[str, str]) -> None:
    # Python, YAML 1.1 and YAML 1.2 know different line separators: only \n may be in the file.
    text = spec_yaml.dump_yaml(value)
    assert text.splitlines() == text.split("\n")[:-1]
    assert not set(text) & set("\x00\x07\x1b\x85\u2028\u2029\ufeff\r\t")


def test_the_same_value_twice_is_written_twice() -> None:
    shared = {"a": [1]}
    assert "&" not in spec_yaml.dump_yaml({"x": shared, "y": shared})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "f.yaml is no zenml pipeline: the key 'schema' is missing"),
        ("just text", "f.yaml is no zenml pipeline"),
        ("- a\n- b\n", "f.yaml is no zenml pipeline"),
        ("a: [1\n", r"f.yaml is no YAML: (.|\n)*line"),
        ("a: b: c\n", "f.yaml is no YAML"),
        ("\tx: 1\n", "f.yaml is no YAML"),
        ("a: !python/object:os.system ls\n", "f.yaml is no YAML"),
        ("a: *nothing\n", "f.yaml is no YAML"),
        ("a: \x00\n", "f.yaml is no YAML"),
        ("a: 2020-13-45\n", "f.yaml is no YAML"),
        ("a: 1\na: 2\n", r"f.yaml is no YAML: the key 'a' stands there twice(.|\n)*line 2"),
        ("? [a]\n: 1\n", "f.yaml is no YAML"),
        ("[" * 5000, "f.yaml is"),
        ("schema: zenml/pipeline/99\n", "has the schema 'zenml/pipeline/99'; this zenml reads"),
        ("schema: [1]\n", r"has the schema \[1\]"),
        ("schema: zenml/pipeline/1\nname: p\n", "f.yaml: the key 'type' is missing"),
    ],
)
def test_what_is_no_pipeline_is_refused_with_its_name(text: str, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        spec_yaml.from_yaml(text, "f.yaml")


def changed_text(spec: PipelineSpec, old: str, new: str) -> str:
    text = spec_yaml.to_yaml(spec)
    assert text.count(old) == 1, text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ratio: 0.5", "ratio: .nan", r"nodes\[0\]: step: 'args'\['ratio'\] is nan"),
        ("ratio: 0.5", "ratio: 2020-01-01", r"\['ratio'\] is a datetime.date"),
        ("ratio: 0.5", "ratio: !!set {a}", r"\['ratio'\] is a builtins.set"),
        ("ratio: 0.5", "1: 0.5", r"'args' has the key 1, a int"),
        ("ratio: 0.5", "ratio: &x [*x]", "contains itself"),
        (
            "component: split_gen",
            "component: 7",
            r"nodes\[0\]: 'component' must be a string, not 7",
        ),
        ("name: penguins", "name: ../../penguins", "'name' is '../../penguins'"),
        ("enable_cache: true", "enabel_cache: true", "unknown key 'enabel_cache'; known are"),
    ],
)
def test_a_wrong_value_in_an_edited_copy_is_named(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    copy = tmp_path / "mine.yaml"
    copy.write_text(changed_text(simple(), old, new))
    with pytest.raises(SpecError, match=says) as caught:
        spec_yaml.read(copy)
    assert str(copy) in str(caught.value)


def test_the_same_spec_is_one_file_and_another_is_another(tmp_path: Path) -> None:
    first = spec_yaml.write(simple(), tmp_path)
    before = first.read_bytes(), first.stat().st_mtime_ns
    assert spec_yaml.write(simple(), tmp_path) == first
    assert (first.read_bytes(), first.stat().st_mtime_ns) == before
    assert spec_yaml.write(simple(enable_cache=False), tmp_path) != first
    assert len(list(tmp_path.iterdir())) == 2


def test_the_file_says_what_it_is_and_when(tmp_path: Path) -> None:
    path = spec_yaml.write(simple(), tmp_path / "not" / "there" / "yet")
    assert re.fullmatch(r"training_penguins_[0-9a-f]{16}\.yaml", path.name)
    head = path.read_text().splitlines()
    assert "zenml pipeline run FILE" in head[1]
    data = yaml.safe_load(path.read_text())
    assert data["schema"] == "zenml/pipeline/1"
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:]{8}\.\d{6}\+00:00", data["written"])
    assert os.stat(path).st_mode & 0o777 == 0o644


@pytest.mark.parametrize("name", ["p" * 100, "鱼" * 50, "a b", "x..y"])
def test_every_name_that_can_be_gives_a_file_name_that_can_be(tmp_path: Path, name: str) -> None:
    path = spec_yaml.write(simple(name=name), tmp_path)
    assert spec_yaml.read(path).name == name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ratio: 0.5", "ratio: 0.6"),
        ("name: penguins", "name: penguins2"),
        ("enable_cache: true", "enable_cache: false"),
        (f"commit: {'c' * 40}", f"commit: {'d' * 40}"),
        (f"digest: {simple().digest}", "digest: abc"),
        (f"digest: {simple().digest}\n", ""),
    ],
)
def test_a_file_edited_since_it_ran_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = spec_yaml.write(simple(), tmp_path)
    text = path.read_text().replace('"', "")
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(PipelineEditedError, match="was edited since it ran") as caught:
        spec_yaml.read(path)
    assert f"cp {path.name}" in str(caught.value)
    with pytest.raises(PipelineEditedError):
        spec_yaml.write(simple(), tmp_path)


def test_an_edit_that_mends_the_digest_is_seen_by_the_file_name(tmp_path: Path) -> None:
    path = spec_yaml.write(simple(), tmp_path)
    path.write_text(spec_yaml.to_yaml(simple(enable_cache=False)))
    with pytest.raises(PipelineEditedError):
        spec_yaml.read(path)


def test_a_file_of_an_older_zenml_that_knew_fewer_keys_is_no_edited_one(tmp_path: Path) -> None:
    body = simple().to_dict()
    del body["backend"], body["nodes"][0]["step"]["packages"]
    digest = digest_of(body)
    head = {"schema": "zenml/pipeline/1", "digest": digest, "written": "2026-01-01"}
    path = tmp_path / f"training_penguins_{digest[:16]}.yaml"
    path.write_text(spec_yaml.dump_yaml({**head, **body}))
    assert spec_yaml.read(path) == simple()
    path.write_text(path.read_text().replace("ratio: 0.5", "ratio: 0.6"))
    with pytest.raises(PipelineEditedError):
        spec_yaml.read(path)


def test_a_copy_may_be_edited(tmp_path: Path) -> None:
    path = spec_yaml.write(simple(), tmp_path)
    copy = tmp_path / "mine.yaml"
    copy.write_text(path.read_text().replace("ratio: 0.5", "ratio: 0.75"))
    (node,) = spec_yaml.read(copy).nodes
    assert node.step is not None
    assert node.step.args["ratio"] == 0.75


def test_comments_and_line_ends_are_no_edit(tmp_path: Path) -> None:
    path = spec_yaml.write(simple(), tmp_path)
    path.write_bytes(("# seen by me\n" + path.read_text()).replace("\n", "\r\n").encode())
    assert spec_yaml.read(path) == simple()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", "name: é".encode("latin-1")])
def test_a_file_that_is_no_text_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    with pytest.raises(SpecError, match=f"Cannot read {re.escape(str(path))}"):
        spec_yaml.read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"Cannot read .*nothing\.yaml"):
        spec_yaml.read(tmp_path / "nothing.yaml")


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpecError, match=r"Cannot write the pipeline's file .*training_penguins"):
        spec_yaml.write(simple(), tmp_path / "file")


def _write_spec(folder: Path, barrier: Any, results: Any) -> None:
    barrier.wait()
    results.put(str(spec_yaml.write(simple(), folder)))


def test_processes_that_write_the_same_spec_agree(tmp_path: Path, race: Any) -> None:
    found = race(_write_spec, [(tmp_path,)] * 4)
    assert len(set(found)) == 1
    assert [str(path) for path in tmp_path.iterdir()] == found[:1]
    assert spec_yaml.read(Path(found[0])) == simple()
