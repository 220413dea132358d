"""What the documentation shows is what the commands print."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.timeout(120)
def test_the_readme_shows_what_the_commands_print() -> None:
    """`python tools/write_readme.py` writes it."""
    made = runpy.run_path(str(ROOT / "tools" / "write_readme.py"))["readme"]()
    assert (ROOT / "README.md").read_text(encoding="utf-8") == made


def test_a_page_shows_what_its_commands_print() -> None:
    """`python tools/write_readme.py` fills it."""
    tool = runpy.run_path(str(ROOT / "tools" / "write_readme.py"))
    for page in tool["PAGES"]:
        text = page.read_text(encoding="utf-8")
        assert text == tool["filled"](text)
    for page in tool["COUNTED"]:
        text = page.read_text(encoding="utf-8")
        assert text == tool["counted"](text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Within the repository."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_check_that_the_documentation_names_exists() -> None:
    """`podpath explain NAME` answers each."""
    from podpath.checks.engine.registry import checks
    from podpath.explain.concepts import find

    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"podpath explain ([a-z0-9-]+)", text))
    assert named
    assert [name for name in named if name not in checks() and find(name) is None] == []
