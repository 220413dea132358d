"""Texts that are made to break what reads them: they cost what they are, and never a traceback or an hour."""

import re
import time
from collections.abc import Sequence

import orjson
import pytest

from podpath.readers import kubectl_wide, kubectl_yaml
from podpath.readers.interface import Bad
from podpath.readers.registry import readers
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Unread

_LINES = """\
2: eth0@if3: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP group default
    link/ether 52:54:00:5e:c2:e7 brd ff:ff:ff:ff:ff:ff link-netnsid 4
    inet 192.168.50.11/24 scope global eth0
2: eth0    inet 192.168.50.11/24 scope global eth0
5: veth1@if2: <BROADCAST,UP> mtu 1500 master br0 state forwarding priority 32 cost 2
web (id: 3)
nsid 3 (iproute2 netns name: web)
id 1 via 10.0.0.1 dev eth0
0:      from all lookup local
32766:  from all fwmark 0x1/0x2 lookup main suppress_prefixlength 0
br0     10 PVID Egress Untagged
10.0.0.0/8 via 10.0.0.1 dev eth0 metric 100 mtu 1400 weight 1
aa:bb:cc:dd:ee:ff dev vxlan0 dst 10.0.0.1 vni 7 port 4789 self permanent
10.0.0.1 dev eth0 lladdr 52:54:00:5e:c2:e7 ref 1 used 1/2/3 probes 4 REACHABLE
tcp      6 117 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 mark=3 use=1
cpu=0 found=1 insert_failed=2 drop=3
TCP  10.0.0.1:80 rr persistent 300
  -> 10.0.0.2:80 Masq 1 2 3
eth0: flags=4163<UP,BROADCAST>  mtu 1500
        RX packets 10  bytes 20 (1.0 KiB)
0.0.0.0 10.0.0.1 0.0.0.0 UG 100 0 0 eth0
tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN 10/sshd
LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=10,fd=3))
net.ipv4.ip_forward = 1
"""


def _read(text: str) -> list[Section | Unread]:
    return list(Transcript("f", NodeRef("n1")).read(text.split("\n")))


@pytest.mark.parametrize("reader", [one for one in readers() if one.read is not None], ids=lambda one: one.name)
def test_a_number_of_five_thousand_digits_is_a_complaint(reader: "object") -> None:
    """In the place of any number of any line."""
    numbers = list(re.finditer(r"[0-9]+", _LINES))
    for match in numbers:
        lines = (_LINES[: match.start()] + "7" * 5000 + _LINES[match.end() :]).splitlines()
        list(reader.read([], lines))  # type: ignore[attr-defined]


def test_yaml_that_repeats_itself_is_refused() -> None:
    """Nine aliases of nine aliases of nine …: 600 bytes that would be ten gigabytes."""
    bomb = "\n".join(f"  k{at}: &k{at} [{','.join([f'*k{at - 1}'] * 9) if at else '1,2,3'}]" for at in range(9))
    text = f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels:\n    x: *k8\nother:\n{bomb}\n"
    began = time.process_time()
    first, *_ = kubectl_yaml.read([], (f"x:\n{bomb}\n{text}").splitlines())
    assert isinstance(first[1], Bad)
    assert "alias" in first[1].reason
    assert time.process_time() - began < 1


def test_a_star_within_a_text_is_no_alias() -> None:
    """Kubectl prints commands and patterns as they were given."""
    text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: d\n  annotations:\n    a: |\n      - *x\n"
    (item,) = kubectl_yaml.read([], text.splitlines())
    assert not isinstance(item[1], Bad)


def test_a_label_that_is_no_text_is_a_complaint() -> None:
    """The API has none; what is not text has neither a length nor a depth that is known."""
    text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels:\n    x: [[[[1]]]]\n"
    (item,) = kubectl_yaml.read([], text.splitlines())
    assert item == (0, Bad("this looks like `kubectl get` output but in Pod p, a value is a list where a text was to be"))


def test_addresses_times_ports_are_bounded() -> None:
    """Each address of a slice has each of its ports: 10,000 of both are a hundred million rows."""
    document = {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": "s", "namespace": "d"},
        "endpoints": [{"addresses": [f"10.0.{at // 256}.{at % 256}"]} for at in range(10_000)],
        "ports": [{"port": at + 1} for at in range(10_000)],
    }  # fmt: skip
    from podpath.readers import kubectl

    (item,) = kubectl.read_json([], document)
    assert isinstance(item[1], Bad)


def test_a_damaged_heading_of_a_table_is_a_complaint() -> None:
    """The columns that say what the table is of are missing."""
    items = list(kubectl_wide.read([], ["NAME   ENDPOINTS   AGE", "web    10.0.0.1:80   5d"]))
    assert not isinstance(items[0][1], Bad)
    lines = ["NAME  READY  STATUS  RESTARTS  AGE  \tX", "web\t1/1\tRunning\t0\t5d\tx\ty"]
    assert all(isinstance(row, Bad) for _, row in kubectl_wide.read([], lines))


def test_json_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many of its lines end in a bracket; a bracket within a text is none."""
    calls: list[int] = []
    loads = orjson.loads

    def counted(text: str) -> object:
        calls.append(len(text))
        return loads(text)

    monkeypatch.setattr(orjson, "loads", counted)
    rows = [f'{{"ifname":"e{at}","flags":[],"mtu":1500,"ifalias":"]}} \\" {{["}}' for at in range(500)]
    (section,) = _read("# ip -j link\n[\n" + "\n,".join(rows) + "\n]\n")
    assert isinstance(section, Section)
    assert len(section.document) == 500
    assert len(calls) == 1


def test_what_follows_damaged_json_is_read() -> None:
    """Its brackets say where it ends."""
    parts = _read('# ip -j link\n[\n{"ifname": oops}\n]\n# ip neigh\n10.0.0.1 dev eth0 FAILED\n')
    assert [type(part).__name__ for part in parts] == ["Section", "Unread", "Section"]


_UNITS = ("a", " ", "\t", "0", "a:", "0.", "::", "a.", "@", "=", "[", '"', '\\"', "a ", "0 ", "#", "/", "/a", "|", "; ", "<",
          "> ", "# cat /cni/", "a,", "'a", "# ip ")  # fmt: skip
_BEGINS: Sequence[str] = ("", "# ip a\n", "# wg\n", "# kubectl get pods -o yaml\n", "# iptables-save\n", "# ip -j link\n")


@pytest.mark.long
@pytest.mark.parametrize("begin", _BEGINS)
def test_no_text_of_100_kb_takes_seconds(begin: str) -> None:
    """In one line, in lines as long as a command may be, and in short ones."""
    for unit in _UNITS:
        for width in (100_000, 3_900, 50):
            text = begin + "\n".join([unit * (width // len(unit))] * (100_000 // width))
            began = time.process_time()
            _read(text)
            assert time.process_time() - began < 3, (unit, width)
