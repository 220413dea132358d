"""Every reader under noise: hostile text, damaged lines and documents of any shape."""

# ruff: noqa: SIM905 - lists of words are read best as text

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podpath.readers.interface import Bad, Json, Reader
from podpath.readers.registry import readers
from podpath.snapshot.schema import TABLE_OF

_TEXTS = re.compile(r'^[A-Z_]+ = (?:HEADER \+ )?\(?(?:"""\\?\n(.*?)""")', re.MULTILINE | re.DOTALL)
_HERE = Path(__file__).parent
REAL = sorted({
    line.replace("\\n\\", "").replace("\\t", "\t")
    for file in sorted(_HERE.glob("test_*.py"))
    for text in _TEXTS.findall(file.read_text(encoding="utf-8"))
    for line in text.splitlines()
})  # fmt: skip
"""The lines of real output that the other tests of readers hold."""

COMMANDS = [
    line.split()
    for line in (
        "", "ifconfig -a", "ifconfig flannel.1", "route -n", "route -ee", "netstat -rn", "route -6", "arp -n", "brctl show",
        "brctl showmacs br0", "brctl showstp br0", "dockerveth", "sysctl -a", "sysctl -n net.ipv4.ip_forward",
        "cat /proc/sys/net/ipv4/ip_forward", "cat /proc/net/route", "nstat -az", "netstat -s", "ss -tuanp", "ss -tlnp",
        "netstat -tulpn", "netstat -tlnW", "ethtool -k v0", "docker ps -a", "docker inspect web", "docker network ls",
        "kubectl get pods -A -o wide", "kubectl get pods -n x", "kubectl get pods -A -o yaml", "iptables-save",
        "iptables -nvL", "nft list ruleset", "nft -j list ruleset", "ipset list", "cat /etc/resolv.conf", "hostname",
        "ip route", "ip -d link", "bridge fdb show", "ip neigh show dev flannel.1",
    )
]  # fmt: skip
_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
_NOISE = st.text(_CHARACTERS, max_size=60)


@st.composite
def _damaged(draw: st.DrawFn) -> str:
    """Return a real line with a few characters replaced, removed or put in, or words swapped."""
    line: str = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(line)))
        line = line[:at] + draw(st.text(_CHARACTERS, max_size=2)) + line[at + draw(st.integers(0, 4)) :]
    if draw(st.booleans()):
        line = " ".join(draw(st.permutations(line.split())))
    return line


_LINES = st.lists(_damaged() | _NOISE, max_size=12)
_KEYS = st.sampled_from(
    "kind apiVersion items metadata name namespace labels annotations status spec addresses conditions ports endpoints "
    "subsets Name Id ID Names Image Status State NetworkSettings Networks IPAM Config Subnet Containers Options Driver "
    "Scope IPAddress MacAddress plugins cniVersion type ipam ranges subnet delegate kernel nftables chain rule ifname "
    "rx-checksumming active Ports HostConfig podIP clusterIP type address mac dst dev ifindex link flags".split()
)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _NOISE | st.sampled_from(
    ["Pod", "List", "Node", "Service", "EndpointSlice", "Endpoints", "NodeList", "v1", "InternalIP", "Ready", "10.0.0.1",
     "10.0.0.0/8", "02:42:ac:11:00:02", "bridge", "fd00::/64", "null", "{"]
)  # fmt: skip
_DOCUMENTS = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6), max_leaves=30
)
ALL = pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.name)
_QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _check(items: list[tuple[int, object]], lines: int) -> None:
    """Check that every item is a row of a table, or a complaint, at a line that exists."""
    for index, row in items:
        assert 0 <= index < max(lines, 1)
        assert type(row) in TABLE_OF or isinstance(row, Bad)
        if isinstance(row, Bad):
            assert row.reason


def test_real_lines() -> None:
    """The noise is made of real lines."""
    assert len(REAL) > 200


@ALL
@_QUICK
@given(words=st.sampled_from(COMMANDS), lines=_LINES)
def test_text(reader: Reader, words: list[str], lines: list[str]) -> None:
    """No text makes a reader raise, whatever command it is taken for."""
    if reader.read is not None:
        _check(list(reader.read(words, lines)), len(lines))


@ALL
@_QUICK
@given(document=_DOCUMENTS)
def test_documents(reader: Reader, document: Json) -> None:
    """No document makes a reader raise, whether it is its own or not."""
    if reader.owns_json is not None:
        reader.owns_json(document)
    if reader.read_json is not None:
        _check(list(reader.read_json([], document)), 1)


@ALL
@_QUICK
@given(words=st.lists(_NOISE | st.sampled_from([word for words in COMMANDS for word in words]), max_size=6))
def test_words(reader: Reader, words: list[str]) -> None:
    """No command line makes a reader raise; no words are nobody's command."""
    reader.accepts(words)
    assert reader.accepts([]) is None


@pytest.mark.parametrize("words", [words for words in COMMANDS if words], ids=" ".join)
def test_one_reader(words: list[str]) -> None:
    """A command line belongs to one reader."""
    assert len([reader.name for reader in readers() if reader.accepts(words) is not None]) == 1


PIECES = ["a", "1", " ", "\t", "a ", "1 ", "a:", "1.", "- ", "[::]:1 ", "\\", "(", "fe80::1 U "]


@ALL
@pytest.mark.parametrize("piece", PIECES)
def test_long_lines(reader: Reader, piece: str) -> None:
    """A line of any length is judged, and read, at once."""
    line = piece * (20_000 // len(piece))
    begun = time.process_time()
    for pattern in (reader.starts, reader.continues):
        if pattern is not None:
            pattern.match(line)
            pattern.match(f"x {line}")
    if reader.read is not None:
        list(reader.read([], [line, f"x {line}", f" {line}"]))
    assert time.process_time() - begun < 2.0
