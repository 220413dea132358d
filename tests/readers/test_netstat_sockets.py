"""`netstat` for sockets."""

import pytest

from podpath.readers.netstat_sockets import READER
from podpath.state.address import Ip, parse_ip
from podpath.state.evidence import Complete, covers
from podpath.state.host import Socket
from tests.readers.helper import complaints, rows

LISTENERS = """\
Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    \n\
tcp        1      0 0.0.0.0:80              0.0.0.0:*               LISTEN      20367/python3       \n\
tcp6       0      0 :::9090                 :::*                    LISTEN      812/sshd: /usr/sbin \n\
udp        0      0 127.0.0.1:53            0.0.0.0:*                           20367/python3       \n\
udp6       0      0 fe80::d008:daff:fe8:546 :::*                                20367/python3       \n\
raw        0      0 0.0.0.0:1               0.0.0.0:*               7           -                   \n\
Active UNIX domain sockets (only servers)
Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path
unix  2      [ ACC ]     STREAM     LISTENING     33776    20367/python3        @foo
"""
BUSYBOX = """\
Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       \n\
tcp        0      0 127.0.0.1:51828         127.0.0.1:80            ESTABLISHED \n\
tcp        0      0 ::ffff:127.0.0.1:8080   ::ffff:127.0.0.1:47840  TIME_WAIT   \n\
udp        0      0 fe80::d008:daff:fe8c:79e:546 :::*                                \n\
"""


def test_listeners() -> None:
    """The column Send-Q of a listener is not its backlog; sockets of no network are left out."""
    whole = LISTENERS.replace("fe80::d008:daff:fe8:546 ", "fe80::d008:daff:fe8c:79e:546 ")
    assert rows(READER, "netstat -lnpW", whole) == [
        Socket("tcp", "LISTEN", 4, None, 80, process="20367/python3", recv_queue=1),
        Socket("tcp6", "LISTEN", 6, Ip(0), 9090, process="812/sshd: /usr/sbin", recv_queue=0),
        Socket("udp", "UNCONN", 4, parse_ip("127.0.0.1"), 53, process="20367/python3", recv_queue=0, send_queue=0),
        Socket("udp6", "UNCONN", 6, parse_ip("fe80::d008:daff:fe8c:79e"), 546, process="20367/python3", recv_queue=0,
               send_queue=0),
        Socket("raw", "UNCONN", 4, None, 1, recv_queue=0, send_queue=0),
    ]  # fmt: skip


def test_cut_address() -> None:
    """An IPv6 address that fills its column may be cut, and then looks like another one."""
    assert complaints(READER, "netstat -lnp", LISTENERS) == [
        (5, 'this looks like `netstat` output but "fe80::d008:daff:fe8:546" may be cut off: `netstat -W` or `ss` prints '
            "the whole address")
    ]  # fmt: skip


def test_busybox() -> None:
    """The form of busybox cuts nothing, and calls both families tcp."""
    assert rows(READER, "netstat -an", BUSYBOX) == [
        Socket("tcp", "ESTAB", 4, parse_ip("127.0.0.1"), 51828, parse_ip("127.0.0.1"), 80, recv_queue=0, send_queue=0),
        Socket("tcp", "TIME-WAIT", 6, parse_ip("127.0.0.1"), 8080, parse_ip("127.0.0.1"), 47840, recv_queue=0, send_queue=0),
        Socket("udp", "UNCONN", 6, parse_ip("fe80::d008:daff:fe8c:79e"), 546, recv_queue=0, send_queue=0),
    ]


def test_names_and_damage() -> None:
    """A name is no address; the name of a service is an unknown port."""
    text = "tcp 0 0 0.0.0.0:ssh 0.0.0.0:* LISTEN\ntcp 0 0 gw.example:22 a:1 LISTEN\ntcp 0 0 10.0.0.1:22 0.0.0.0:* LISTENING\n"
    assert rows(READER, "netstat -l", text)[0] == Socket("tcp", "LISTEN", 4, None, None, recv_queue=0)
    assert complaints(READER, "netstat -l", text) == [
        (1, 'this looks like `netstat` output but "gw.example" is a name: `netstat -n` prints addresses'),
        (2, 'this looks like `netstat` output but "LISTENING" is not a state'),
    ]


@pytest.mark.parametrize("line", ["netstat -rn", "netstat -s", "netstat -i", "netstat says"])
def test_not_this_command(line: str) -> None:
    """Other tables and prose are not accepted."""
    assert READER.accepts(line.split()) is None


def test_coverage() -> None:
    """IPv6 is sure only where addresses are not cut."""
    assert READER.accepts(["netstat", "-tln"]) == (
        covers(Socket, 4, part="tcp"), covers(Socket, 6, part="tcp", complete=Complete.ASSUMED),
    )  # fmt: skip
    assert READER.accepts(["netstat", "-tlnW"]) == (
        covers(Socket, 4, part="tcp"),
        covers(Socket, 6, part="tcp"),
    )
    assert {c.complete for c in READER.accepts(["netstat", "-t"]) or ()} == {Complete.NO}
