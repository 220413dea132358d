"""`ss`."""

import pytest

from podpath.readers.ss import READER
from podpath.state.address import Ip, parse_ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Socket
from tests.readers.helper import complaints, rows

ALL = """\
RTNETLINK answers: Invalid argument
Netid State  Recv-Q Send-Q                 Local Address:Port        Peer Address:Port Process                             \n\
nl    UNCONN 4352   0                                  4:20503             *                                        \n\
p_raw UNCONN 0      0                              [768]:*                 *     users:(("python3",pid=20367,fd=15))
u_str ESTAB  0      0                              * 28013                 * 28014
udp   UNCONN 0      0                            0.0.0.0:8472             0.0.0.0:*                                        \n\
udp   UNCONN 0      0                       127.0.0.1%lo:53               0.0.0.0:*     users:(("python3",pid=20367,fd=5)) \n\
udp   ESTAB  0      0                        [fd00:9::1]:55079        [fd00:9::2]:5000  users:(("python3",pid=20367,fd=12))
udp   UNCONN 0      0      [fe80::d008:daff:fe8c:79e]%v0:546                 [::]:*     users:(("python3",pid=20367,fd=16))
tcp   LISTEN 1      5                                  *:8080                   *:*     users:(("python3",pid=20367,fd=4)) \n\
tcp   LISTEN 0      128                             [::]:9090                [::]:*     users:(("python3",pid=20367,fd=8)) \n\
tcp   ESTAB  0      0                 [::ffff:127.0.0.1]:8080  [::ffff:127.0.0.1]:47840                                    \n\
"""


def test_all() -> None:
    """`*` serves both families; sockets of no network are left out."""
    assert rows(READER, "ss -tuanp", ALL) == [
        Socket("udp", "UNCONN", 4, None, 8472, recv_queue=0, send_queue=0),
        Socket("udp", "UNCONN", 4, parse_ip("127.0.0.1"), 53, None, None, "lo", 'users:(("python3",pid=20367,fd=5))', 0, 0),
        Socket("udp", "ESTAB", 6, parse_ip("fd00:9::1"), 55079, parse_ip("fd00:9::2"), 5000, None,
               'users:(("python3",pid=20367,fd=12))', 0, 0),
        Socket("udp", "UNCONN", 6, parse_ip("fe80::d008:daff:fe8c:79e"), 546, None, None, "v0",
               'users:(("python3",pid=20367,fd=16))', 0, 0),
        Socket("tcp", "LISTEN", 6, None, 8080, None, None, None, 'users:(("python3",pid=20367,fd=4))', 1, 5),
        Socket("tcp", "LISTEN", 6, Ip(0), 9090, None, None, None, 'users:(("python3",pid=20367,fd=8))', 0, 128),
        Socket("tcp", "ESTAB", 6, parse_ip("127.0.0.1"), 8080, parse_ip("127.0.0.1"), 47840, recv_queue=0, send_queue=0),
    ]  # fmt: skip


def test_protocol_of_the_command() -> None:
    """One protocol has no column of its own; neither has one state."""
    assert rows(READER, "ss -Htan", "LISTEN 0 5 10.9.0.1:443 0.0.0.0:*\n") == [
        Socket("tcp", "LISTEN", 4, parse_ip("10.9.0.1"), 443, recv_queue=0, send_queue=5)
    ]
    text = "Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess\n0      0        10.9.0.1:55079  10.9.0.2:5000       \n"
    assert rows(READER, "ss -u", text) == [
        Socket("udp", "ESTAB", 4, parse_ip("10.9.0.1"), 55079, parse_ip("10.9.0.2"), 5000, recv_queue=0, send_queue=0)
    ]


def test_old_form() -> None:
    """Where any IPv6 address is `:::80`, `*` is any IPv4 address."""
    text = (
        "State      Recv-Q Send-Q        Local Address:Port          Peer Address:Port \n"
        "LISTEN     0      128                       *:22                       *:*     \n"
        "LISTEN     0      128                      :::22                      :::*     \n"
    )
    assert rows(READER, "ss -tln", text) == [
        Socket("tcp", "LISTEN", 4, None, 22, recv_queue=0, send_queue=128),
        Socket("tcp", "LISTEN", 6, Ip(0), 22, recv_queue=0, send_queue=128),
    ]


def test_details() -> None:
    """Lines that begin with a tab are details of the socket above."""
    text = "ESTAB  0 0 127.0.0.1:80 127.0.0.1:51828 ino:0 sk:9 <->\n\t ts sack bbr wscale:10,10 rto:204\n"
    assert len(rows(READER, "ss -tanie", text)) == 1


_OPTIONS = """\
LISTEN 0 128 127.0.0.1:8080 0.0.0.0:* users:(("a",pid=1,fd=3))
\tinet-sockopt: ( is_icsk mc_loop transparent mc_all)
LISTEN 0 128 127.0.0.1:8081 0.0.0.0:* users:(("a",pid=1,fd=4)) inet-sockopt: ( is_icsk mc_loop mc_all)
LISTEN 0 128 127.0.0.1:8082 0.0.0.0:*
"""


def test_options_of_sockets_stand_behind_or_below() -> None:
    """Below, unless `-O` keeps all in one line; without `--inet-sockopt` nobody knows."""
    found = [row for row in rows(READER, "ss -tlnp --inet-sockopt", _OPTIONS) if isinstance(row, Socket)]
    assert [row.transparent for row in found] == [True, False, None]


def test_names_and_damage() -> None:
    """The name of a service is an unknown port; a damaged address is quoted."""
    text = "LISTEN 0 5 0.0.0.0:http 0.0.0.0:*\nLISTEN 0 5 10.9.0.l:80 0.0.0.0:*\nLISTEN 0 5 10.9.0.1:70000 *:*\n"
    assert rows(READER, "ss -tl", text)[0] == Socket("tcp", "LISTEN", 4, None, None, recv_queue=0, send_queue=5)
    assert complaints(READER, "ss -tl", text) == [
        (1, 'this looks like `ss` output but "10.9.0.l" is not an address'),
        (2, 'this looks like `ss` output but "70000" is not a port'),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ss -tuanp", (covers(Socket, part="tcp"), covers(Socket, part="udp"))),
        ("ss -tlnp", (covers(Socket, part="tcp"),)),
        ("ss -ltn4", (covers(Socket, 4, part="tcp"),)),
        ("ss -tln sport = :80", (covers(Socket, part="tcp", complete=Complete.NO),)),
        ("ss -tl", (covers(Socket, part="tcp", complete=Complete.NO),)),
        ("ss -xln", ()),
        ("ss -s", None),
        ("ss shows nothing", None),
    ],
)
def test_coverage(line: str, expected: tuple[Coverage, ...] | None) -> None:
    """Listeners are covered by `-l` or `-a`, when ports are numbers and nothing filters."""
    assert READER.accepts(line.split()) == expected


def test_plain() -> None:
    """`ss` alone shows connections only."""
    assert {c.complete for c in READER.accepts(["ss"]) or ()} == {Complete.NO}
