"""The faults there are."""

import runpy
from pathlib import Path

import pytest

from podpath.lab.faults.registry import faults

ROOT = Path(__file__).parents[3]


def test_files_are_faults_by_their_names() -> None:
    """With hyphens; what is no fault is none."""
    assert "vtep-mac-mismatch" in faults()
    assert not {"interface", "registry", "run"} & set(faults())


@pytest.mark.parametrize("name", faults())
def test_a_fault_tells_what_it_is(name: str) -> None:
    """In a line that fits a list, with a hint for learners."""
    fault = faults()[name]
    assert 10 < len(fault.title) < 90
    assert not fault.title.endswith(".")
    assert fault.hint


def test_the_page_lists_them() -> None:
    """`python tools/write_docs.py` writes it."""
    page = runpy.run_path(str(ROOT / "tools" / "write_docs.py"))["faults_page"]()
    assert (ROOT / "docs" / "lab-faults.md").read_text(encoding="utf-8") == page
