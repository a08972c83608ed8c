"""Links between the project's own pages lead somewhere; `mkdocs build --strict` sees only docs/."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def anchors_of(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    titles = re.findall(r"^#+ +(.+)$", text, flags=re.MULTILINE)
    plain = [re.sub(r"[^\w\s-]", "", title.lower()).strip() for title in titles]
    return {re.sub(r"\s", "-", title) for title in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.relative_to(ROOT)} links to {link}"
        if anchor and target.suffix == ".md":
            assert anchor in anchors_of(target), f"{page.relative_to(ROOT)} links to {link}"


def test_the_front_page_leads_to_every_guide() -> None:
    links = set(LINK.findall((ROOT / "docs/index.md").read_text(encoding="utf-8")))
    assert {f"guides/{page.name}" for page in ROOT.glob("docs/guides/*.md")} <= links


def test_the_architecture_names_what_lies_at_the_top() -> None:
    rooms = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("## Rooms")[2]
    files = {path.name for path in ROOT.glob("zenml/*.py")} - {"__main__.py", "version.py"}
    folders = {f"{path.parent.name}/" for path in ROOT.glob("zenml/*/__init__.py")}
    assert {name for name in {*files, *folders} - {"__init__.py"} if name not in rooms} == set()


def test_the_glossary_is_in_the_order_of_its_words() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    words = [word.lower() for word in re.findall(r"^\*\*(.+?)\*\*", text, flags=re.MULTILINE)]
    assert words == sorted(words)


def test_the_reference_has_what_packages_export() -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in ROOT.glob("docs/reference/*.md"))
    shown = re.findall(r"^::: (\S+)", pages, flags=re.MULTILINE)
    inner = {*ROOT.glob("zenml/components/**/*.py"), *ROOT.glob("zenml/compiler/*.py")}
    for package in set(ROOT.glob("zenml/**/__init__.py")) - inner:
        for name, module in exported_by(package).items():
            found = any(f"{one}.".startswith(f"{module.partition(':')[0]}.") for one in shown)
            assert found, f"{name} of {package.relative_to(ROOT)}, from {module}"


def exported_by(package: Path) -> dict[str, str]:
    """Name -> module, as the table of names of a package has it."""
    for node in ast.walk(ast.parse(package.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "lazy_names":
            return ast.literal_eval(node.args[1])
    return {}
