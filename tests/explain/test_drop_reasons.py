"""Pages of drop reasons."""

import runpy
from pathlib import Path
from typing import Final

import pytest

from podpath.causes.registry import names
from podpath.explain.drop_reasons import DropReason, drop_reason, drop_reasons, meaning_of, reasons_of
from podpath.probe.btf import load
from podpath.probe.obstacle import ObstacleError
from podpath.probe.watcher import reasons
from podpath.state.drop import Meaning

PAGES = {page.name: page for page in drop_reasons().values()}


NEWER: Final = 5
"""So many reasons may a kernel have that is newer than the pages; they are told by their names."""


def test_every_reason_of_this_kernel_has_a_page() -> None:
    """Its own, or one that it shares; all but a few of a kernel that is newer."""
    try:
        known = set(reasons(load()).values())
    except ObstacleError as error:
        pytest.skip(str(error))
    assert len(known - set(drop_reasons())) <= NEWER


def test_no_reason_has_two_pages() -> None:
    """Neither as a name nor as another one."""
    listed = [name for page in PAGES.values() for name in (page.name, *page.also)]
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("page", PAGES.values(), ids=list(PAGES))
def test_a_page_says_what_it_is_and_names_causes_that_exist(page: DropReason) -> None:
    """A title of one line, sentences, and causes of the registry, each once."""
    assert page.title
    assert not page.title.endswith(".")
    assert page.text.count(".") >= 1
    assert set(page.causes) <= set(names())
    assert len(page.causes) == len(set(page.causes))


@pytest.mark.parametrize("name", ["OTHERHOST", "otherhost", "SKB_DROP_REASON_OTHERHOST", "otherhost "])
def test_a_reason_is_found_however_it_is_written(name: str) -> None:
    """As the kernel writes it, and as people do."""
    page = drop_reason(name)
    assert page is not None
    assert page.name == "OTHERHOST"


def test_reasons_have_meanings() -> None:
    """With the causes that belong to them; nothing is known of a reason without a page."""
    assert "vtep-mac-mismatch" in meaning_of("OTHERHOST").causes
    assert not meaning_of("OTHERHOST").unshown
    assert meaning_of("UDP_CSUM").unshown
    assert meaning_of("OPENVSWITCH_3") == Meaning("")


def test_a_cause_knows_its_reasons() -> None:
    """The same table, read the other way."""
    assert "OTHERHOST" in reasons_of("vtep-mac-mismatch")
    assert reasons_of("nothing") == []


def test_the_table_of_the_documentation_is_that_of_the_pages() -> None:
    """`python tools/write_docs.py` writes it."""
    root = Path(__file__).parents[2]
    made = runpy.run_path(str(root / "tools" / "write_docs.py"))["drop_reasons_page"]()
    assert (root / "docs" / "drop-reasons.md").read_text(encoding="utf-8") == made
