"""The map of a real host: cables to bridges and routers, devices that are down, what hangs on nothing."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Opened

SOURCE = Path(__file__).parents[2] / "src"
_HOST = """
mount -t tmpfs tmpfs /run
for n in a b c d e router inner; do ip netns add $n; done
ip link set lo up
ip link add br0 type bridge
ip link set br0 up
ip address add 10.0.0.1/24 dev br0
i=2
for n in a b c d; do
    ip link add v$n type veth peer name eth0 netns $n
    ip link set v$n master br0 up
    ip -n $n link set eth0 up
    ip -n $n address add 10.0.0.$i/24 dev eth0
    i=$((i+1))
done
ip link set vb down
ip -n c link set eth0 down
ip link set vd nomaster
ip link add x0 netns e type veth peer name x1 netns router
ip link add y0 netns router type veth peer name y1
for d in x1 y0; do ip -n router link set $d up; done
ip -n e link set x0 up
ip -n e address add 10.9.0.2/24 dev x0
ip -n router address add 10.9.0.1/24 dev x1
ip link set y1 up
ip address add 10.8.0.1/24 dev y1
ip -n inner link add br1 type bridge
ip link add z0 netns inner type veth peer name z1
ip -n inner link set z0 master br1 up
ip link set z1 up
for form in json svg; do "$0" -m podpath map --format $form -o "$1/map.$form"; done
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the map of such a host, made in namespaces of its own."""
    folder = tmp_path_factory.mktemp("map")
    words = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--propagation", "private", "sh", "-ec", _HOST]
    env = {"PYTHONPATH": str(SOURCE), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    subprocess.run([*words, sys.executable, str(folder)], env=env, check=True, timeout=50, capture_output=True)
    return folder


def graph(folder: Path) -> dict[str, Any]:
    """Return the map's graph."""
    found: dict[str, Any] = json.loads((folder / "map.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.root
@pytest.mark.long
def test_every_cable_is_drawn_once_and_what_is_down_is_broken(drawn: Path) -> None:
    """Between containers and bridge, and between containers."""
    found = {
        frozenset((edge["source"].split("/", 1)[1], edge["target"].split("/", 1)[1])): edge["status"]
        for edge in graph(drawn)["edges"] if edge["kind"] == "cable"
    }  # fmt: skip
    assert found == {
        frozenset(("netns:a/eth0", "host/va")): "good",
        frozenset(("netns:b/eth0", "host/vb")): "broken",
        frozenset(("netns:c/eth0", "host/vc")): "broken",
        frozenset(("netns:d/eth0", "host/vd")): "good",
        frozenset(("netns:e/x0", "netns:router/x1")): "good",
        frozenset(("netns:router/y0", "host/y1")): "good",
        frozenset(("netns:inner/z0", "host/z1")): "good",
    }
    assert sum(edge["kind"] == "cable" for edge in graph(drawn)["edges"]) == len(found)


@pytest.mark.root
@pytest.mark.long
def test_each_finding_is_at_its_interface(drawn: Path) -> None:
    """The one that is down, and the one that is plugged in nowhere."""
    found = {(one["check"], one["objects"][0].split("/", 1)[1]) for one in graph(drawn)["problems"]}
    assert found >= {("device-down", "host/vb"), ("device-down", "netns:c/eth0"), ("port-without-bridge", "host/vd")}


@pytest.mark.root
@pytest.mark.long
def test_the_picture_of_it_has_no_fault(drawn: Path, show: Callable[..., Opened]) -> None:
    """Nothing overlaps, nothing is cut."""
    assert show((drawn / "map.svg").read_text(encoding="utf-8")).faults() == []
