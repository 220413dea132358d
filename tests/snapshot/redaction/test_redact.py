"""A whole snapshot redacted."""

import re
from pathlib import Path

from podpath.checks.engine.run import run_checks
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_output, load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.redaction.redact import redact
from podpath.snapshot.schema import FRAME, ROWS, columns
from podpath.snapshot.store import Store
from podpath.state.address import Ip, ip_text, parse_ip, parse_mac
from podpath.state.finding import Report
from tests.checks.overlay.mesh.clusters import SAMPLE

KEY = b"a key of a test."
PREFIXES = [
    (parse_ip(text), 96 + length)
    for text, length in (("10.42.1.0", 24), ("10.42.0.0", 16), ("192.168.200.0", 24), ("8.8.0.0", 16))
]


def loaded() -> Store:
    """Return a store with the sample cluster."""
    store = Store()
    for path in sorted(SAMPLE.glob("*.txt")):
        load_text(store, path.name, path.stem, None, path.read_text().splitlines())
    merge(store)
    link_up(store)
    return store


def shape(report: Report) -> tuple[object, ...]:
    """Return what a report says, names and addresses apart."""
    overlays = [(o.proven, o.broken, o.unknown) for o in report.overlays]
    return sorted((f.check, f.severity, len(f.evidence)) for f in report.findings), overlays, len(report.unknowns)


def test_the_verdict_stays_and_no_name_or_address_does() -> None:
    """Everything that judgement rests on is replaced alike."""
    with loaded() as store:
        before = shape(run_checks(store))
        names = {row[0] for row in store.raw("SELECT name FROM node")}
        addresses = {
            ip_text(Ip(row[0])) for row in store.raw('SELECT DISTINCT "address" FROM "address" WHERE "address" > 281470681743360')
        }
        redact(store)
        assert shape(run_checks(store)) == before
        for table, _ in store.tables():
            text = repr(store.query(f'SELECT * FROM "{table}"').rows)
            assert not [name for name in names if name in text], table
            leaked = [a for a in addresses if f"'{a}'" in text and not a.startswith(("127.", "fe80", "::1"))]
            assert leaked == [], table


def test_rulesets_keep_their_text_without_addresses_and_comments() -> None:
    """Other texts go."""
    rules = '*nat\n:KUBE-SVC-X - [0:0]\n-A KUBE-SVC-X -d 10.42.1.7/32 -m comment --comment "shop/db: secret" -j ACCEPT\nCOMMIT\n'
    with Store() as store:
        ns = store.netns(store.node("n1"))
        assert load_output(store, ns, "n1, live", "iptables-save -c", rules)
        load_text(store, "n1.txt", "n1", None, ["# ip neigh show", "10.42.1.7 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE"])
        redact(store, KEY)
        texts = [row[0] for row in store.raw("SELECT text FROM source ORDER BY source")]
    assert texts[1] is None
    assert "10.42.1.7" not in texts[0]
    assert "shop" not in texts[0]
    assert "-j ACCEPT" in texts[0]
    assert "-A KUBE-SVC-" in texts[0]


UNIQUE = "Qzx{}Kw"
"""A word that nothing declares public: a name that somebody gave."""


def filled(store: Store) -> list[str]:
    """Put a row into each table whose every text is a word of its own; return the words."""
    words: list[str] = []
    for table, row in {**FRAME, **ROWS}.items():
        values: list[object] = []
        for column in columns(table):
            if column.sql == "VARCHAR":
                words.append(UNIQUE.format(len(words)))
                values.append(words[-1])
            else:
                values.append(1 if column.sql != "BOOLEAN" else True)
        marks = ", ".join("?" for _ in values)
        store.connection.execute(f'INSERT INTO "{table}" VALUES ({marks})', values)
        assert len(values) >= len(row._fields)
    return words


def test_no_text_leaves_that_nothing_declares_public() -> None:
    """A word of its own in every text column of every table: redaction denies by default, also in tables made tomorrow."""
    with Store() as store:
        words = filled(store)
        redact(store, KEY)
        left = {
            (table, word)
            for table, _ in store.tables()
            for word in words
            if word.lower() in repr(store.query(f'SELECT * FROM "{table}"').rows).lower()
        }
    assert len(words) > 150
    assert left == set()


def test_words_inside_texts_do_not_leave_either(tmp_path: Path) -> None:
    """In commands, headings, rules, unread lines, in a file that redaction wrote: no byte of it holds a name."""
    text = (Path(__file__).parent / "objects.txt").read_text(encoding="utf-8")
    secrets = sorted(set(re.findall(r"secret\w+", text)) | {"203.0.113.77", "198.51.100.0", "203.0.113.78"})
    with Store() as store:
        load_text(store, "secretfile.txt", "secretnode", None, text.splitlines())
        merge(store)
        redact(store)
        store.save(tmp_path / "r.podpath")
    found = (tmp_path / "r.podpath").read_bytes()
    assert len(secrets) > 15
    assert [secret for secret in secrets if secret.encode() in found] == []


def test_what_contradicts_contradicts_still() -> None:
    """A redacted snapshot that lost its contradictions would prove what nobody knows."""
    lines = ["# ip link show", "2: eth0: <UP> mtu 1500 state UP", "    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff",
             "# ip link show eth0", "2: eth0: <UP> mtu 1400 state UP",
             "    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff"]  # fmt: skip
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, lines)
        merge(store)
        before = store.raw("SELECT tab, object, field, one = other FROM conflict ORDER BY ALL")
        redact(store, KEY)
        assert store.raw("SELECT tab, object, field, one = other FROM conflict ORDER BY ALL") == before
        assert before
        macs = store.raw("SELECT one, other FROM conflict WHERE field = 'mac'")[0]
        assert str(int(parse_mac("02:00:00:00:00:01"))) not in macs
