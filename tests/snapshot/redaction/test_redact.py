"""A whole snapshot redacted."""

import re
from pathlib import Path

import pytest

from podpath.checks.engine.run import run_checks
from podpath.cli.main import main
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_output, load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.redaction.redact import redact
from podpath.snapshot.schema import FRAME, ROWS, columns
from podpath.snapshot.store import Store
from podpath.state.address import Ip, ip_text, parse_ip, parse_mac
from podpath.state.finding import Report
from podpath.state.host import Capture, Missing
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
        # A key drawn by chance may give one address of a network to another node that is named after its own.
        redact(store, KEY)
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
        kept = {table: repr(store.query(f'SELECT * FROM "{table}"').rows).lower() for table, _ in store.tables()}
        left = {(table, word) for table, rows in kept.items() for word in words if word.lower() in rows}
    assert len(words) > 150
    assert left == set()


OBJECTS = (Path(__file__).parent / "objects.txt").read_text(encoding="utf-8")
ADDRESSES = ("203.0.113.77", "203.0.113.78", "203.0.113.79", "198.51.100.0", "198.51.100.8")
SECRETS = (*sorted({word.lower() for word in re.findall(r"secret\w+", OBJECTS, re.IGNORECASE)}), *ADDRESSES)


@pytest.fixture(scope="module")
def redacted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with objects of a cluster, policies, what people saw, and what a collection lacked; redacted."""
    file = tmp_path_factory.mktemp("redacted") / "r.podpath"
    with Store() as store:
        load_text(store, "secretfile.txt", "secretnode", None, OBJECTS.splitlines())
        ns = store.netns(store.node("secretnode2"))
        store.add(ns, 0, [(0, Missing("secretmissing: it is not allowed", "kubectl -n secretns2 get pods", "netns"))])
        store.add(ns, 0, [(0, Capture("script", "secretns/secretagent", 1.0, 2.0, problem="secretproblem"))])
        merge(store)
        link_up(store)
        redact(store)
        store.save(file)
    return file


def test_words_inside_texts_do_not_leave_either(redacted: Path) -> None:
    """In commands, headings, rules, selectors, unread lines, in a file that redaction wrote: no byte of it holds a name."""
    found = redacted.read_bytes().lower()
    assert len(SECRETS) > 40
    assert [secret for secret in SECRETS if secret.encode() in found] == []
    with Store(redacted, read_only=True) as store:
        tables = {table: repr(store.query(f'SELECT * FROM "{table}"').rows).lower() for table in store.sizes()}
    assert {"network_policy", "policy_rule", "kube_namespace", "pod_port", "sighting", "route_answer", "missing"} <= set(tables)
    assert [(table, secret) for table, rows in tables.items() for secret in SECRETS if secret in rows] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "--format", "json"),
        ("check", "--format", "html"),
        ("veth", "--format", "json", "--from"),
    ],
)
def test_no_report_of_a_redacted_snapshot_names_anybody(
    arguments: tuple[str, ...], redacted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Addresses are text there, and what checks and policies say is made of names."""
    main([*arguments, str(redacted)])
    said = "".join(capsys.readouterr()).lower()
    assert said
    assert [secret for secret in SECRETS if secret in said] == []


def test_no_trace_of_a_redacted_snapshot_names_anybody(redacted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor who may reach a pod."""
    with Store(redacted, read_only=True) as store:
        pods = [f"{namespace}/{name}" for namespace, name in store.raw("SELECT namespace, name FROM pod ORDER BY ALL")]
    assert len(pods) == 2
    for arguments in (("explain-policy", pods[0]), ("trace", *pods, "--port", "8080"), ("trace", *pods[::-1], "--port", "8080")):
        for form in ("text", "json"):
            main([*arguments, str(redacted), "--format", form])
            said = "".join(capsys.readouterr()).lower()
            assert said
            assert [secret for secret in SECRETS if secret in said] == [], arguments


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
