"""Where a thing is, and how a command is run there."""

import shlex
import subprocess
from pathlib import Path

import pytest

from podpath.snapshot.store import Store
from podpath.state.runtime import Container
from podpath.wiring.places import entered, entrance, in_words, prefix, run_in


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("", ""),
        ("netns:web", "ip netns exec web "),
        ("pid:42", "nsenter -t 42 -n "),
        ("container:db", "docker exec db "),
        ("pod:shop/web", "kubectl exec -n shop web -- "),
        ("netns:at-web;id>x", "ip netns exec 'at-web;id>x' "),
        ("container:$(id)", "docker exec '$(id)' "),
        ("pod:shop/$(id)", "kubectl exec -n shop '$(id)' -- "),
    ],
)
def test_a_command_is_run_where_a_thing_is(label: str, expected: str) -> None:
    """Names are somebody's: a shell must not run them."""
    assert prefix(label) == expected


def test_each_of_several_commands_has_the_prefix() -> None:
    """A prefix before the first alone would show the host's own rules as the container's."""
    assert run_in("container:db", "iptables-save -c; nft list ruleset") == (
        "docker exec db iptables-save -c; docker exec db nft list ruleset"
    )
    assert run_in("", "ip link; ip route") == "ip link; ip route"


def test_a_place_is_told_in_words() -> None:
    """The node alone, or what is on it."""
    assert in_words("", "n1") == "on n1"
    assert in_words("pod:shop/web", "n1") == "in pod shop/web on n1"


def entering(name: str, runtime: str | None) -> str:
    """Return what enters a container of an engine to change its network."""
    with Store() as store:
        node = store.node("n1")
        host = store.netns(node)
        store.add(host, 0, [(0, Container("4f5e", name, runtime=runtime))])
        inside = store.netns(node, "container", name)
        store.flush()
        return entrance(store, inside, f"container:{name}")


@pytest.mark.parametrize(("runtime", "program"), [("docker", "docker"), ("podman", "podman"), (None, "docker")])
def test_a_container_is_entered_by_the_hosts_programs(runtime: str | None, program: str) -> None:
    """Its image seldom has `ip`, and its processes may not use it; the engine tells its process, whatever it is by then."""
    text = entering("web", runtime)
    assert text == f"""nsenter -t "$({program} inspect -f '{{{{.State.Pid}}}}' web)" -n"""
    assert entered(shlex.split(f"{text} ip link show")) == ("web", ["ip", "link", "show"])


def test_an_engine_without_such_a_command_line_is_asked_to_run_it() -> None:
    """As far as it can."""
    assert entering("web", "containerd") == "docker exec web"


@pytest.mark.parametrize("name", ["$(touch ran)", "'; touch ran; '", '"; touch ran; "', "`touch ran`", "a b"])
def test_a_containers_name_is_no_command(name: str, tmp_path: Path) -> None:
    """It may hold anything; the engine gets it as one word."""
    script = 'docker() { printf %s "$4" >got; echo 1; }; nsenter() { :; }; ' + entering(name, "docker") + " ip link"
    subprocess.run(["sh", "-c", script], cwd=tmp_path, check=True, timeout=10)
    assert (tmp_path / "got").read_text(encoding="utf-8") == name
    assert not (tmp_path / "ran").exists()
