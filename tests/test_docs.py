"""What the documentation shows is what the commands print."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_shows_what_the_commands_print(name: str) -> None:
    """`python tools/write_readme.py` writes it."""
    made = runpy.run_path(str(ROOT / "tools" / "write_readme.py"))["readme"](name)
    assert (ROOT / name).read_text(encoding="utf-8") == made


def test_a_page_shows_what_its_commands_print() -> None:
    """`python tools/write_readme.py` fills it."""
    tool = runpy.run_path(str(ROOT / "tools" / "write_readme.py"))
    for page, locale in tool["PAGES"].items():
        text = page.read_text(encoding="utf-8")
        assert text == tool["filled"](text, locale)
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


def test_the_python_that_a_page_shows_prints_what_stands_below_it() -> None:
    """The example runs as it is, in the folder of the checkout."""
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    (code, told) = re.findall(r"```python\n(.*?)```\n\n```\n(.*?)```", page, re.DOTALL)[0]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False, timeout=60)
    assert (done.stdout, done.stderr) == (told, "")


def test_every_decision_is_listed() -> None:
    """`python tools/write_docs.py` writes the list."""
    made = runpy.run_path(str(ROOT / "tools" / "write_docs.py"))["decisions_page"]()
    assert (ROOT / "docs" / "decisions" / "index.md").read_text(encoding="utf-8") == made


def test_every_page_has_its_place_on_the_site() -> None:
    """`make docs` builds it: what its list lacks, nobody finds."""
    listed = set(re.findall(r"- [^:]+: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE))
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    assert {page for page in pages if not page.startswith("decisions/0")} - listed == set()
    assert listed <= pages
