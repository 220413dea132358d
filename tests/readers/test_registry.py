"""The readers all together."""

import pytest

from podpath.readers.registry import is_program, reader_of_json, reader_of_line, readers


def test_every_reader_has_a_name_of_its_own() -> None:
    """Names are shown as commands, so no two are alike."""
    names = [reader.name for reader in readers()]
    assert len(set(names)) == len(names) > 30


@pytest.mark.parametrize(
    "word", ["ip", "/sbin/ip", "route", "cat", "ip6tables-nft-save", "iptables-legacy", "sudo", "LANG=C", "ssh"]
)
def test_a_command_line_may_begin_with_a_known_program(word: str) -> None:
    """Wrappers and variables too; a word of a log does not."""
    assert is_program(word)
    assert not is_program("Nov")


def test_a_line_goes_to_the_reader_of_its_shape() -> None:
    """Lines that several tables could begin with are told apart."""
    lines = {
        "10.42.1.0 dev flannel.1 lladdr 82:ce:7c:3e:91:36 PERMANENT": "ip neigh",
        "10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink": "ip route",
        "82:ce:7c:3e:91:36 dev flannel.1 dst 192.168.200.206 self permanent": "bridge fdb",
        "0:	from all lookup local": "ip rule",
        "this is a sentence about routes": None,
    }
    found = {line: reader_of_line(line) for line in lines}
    assert {line: reader.name if reader else None for line, reader in found.items()} == lines


def test_a_document_goes_to_the_reader_of_its_keys() -> None:
    """Tables of iproute2's JSON are told apart."""
    documents = {
        "ip route": [{"dst": "default", "gateway": "10.0.0.1", "dev": "eth0", "protocol": "dhcp", "flags": []}],
        "ip neigh": [{"dst": "10.0.0.1", "dev": "eth0", "lladdr": "82:ce:7c:3e:91:36", "state": ["REACHABLE"]}],
        "bridge fdb": [{"mac": "82:ce:7c:3e:91:36", "ifname": "eth0", "flags": ["self"], "state": "permanent"}],
        "ip address": [{"ifindex": 1, "ifname": "lo", "flags": ["UP"], "mtu": 65536, "addr_info": []}],
        "ip link": [{"ifindex": 1, "ifname": "lo", "flags": ["UP"], "mtu": 65536}],
        "ip rule": [{"priority": 0, "src": "all", "table": "local"}],
    }
    found = {name: reader_of_json(document) for name, document in documents.items()}
    assert {name: reader.name if reader else None for name, reader in found.items()} == {name: name for name in documents}
    assert reader_of_json({"some": "thing"}) is None


def test_no_other_reader_waits_behind_one_that_takes_no_rows() -> None:
    """What is passed over is asked last, so that a reader may be written for it later, whatever its file is called."""
    known = readers()
    assert [reader.fallback for reader in known] == sorted(reader.fallback for reader in known)
    assert known[-1].fallback
