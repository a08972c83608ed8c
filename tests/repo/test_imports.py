from __future__ import annotations

import pytest

from zenml.repo.imports import Import, read_imports


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b, c as d", [Import("a.b"), Import("c")]),
        ("from a import b, c as d", [Import("a", 0, ("b", "c"))]),
        ("from . import b", [Import("", 1, ("b",))]),
        ("from ..a.b import *", [Import("a.b", 2, ("*",))]),
        ("def f():\n    async def g():\n        import a", [Import("a")]),
        ("class A:\n    import a", [Import("a")]),
        ("if x:\n    import a\nelif y:\n    import b\nelse:\n    import c", "abc"),
        (
            "try:\n import a\nexcept E:\n import b\nelse:\n import c\nfinally:\n import d",
            "abcd",
        ),
        ("for i in x:\n    import a\nelse:\n    import b\nwhile x:\n    import c", "abc"),
        ("with x:\n    import a", "a"),
        ("match x:\n    case 1:\n        import a\n    case _:\n        import b", "ab"),
        ("if TYPE_CHECKING:\n    import a", "a"),
        ("import importlib\nimportlib.import_module('a.b')", [Import("importlib"), Import("a.b")]),
        ("x = __import__('a')", "a"),
        ("import_module('.a', __package__)", [Import("", 1, ("a",))]),
        ("import_module(name)", []),
        ("class E(F):\n    CUSTOM_MODULE: ClassVar[str | None] = 'a.b'", [Import("a.b")]),
        ("class E(F):\n    CUSTOM_MODULE = 'a'\nE.CUSTOM_MODULE = 'b'", "ab"),
        ("CUSTOM_MODULE = None\nCUSTOM_MODULE = 'no module'\nOTHER = 'a'\nx: str", []),
        ("def broken(:", []),
        ("import a\x00", []),
    ],
)
def test_imports(source, expected):
    if isinstance(expected, str):
        expected = [Import(name) for name in expected]
    assert sorted(read_imports(source.encode()).imports, key=str) == sorted(expected, key=str)


def test_encoding_is_read_from_the_source():
    source = "# -*- coding: latin-1 -*-\nx = 'é'\nimport a".encode("latin-1")
    assert read_imports(source).imports == (Import("a"),)


def test_exports():
    assert read_imports(b"__all__ = ['a']\n__all__ += ['b']\n").exports == ("a", "b")
    assert read_imports(b"__all__: list = ('a',)\n").exports == ("a",)
    assert read_imports(b"__all__ = names()\n").exports == ()
