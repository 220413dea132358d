"""Commands whose output says nothing that podpath uses."""

import pytest

from podpath.readers.passed_over import READER
from podpath.readers.registry import readers
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef

COMMANDS = """nmcli connection show|networkctl status eth0
resolvectl query db.example|ethtool -g eth0|docker images|calicoctl node diags
swanctl --list-sas|ovs-vsctl list bridge|cilium status|cilium-dbg bpf lb list
kubectl describe deployment web|kubectl explain pods|ip monitor route|ss -s
cat /etc/hosts|systemctl status docker""".replace("\n", "|").split("|")
ROUTES = "default via 192.0.2.254 dev eth0\nDeleted 10.0.0.0/24 dev cni0\n10.0.1.0/24 via 192.0.2.2 dev eth0"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_is_of_this_reader_alone(command: str) -> None:
    """And covers nothing."""
    assert [reader.name for reader in readers() if reader.accepts(command.split()) is not None] == [READER.name]
    assert READER.accepts(command.split()) == ()


@pytest.mark.parametrize(
    "text", [f"$ ip monitor route\n{ROUTES}\n$ ip rule\n", f"ip monitor\n{ROUTES}\n\nip rule\n0:\tfrom all lookup local"]
)
def test_lines_that_look_like_state_are_none(text: str) -> None:
    """Whether there are prompts or none; the next command is read again."""
    read = [part.reader.name for part in Transcript("f", NodeRef("f")).read(text.split("\n")) if isinstance(part, Section)]
    assert read == [READER.name, "ip rule"]


def test_behind_an_empty_line_an_output_is_known_by_its_shape() -> None:
    """Nobody says where an output ends that is not read."""
    text = "cilium status\nKVStore: Ok\n    Cilium: Ok\n\n0:\tfrom all lookup local\n32766:\tfrom all lookup main"
    parts = list(Transcript("f", NodeRef("f")).read(text.split("\n")))
    assert [part.reader.name for part in parts if isinstance(part, Section)] == [READER.name, "ip rule"]
