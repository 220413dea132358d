"""The layout of a snapshot."""

import runpy
from pathlib import Path

import pytest

from podpath.snapshot.schema import FRAME, ROWS, columns, docs_of
from podpath.snapshot.store import Store

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [*FRAME, *ROWS])
def test_every_column_is_explained(name: str) -> None:
    """The docstring of a type names each of its fields, and no others."""
    row = FRAME.get(name) or ROWS[name]
    assert list(docs_of(row)) == list(row._fields)
    assert all(column.doc for column in columns(name))


@pytest.mark.parametrize(
    ("page", "function"),
    [
        ("docs/tables.md", "tables"),
        ("docs/checks.md", "checks_page"),
        ("src/podpath/snapshot/redaction/rule_words.txt", "rule_words"),
    ],
)
def test_the_pages_made_from_the_code_are_up_to_date(page: str, function: str) -> None:
    """`python tools/write_docs.py` writes them."""
    tools = runpy.run_path(str(ROOT / "tools" / "write_docs.py"))
    assert (ROOT / page).read_text(encoding="utf-8") == tools[function]()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("ip4('10.42.1.0')", "10.42.1.0"),
        ("mac('82:CE:7c:3e:91:36')", "82:ce:7c:3e:91:36"),
        ("last_ip(4, ip4('10.42.1.0'), 24)", "10.42.1.255"),
        ("last_ip(4, ip4('10.42.1.0'), 64)", "10.42.1.0"),
        ("last_ip(6, 0::UHUGEINT, 0)", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("link_local(mac('82:ce:7c:3e:91:36'))", "fe80::80ce:7cff:fe3e:9136"),
        ("family_of(ip4('10.0.0.1'))", 4),
        ("has_flag('onlink,linkdown', 'linkdown')", True),
        ("has_flag(NULL, 'linkdown')", False),
    ],
)
def test_the_functions_of_a_snapshot_do_what_they_say(sql: str, expected: object) -> None:
    """They are stored in the file, for whoever opens it."""
    with Store() as store:
        assert store.query(f"SELECT {sql}").rows == [(expected,)]
