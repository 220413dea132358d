"""The table of IPVS, as recorded output prints it: this kernel has no IPVS."""

import pytest

from podpath.readers.ipvsadm import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.ipvs import VirtualServer
from tests.readers.helper import complaints, rows

LISTED = """IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.1:443 rr
  -> 192.168.50.11:6443           Masq    1      3          0
TCP  10.96.0.12:80 rr persistent 10800
  -> 10.244.1.10:80               Masq    1      0          0
  -> 10.244.2.10:80               Masq    0      1          2
UDP  10.96.0.10:53 rr
TCP  [fd00:10:96::a]:80 wlc
  -> [fd00:10:244:1::a]:8080      Route   5      0          0
FWM  7 sh
"""
KERNEL = """IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  0A600001:01BB rr
  -> C0A8320B:192B      Masq    1      3          0
TCP  0A60000C:0050 rr persistent 10800 FFFFFFFF
  -> 0AF4010A:0050      Masq    1      0          0
  -> 0AF4020A:0050      Masq    0      1          2
UDP  0A60000A:0035 rr
TCP  [fd00:0010:0096:0000:0000:0000:0000:000a]:0050 wlc
  -> [fd00:0010:0244:0001:0000:0000:0000:000a]:1F90      Route   5      0          0
FWM  00000007 sh
"""
SAVED = """-A -t 10.96.0.1:443 -s rr
-a -t 10.96.0.1:443 -r 192.168.50.11:6443 -m -w 1
-A -t 10.96.0.12:80 -s rr -p 10800
-a -t 10.96.0.12:80 -r 10.244.1.10:80 -m -w 1
-a -t 10.96.0.12:80 -r 10.244.2.10:80 -m -w 0
-A -u 10.96.0.10:53 -s rr
-A -t [fd00:10:96::a]:80 -s wlc
-a -t [fd00:10:96::a]:80 -r [fd00:10:244:1::a]:8080 -g -w 5
-A -f 7 -s sh
"""


def server(place: str, scheduler: str, real: str = "", forward: str | None = None, weight: int | None = None) -> VirtualServer:
    """Return a row, by ``tcp 10.96.0.1 443`` and ``192.168.50.11 6443``."""
    proto, address, port = place.split()
    row = VirtualServer(proto, parse_ip(address), int(port), None, scheduler, 10800 if "0.12 " in place else None)
    if not real:
        return row
    far, number = real.split()
    return row._replace(real=parse_ip(far), real_port=int(number), forward=forward, weight=weight)


ROWS = [
    server("tcp 10.96.0.1 443", "rr", "192.168.50.11 6443", "masq", 1),
    server("tcp 10.96.0.12 80", "rr", "10.244.1.10 80", "masq", 1),
    server("tcp 10.96.0.12 80", "rr", "10.244.2.10 80", "masq", 0),
    server("udp 10.96.0.10 53", "rr"),
    server("tcp fd00:10:96::a 80", "wlc", "fd00:10:244:1::a 8080", "route", 5),
    VirtualServer("fwm", mark=7, scheduler="sh"),
]


@pytest.mark.parametrize(("command", "text"), [("ipvsadm -Ln", LISTED), ("cat /proc/net/ip_vs", KERNEL), ("ipvsadm -Sn", SAVED)])
def test_three_forms_tell_the_same(command: str, text: str) -> None:
    """Servers, their real ones, weights and sessions; one that nobody serves has a row, too."""
    found = rows(READER, command, text)
    assert sorted(found, key=repr) == sorted(ROWS, key=repr)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ipvsadm -L -n", (covers(VirtualServer),)),
        ("ipvsadm -S", (covers(VirtualServer, complete=Complete.NO),)),
        ("ipvsadm -Lnc --stats", None),
        ("ipvsadm -A -t 10.96.0.1:443", None),
        ("cat /proc/net/ip_vs", (covers(VirtualServer),)),
    ],
)
def test_coverage(line: str, expected: tuple[Coverage, ...] | None) -> None:
    """Only what prints the whole table, with numbers, says that there is no more."""
    assert READER.accepts(line.split()) == expected


@pytest.mark.parametrize(
    "line", ["TCP  10.96.0:443 rr", "-a -t 10.96.0.9:80 -r 10.0.0.1:80 -m -w 1", "-A -t nowhere -s rr", "something else"]
)
def test_damage(line: str) -> None:
    """A line that is none is told, and the others are read."""
    assert [index for index, _ in complaints(READER, "ipvsadm -Ln", f"{LISTED}{line}")] == [LISTED.count("\n")]
