"""Wrappers around a command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.readers.place import Place, unwrap

HOST = Place()


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ("ip route", HOST, "ip route"),
        ("sudo -n /sbin/ip route", HOST, "ip route"),
        ("sudo -u root LANG=C ip route", HOST, "ip route"),
        ("busybox ip route", HOST, "ip route"),
        ("timeout 5 ip route", HOST, "ip route"),
        ("ip netns exec web ip route", Place("", "netns", "web"), "ip route"),
        ("ip -n web route show", Place("", "netns", "web"), "ip route show"),
        ("bridge -n web fdb", Place("", "netns", "web"), "bridge fdb"),
        ("nsenter -t 4711 -n ip route", Place("", "pid", "4711"), "ip route"),
        ("nsenter -n -t4711 ip route", Place("", "pid", "4711"), "ip route"),
        ("nsenter --target 4711 --net -- ip route", Place("", "pid", "4711"), "ip route"),
        ("nsenter --net=/proc/4711/ns/net ip route", Place("", "pid", "4711"), "ip route"),
        ("nsenter --net=/run/netns/web ip route", Place("", "netns", "web"), "ip route"),
        ("nsenter -t 1 -m -u -n ip route", HOST, "ip route"),
        ("nsenter -t 4711 -m cat /etc/resolv.conf", HOST, "cat /etc/resolv.conf"),
        ("cat /proc/4711/net/route", Place("", "pid", "4711"), "cat /proc/net/route"),
        ("cat /proc/self/net/route", HOST, "cat /proc/net/route"),
        ("docker exec busybox ip route", Place("", "container", "busybox"), "ip route"),
        ("docker exec -it -u 0 busybox ip route", Place("", "container", "busybox"), "ip route"),
        ("podman exec web ip route", Place("", "container", "web"), "ip route"),
        ("crictl exec -it 0123abcd ip route", Place("", "container", "0123abcd"), "ip route"),
        ("lxc exec c1 -- ip route", Place("", "container", "c1"), "ip route"),
        ("kubectl exec web-1 -- ip route", Place("", "pod", "default/web-1"), "ip route"),
        ("kubectl -n shop exec -it web-1 -c app -- ip route", Place("", "pod", "shop/web-1"), "ip route"),
        ("ssh -i key root@n1 ip route", Place("n1"), "ip route"),
        ("ssh n1 sudo ip netns exec web ip route", Place("n1", "netns", "web"), "ip route"),
        ("docker compose -f a.yml exec -T web ip route", Place("", "container", "web"), "ip route"),
        ("docker run --rm --net=container:web image ip route", Place("", "container", "web"), "ip route"),
        ("docker run --rm --network host alpine ip route", HOST, "ip route"),
        ("podman exec -l ip route", Place("", "container", "the latest container"), "ip route"),
        ("podman unshare ip route", Place("", "netns", "podman unshare"), "ip route"),
        ("k3s kubectl exec web-1 -- ip route", Place("", "pod", "default/web-1"), "ip route"),
        ("oc rsh -n shop web-1 ip route", Place("", "pod", "shop/web-1"), "ip route"),
        ("ctr -n k8s.io task exec --exec-id 1 abc ip route", Place("", "container", "abc"), "ip route"),
        ("minikube ssh -n m02 -- ip route", Place("m02"), "ip route"),
        ("multipass exec n3 -- ip route", Place("n3"), "ip route"),
        ("machinectl shell root@web /sbin/ip route", Place("", "container", "web"), "ip route"),
        ("pct exec 101 -- ip route", Place("", "container", "101"), "ip route"),
        ("ip vrf exec red ip route", HOST, "ip route"),
        ("chroot /host ip route", HOST, "ip route"),
        ("nsenter -n -t container=web ip route", Place("", "container", "web"), "ip route"),
        ("ssh $n ip route", Place("", "nobody"), "ip route"),
        ("sudo -i", HOST, ""),
        ("docker exec -it busybox sh", Place("", "container", "busybox"), ""),
        ("nsenter -t 4711 -n", Place("", "pid", "4711"), ""),
    ],
)
def test_wrappers_say_where_a_command_ran(line: str, place: Place, words: str) -> None:
    """What is left is the command itself, without its directory."""
    assert unwrap(line.split()) == (place, words.split())


def test_a_wrapper_inside_a_shell_starts_from_that_shells_place() -> None:
    """Inside `docker exec -it web sh`, a command runs in the container."""
    assert unwrap(["ip", "route"], Place("", "container", "web")).place == Place("", "container", "web")


@given(
    st.lists(
        st.sampled_from(
            [
                "sudo",
                "ip",
                "netns",
                "exec",
                "-n",
                "nsenter",
                "-t",
                "docker",
                "kubectl",
                "--",
                "ssh",
                "env",
                "A=b",
                "crictl",
                "lxc",
                "x",
            ]
        )
    )
)
def test_no_order_of_words_is_too_much(words: list[str]) -> None:
    """Whatever stands on a command line, taking it apart ends and adds no word."""
    placed = unwrap(words)
    assert len(placed.words) <= len(words)


@pytest.mark.parametrize(
    "command",
    ["nerdctl -n k8s.io exec -it web ip a", "nerdctl --namespace k8s.io exec web ip a", "podman --url unix:///p exec web ip a"],
)
def test_an_engines_own_options_stand_before_its_command(command: str) -> None:
    """Each engine has its own that take a value."""
    assert unwrap(command.split()) == (("", "container", "web"), ["ip", "a"])


@pytest.mark.parametrize(
    ("line", "node", "kind", "name"),
    [
        ("docker -H ssh://me@n2 exec web ip a", "n2", "container", "web"),
        ("DOCKER_HOST=ssh://n3 docker exec web ip a", "n3", "container", "web"),
        ("docker --context n4 exec web ip a", "n4", "container", "web"),
        ("docker --context default exec web ip a", "", "container", "web"),
        ("k3s crictl exec 3f2a9c1b4d5e ip a", "", "container", "3f2a9c1b4d5e"),
        ("kubectl node-shell n5 -- ip a", "n5", "host", ""),
    ],
)  # fmt: skip
def test_an_engine_of_another_machine_is_asked_there(line: str, node: str, kind: str, name: str) -> None:
    """By its address, or by the name of a context."""
    placed = unwrap(line.split())
    assert placed == (Place(node, kind, name), ["ip", "a"])
