"""What the kernel answers to ``ip route get``."""

import json

import pytest

from podpath.readers import ip_route
from podpath.readers.interface import Bad
from podpath.readers.ip_route_get import READER
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.address import parse_ip
from podpath.state.route import RouteException
from podpath.state.sighting import RouteAnswer

ANSWER = "10.244.3.7 via 10.244.3.0 dev flannel.1 src 10.244.1.0 uid 0\n    cache"
LOCAL = "local 10.244.1.1 dev lo table local src 10.244.1.1 uid 0\n    cache <local>"


@pytest.mark.parametrize(
    "command", ["ip route get 10.244.3.7", "ip r g 10.244.3.7", "ip -4 ro get 10.244.3.7 from 10.0.0.1", "ip route show cache"]
)
def test_an_answer_is_no_table(command: str) -> None:
    """It covers nothing, and the reader of tables leaves it."""
    assert READER.accepts(command.split()) == ()
    assert ip_route.READER.accepts(command.split()) is None


@pytest.mark.parametrize("text", [ANSWER, LOCAL])
@pytest.mark.parametrize("prompt", ["$ ip route get 10.244.3.7\n", ""])
def test_an_answer_gives_no_route(prompt: str, text: str) -> None:
    """With its command line, and without."""
    sections = [part for part in Transcript("f", NodeRef("f")).read(f"{prompt}{text}".split("\n")) if isinstance(part, Section)]
    assert [section.reader.name for section in sections] == ["ip route get"]
    assert len(sections[0].lines) == 2
    assert READER.read is not None
    assert [type(row) for _, row in READER.read(sections[0].words, sections[0].lines)] == [RouteAnswer]


def test_the_document_is_not_that_of_a_table() -> None:
    """Both have a destination and flags."""
    document = [
        {
            "dst": "10.244.3.7",
            "gateway": "10.244.3.0",
            "dev": "flannel.1",
            "prefsrc": "10.244.1.0",
            "flags": [],
            "uid": 0,
            "cache": [],
        }
    ]
    assert READER.owns_json is not None
    assert READER.owns_json(document)
    assert not ip_route.owns_json(document)


V4_CACHE = (
    "203.0.113.2 via 198.51.100.4 dev eth0 \n    cache <redirected> expires 595sec mtu 1400 \n"
    "198.51.100.9 dev eth0 \n    cache expires 12sec mtu lock 552 \n"
)
V6_CACHE = "2001:db8:2::2 via fe80::1 dev eth0 metric 1024 expires 597sec mtu 1400 pref medium\n"
V4_JSON = (
    '[{"dst":"203.0.113.2","gateway":"198.51.100.4","dev":"eth0","flags":[],"cache":["redirected"],"expires":595,'
    '"metrics":[{"mtu":1400}]}]'
)
ADVERTISED = "2001:db8::1 from :: via fe80::1 dev eth0 proto ra src 2001:db8::5 metric 100 expires 9sec uid 0"
REDIRECTED = RouteException(4, parse_ip("203.0.113.2"), "eth0", parse_ip("198.51.100.4"), redirected=True, mtu=1400)
LOCKED = RouteException(4, parse_ip("198.51.100.9"), "eth0", redirected=False, mtu=552, mtu_locked=True)
SIX = RouteException(6, parse_ip("2001:db8:2::2"), "eth0", parse_ip("fe80::1"), mtu=1400, metric=1024)


@pytest.mark.parametrize(
    ("command", "text", "rows"),
    [
        ("ip route show cache", V4_CACHE, [(0, REDIRECTED), (2, LOCKED)]),
        ("ip -o route show cache", V4_CACHE.replace(" \n    cache", " \\    cache"), [(0, REDIRECTED), (1, LOCKED)]),
        ("ip -d route show table cache", "unicast " + V4_CACHE, [(0, REDIRECTED), (2, LOCKED)]),
        ("ip -6 route show cache", V6_CACHE, [(0, SIX)]),
        ("ip route get 203.0.113.2", V4_CACHE[:38] + "src 198.51.100.2 uid 0 " + V4_CACHE[38:106], [(0, REDIRECTED)]),
        ("ip route get 10.244.3.7", ANSWER, []),
        ("ip -6 route get 2001:db8::1", ADVERTISED, []),
        ("ip route show cache", "192.0.2.7 from 192.0.2.1 dev eth0 \n    cache  mtu 1500 advmss 1460 hoplimit 64 \n", []),
    ],
    ids=["IPv4", "one line", "details", "IPv6", "asked for", "nothing learned", "an advertised router", "before Linux 3.6"],
)  # fmt: skip
def test_what_a_next_hop_has_learned_is_read(command: str, text: str, rows: list[tuple[int, RouteException]]) -> None:
    """Redirects and path MTUs; what follows from the table alone is none."""
    assert READER.read is not None
    found = READER.read(command.split(), text.splitlines())
    assert [item for item in found if not isinstance(item[1], RouteAnswer)] == rows


@pytest.mark.parametrize(
    ("command", "text", "answer"),
    [
        ("ip route get 10.244.3.7", ANSWER, RouteAnswer(parse_ip("10.244.3.7"), "flannel.1", parse_ip("10.244.3.0"),
                                                        parse_ip("10.244.1.0"))),
        ("ip route get 10.244.1.1", LOCAL, RouteAnswer(parse_ip("10.244.1.1"), "lo", None, parse_ip("10.244.1.1"), local=True)),
        ("ip route get 8.8.8.8", "RTNETLINK answers: Network is unreachable",
         RouteAnswer(parse_ip("8.8.8.8"), refused=True)),
        ("ip route get 10.0.0.9 mark 7", "10.0.0.9 dev eth0 src 10.0.0.1 mark 7 uid 0\n    cache", None),
        ("ip route get 10.0.0.9", "10.0.0.9 dev eth0 table 100 src 10.0.0.1 uid 0\n    cache", None),
    ],
)  # fmt: skip
def test_what_the_kernel_would_do_is_kept(command: str, text: str, answer: RouteAnswer | None) -> None:
    """As long as the destination alone decides."""
    assert READER.read is not None
    assert [row for _, row in READER.read(command.split(), text.splitlines())] == ([answer] if answer is not None else [])


def test_the_document_says_the_same() -> None:
    """That of IPv4 is known by its key `cache`."""
    document = json.loads(V4_JSON)
    assert READER.owns_json is not None
    assert READER.read_json is not None
    assert READER.owns_json(document)
    assert not ip_route.owns_json(document)
    assert list(READER.read_json([], document)) == [(0, REDIRECTED)]


def test_what_cannot_be_read_is_said() -> None:
    """With the word that is wrong."""
    assert READER.read is not None
    found = list(READER.read(["ip", "route", "show", "cache"], ["203.0.113.2 via nobody dev eth0 ", "    cache <redirected> "]))
    assert [type(item) for _, item in found] == [Bad]
