"""What namespaces are called."""

from typing import NamedTuple

from podpath.collect.node.names import Names
from podpath.collect.node.namespaces import Found, Namespace
from podpath.collect.node.parts import Place
from podpath.state.runtime import Container, PodSandbox

HOST, WEB, POD, NAMED, LONE, FILE, TWIN = range(1, 8)


def found() -> Found:
    """Return namespaces of each sort."""
    spaces = [
        Namespace(HOST, pids=[1]),
        Namespace(WEB, pids=[20, 21], mounts=[(1, "/run/docker/netns/abc")]),
        Namespace(POD, pids=[30], mounts=[(1, "/run/netns/cni-1")]),
        Namespace(NAMED, mounts=[(1, "/run/netns/blue")]),
        Namespace(LONE, pids=[40]),
        Namespace(FILE, descriptors=["/proc/1/fd/7"]),
        Namespace(TWIN, pids=[50]),
    ]
    return Found({space.inode: space for space in spaces})


ROWS: list[NamedTuple] = [
    Container("a" * 64, "web", pid=20, network_mode="bridge"),
    Container("b" * 64, "side", pid=21, network_mode=f"container:{'a' * 64}"),
    Container("c" * 64, "host", pid=1, network_mode="host"),
    PodSandbox("d" * 64, "shop-0", "default", pid=30),
    Container("e" * 64, "nginx", pid=30, pod="d" * 64),
    Container("f" * 64, "web", pid=50, network_mode="bridge", runtime="podman"),
]


def test_each_is_called_by_what_says_most() -> None:
    """Pod, container, ip-netns(8), process, file; the one that others joined gives the name."""
    spaces = found()
    names = Names(spaces, ROWS, HOST)
    places = {inode: names.place(space) for inode, space in spaces.namespaces.items()}
    assert places == {
        HOST: Place("host", "", HOST),
        WEB: Place("container", "web", WEB),
        POD: Place("pod", "default/shop-0", POD),
        NAMED: Place("netns", "blue", NAMED),
        LONE: Place("pid", "40", LONE),
        FILE: Place("file", "/proc/1/fd/7", FILE),
        TWIN: Place("container", f"web ({TWIN})", TWIN),
    }


def test_a_sandbox_without_a_process_is_found_by_its_path() -> None:
    """Docker's pause between two starts."""
    spaces = found()
    names = Names(spaces, [Container("a" * 64, "web", sandbox="/run/docker/netns/abc")], HOST)
    assert names.place(spaces.namespaces[WEB]) == Place("container", "web", WEB)
