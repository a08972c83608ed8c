"""ImageDataStep: images and their labels, and each way in which they do not fit together."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from zenml.errors import DataError, StepArgumentError
from zenml.records import image_files, image_labels, loose
from zenml.records.image_files import ImageFiles
from zenml.steps.data import ImageDataStep


def draw(path: Path, shade: int = 0, size: int = 8) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (size, size), shade).save(path)


def label(folder: Path, labels: Any) -> None:
    (folder / "labels.json").write_text(json.dumps(labels))


def read(folder: Path, schema: dict[str, str] | None = None) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for batch in ImageDataStep(base_path=str(folder), schema=schema).batches():
        for name, cells in batch.to_pydict().items():
            columns.setdefault(name, []).extend(cells)
    return columns


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three images, in three formats, one in a folder of its own."""
    draw(tmp_path / "b.png", 1)
    draw(tmp_path / "cats" / "a.jpg", 2)
    draw(tmp_path / "A.BMP", 3)
    (tmp_path / "notes.txt").write_text("no image")
    label(tmp_path, {
        "b.png": {"label": "dog", "metadata": {"by": "Ada", "at": {"x": 1}}},
        "cats/a.jpg": {"label": "cat", "metadata": None},
        "A.BMP": {"label": None},
    })  # fmt: skip
    return tmp_path


def test_images_labels_and_metadata(folder: Path):
    found = read(folder)
    names = ["A.BMP", "b.png", "cats/a.jpg"]
    assert found.pop("image") == [[(folder / name).read_bytes()] for name in names]
    assert found == {
        "label": [None, [b"dog"], [b"cat"]],
        "metadata.by": [None, [b"Ada"], None],
        "metadata.at.x": [None, [1], None],
    }


def test_links_are_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory):
    other = tmp_path_factory.mktemp("other")
    draw(other / "d.png", 4)
    (folder / "dogs").symlink_to(other)
    with pytest.raises(DataError, match=r"an image without a label: 'dogs/d\.png'"):
        read(folder)
    (folder / "e.png").symlink_to(folder / "nothing.png")
    with pytest.raises(DataError, match=r"e\.png is a link to .*nothing\.png, which is not there"):
        read(folder)
    (folder / "e.png").unlink()
    (other / "back").symlink_to(folder)
    with pytest.raises(DataError, match=r"dogs/back is a link to .*, in which it lies"):
        read(folder)


@pytest.mark.parametrize(
    ("there", "written", "hint"),
    [
        ("a.png", "./a.png", r"Write 'a\.png' instead of '\./a\.png'\."),
        ("s/a.png", "s\\a.png", r"Write 's/a\.png' instead of 's.*a\.png'\."),
        ("e\u0301.png", "\u00e9.png", r"Write 'e\\u0301\.png' instead .*, composed otherwise"),
    ],
)
def test_paths_in_another_spelling(tmp_path: Path, there: str, written: str, hint: str):
    draw(tmp_path / there)
    label(tmp_path, {written: {"label": 1}})
    with pytest.raises(DataError, match=hint):
        read(tmp_path)


def test_labels_have_the_types_of_other_sources(tmp_path: Path):
    for number in range(3):
        draw(tmp_path / f"{number}.png")
    label(tmp_path, {f"{n}.png": {"label": v} for n, v in enumerate([1, 2.5, True])})
    assert read(tmp_path)["label"] == [[1.0], [2.5], [1.0]]
    assert read(tmp_path, {"label": "STRING"})["label"] == [[b"1"], [b"2.5"], [b"1"]]
    with pytest.raises(
        DataError, match=r"labels\.json, '1\.png', column 'label': 2\.5 is not a whole"
    ):
        read(tmp_path, {"label": "INTEGER"})


def test_batches_are_bounded_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for number in range(20):
        Image.frombytes("L", (40, 40), os.urandom(1600)).save(tmp_path / f"{number:02d}.png")
    label(tmp_path, {f"{number:02d}.png": {"label": number} for number in range(20)})
    monkeypatch.setattr(image_files, "_BYTES", 5000)
    batches = list(ImageDataStep(base_path=str(tmp_path)).batches())
    assert max(batch.num_rows for batch in batches) <= 4
    assert [row for b in batches for row in b.column("label").to_pylist()] == [
        [number] for number in range(20)
    ]


def test_images_keep_their_labels_where_many_have_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Rows are labelled some at a time."""
    monkeypatch.setattr(loose, "_ROWS", 50)
    draw(tmp_path / "0.bmp", size=1)
    names = [f"{number:05d}.bmp" for number in range(51)]
    for name in names:
        shutil.copy(tmp_path / "0.bmp", tmp_path / name)
    (tmp_path / "0.bmp").unlink()
    draw(tmp_path / "z.bmp", size=9)
    label(tmp_path, {name: {"label": None} for name in names} | {"z.bmp": {"label": 7}})
    found = read(tmp_path)
    assert found["label"] == [None] * 51 + [[7]]
    assert found["image"][-1] == [(tmp_path / "z.bmp").read_bytes()]


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
@pytest.mark.parametrize("indent", [None, 3])
def test_labels_in_any_order_and_files_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, indent: int | None
):
    names = [f"{number:02d} \u00e9.png" for number in range(40)]
    for name in names:
        draw(tmp_path / name, size=1)
    rows = [(name, {"label": n, "metadata": {"by": f'"{n}"'}}) for n, name in enumerate(names)]
    random.Random(1).shuffle(rows)
    for name, value in (("_ROWS", 3), ("_FILES", 4), ("_CHUNK", chunk)):
        monkeypatch.setattr(image_labels, name, value)
    (tmp_path / "labels.json").write_text(f" {json.dumps(dict(rows), indent=indent)}\n")
    found = read(tmp_path)
    assert found["label"] == [[n] for n in range(40)]
    assert found["metadata.by"] == [[f'"{n}"'.encode()] for n in range(40)]


def test_labels_wait_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(image_labels, "_ROWS", 5)
    names = [f"{number:03d}.png" for number in range(100)]
    (tmp_path / "labels").write_text(json.dumps({name: {"label": 1} for name in names}))
    found: Any = image_labels.LabelRows(tmp_path / "labels", names, tmp_path)
    assert len(list(tmp_path.glob("*.pickle"))) == 20
    assert len(list(found)) == 100


@pytest.mark.parametrize("chunk", [2, 1 << 20])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must hold one object"),
        ('{"b.png"', "line 1: a colon is missing after 'b.png'"),
        ('{\n"b.png": {"label": 1', r"line 2: Expecting ',' delimiter"),
        ('{\n"b.png":\n{"label": 1}', "line 3: a comma, or the end of the object, is missing"),
        ('{"b.png": {"label": 1},}', "line 1: a path in quotes is missing"),
        ('{"b.png": {"label": tru}}', "line 1: Expecting value"),
        ('{"b.png": {"label": 1, "label": 2}}', "line 1: the key 'label' stands twice"),
        ('{"b.png": {"label": 1}}\n{}', "line 2: something stands behind the object"),
        ('{"b.png": 12}', "'b.png': the entry must be an object"),
        ("[" * 100_000, "must hold one object"),
        ('{"b.png": ' + "[" * 100_000, "line 1: "),
        (b'{"b.png": {"label": "\xff"}}', "line 1: .*utf-8"),
    ],
)
def test_label_files_that_are_no_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | bytes, message: str, chunk: int
):
    monkeypatch.setattr(image_labels, "_CHUNK", chunk)
    draw(tmp_path / "b.png")
    (tmp_path / "labels.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataError, match=rf"labels\.json.* {message}"):
        read(tmp_path)


def test_an_image_that_is_cut_off_is_named(folder: Path):
    Image.frombytes("L", (99, 99), os.urandom(99 * 99)).save(folder / "b.png")
    whole = (folder / "b.png").read_bytes()
    flipped = bytearray(whole)
    flipped[5000] ^= 1
    for broken in (whole[:-2000], whole[:-12], bytes(flipped)):
        (folder / "b.png").write_bytes(broken)
        with pytest.raises(DataError, match=r"b\.png cannot be decoded \(.*\)\. Replace the"):
            read(folder)
    jpeg = (folder / "cats" / "a.jpg").read_bytes()
    (folder / "b.png").write_bytes(whole)
    (folder / "cats" / "a.jpg").write_bytes(jpeg[: len(jpeg) // 2])
    with pytest.raises(DataError, match=r"cats/a\.jpg cannot be decoded"):
        read(folder)
    (folder / "b.png").write_bytes(b"no image at all")
    with pytest.raises(
        DataError, match=r"b\.png cannot be decoded \(its bytes are those of no image"
    ):
        read(folder)


def test_an_image_that_cannot_be_read_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch):
    names = ImageFiles(folder)._names
    (folder / "gone.png").mkdir()
    monkeypatch.setattr(ImageFiles, "_names", lambda self: [*names(), "gone.png"])
    with pytest.raises(DataError, match=r"gone\.png cannot be read: Is a directory"):
        ImageDataStep(base_path=str(folder)).source_state()
    labels = json.loads((folder / "labels.json").read_text())
    label(folder, {**labels, "gone.png": {"label": "x"}})
    with pytest.raises(DataError, match=r"gone\.png cannot be read: Is a directory"):
        read(folder)


def test_formats_that_training_cannot_decode(folder: Path):
    tiff = io.BytesIO()
    Image.new("L", (8, 8)).save(tiff, "TIFF")
    (folder / "b.png").write_bytes(tiff.getvalue())
    with pytest.raises(DataError, match=r"b\.png is of the format TIFF; PNG, JPEG"):
        read(folder)


def bmp(header: int = 40, bits: int = 24, packing: int = 0, order: str = "") -> bytes:
    """The beginning of a BMP, as far as it says how pixels are held; in which order, in bytes."""
    sizes = header.to_bytes(4, "little") + bytes(10)
    kind = bits.to_bytes(2, "little") + packing.to_bytes(4, "little") + bytes(20)
    masks = [(0xFF << 8 * order.index(colour)).to_bytes(4, "little") for colour in "RGB" if order]
    return b"BM" + bytes(12) + sizes + kind + b"".join(masks)


@pytest.mark.parametrize(
    ("start", "mode", "fault"),
    [
        (bmp(), "RGB", ""),
        (bmp(bits=32, packing=3, order="BGRA"), "RGBA", ""),
        (bmp(bits=32, packing=3, order="RGBA"), "RGBA", "with its colours in another order"),
        (bmp(bits=32, packing=3, order="ABGR"), "RGBA", "with its colours in another order"),
        (bmp(header=124, bits=8), "L", ""),
        (bmp(bits=8), "P", "with a table of colours"),
        (bmp(bits=1), "1", "with a table of colours"),
        (bmp(bits=16), "RGB", "of 16 bits a pixel"),
        (bmp(bits=8, packing=1), "L", "that is packed"),
        (bmp(header=12), "RGB", "of an old kind"),
    ],
)
def test_kinds_of_bmp_that_training_would_see_otherwise(start: bytes, mode: str, fault: str):
    assert image_files._fault_of_bmp(start, mode) == fault


def test_a_bmp_with_a_table_of_colours_is_named(folder: Path):
    with Image.open(folder / "A.BMP") as grey:  # a table too, of all shades in their order
        assert grey.mode == "L"
    Image.radial_gradient("L").convert("RGB").quantize(8).save(folder / "A.BMP")
    with pytest.raises(DataError, match=r"A.BMP is a BMP with a table of .* Save it as PNG\."):
        read(folder)


def test_labels_and_images_without_each_other(folder: Path):
    draw(folder / "new.png")
    with pytest.raises(DataError, match=r"holds an image without a label: 'new\.png'. Each needs"):
        read(folder)
    for number in range(5):
        draw(folder / f"new{number}.png")
    with pytest.raises(DataError, match=r"holds 6 images without a label: .*and 3 more"):
        read(folder)
    label(folder, {"c.png": {"label": 1}})
    with pytest.raises(DataError, match=r"labels a file that is not there: 'c\.png'"):
        read(folder)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([1], "must hold one object"),
        ({"b.png": "dog"}, "'b.png': the entry must be an object with a \"label\""),
        ({"b.png": {"labl": "dog"}}, "'b.png': the entry must be an object with a \"label\""),
        ({"b.png": {"label": 1, "by": "Ada"}}, "'b.png': the key 'by' is neither"),
        ({"b.png": {"label": 1, "metadata": [{"a": 1}]}}, "'b.png', column 'metadata': .*dict"),
    ],
)
def test_label_files_that_are_wrong(tmp_path: Path, labels: Any, message: str):
    draw(tmp_path / "b.png")
    label(tmp_path, labels)
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_which_file_holds_the_labels(folder: Path):
    (folder / "more.json").write_text("{}")
    with pytest.raises(
        DataError, match=r"one JSON file, with the labels; it holds labels\.json, mo"
    ):
        read(folder)
    (folder / "more.json").unlink()
    (folder / "labels.json").write_text('{"b.png": {"label": 1}, "b.png": {"label": 2}}')
    with pytest.raises(DataError, match=r"labels\.json cannot be read as JSON: the key 'b.png'"):
        read(folder)
    (folder / "labels.json").unlink()
    with pytest.raises(DataError, match="it holds none"):
        read(folder)


def test_paths_that_cannot_be(tmp_path: Path):
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"a\.png is no folder"):
        read(tmp_path / "a.png")
    with pytest.raises(DataError, match=r"There is no file or folder .*base_path"):
        read(tmp_path / "nothing")
    with pytest.raises(StepArgumentError, match="base_path is ''; it must be the path of a folder"):
        ImageDataStep(base_path="").check()
    with pytest.raises(StepArgumentError, match=r"schema\['image'\] is 'FLOAT'; it must be BYTES"):
        ImageDataStep(base_path="a", schema={"image": "FLOAT"}).check()


def test_without_pillow(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(DataError, match=r"needs PIL, .*pip install 'zenml\[images\]'"):
        read(folder)


def test_the_state_covers_names_bytes_and_labels(folder: Path):
    step = ImageDataStep(base_path=str(folder))
    states = [step.source_state()]
    draw(folder / "b.png", 9)
    states.append(step.source_state())
    label(folder, {"b.png": {"label": "dog"}})
    states.append(step.source_state())
    (folder / "b.png").rename(folder / "c.png")
    states.append(step.source_state())
    assert len(set(states)) == 4
    assert step.source_state() == states[-1]
