"""``podpath trace --live``."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from podpath.cli.main import main
from tests.netlink.space import Space
from tests.probe.packets import need_kernel


class Routed:
    """Two hosts and a router between them, in namespaces."""

    def __init__(self) -> None:
        self.left, self.router, self.right = Space(), Space(), Space()

    def build(self) -> None:
        """Cable and address them."""
        for number, host in ((1, self.left), (2, self.right)):
            self.router.do(f"ip link add v{number} type veth peer name eth0 netns {host.name}")
            self.router.do(f"ip address add 10.77.{number}.1/24 dev v{number}", f"ip link set v{number} up")
            host.do(f"ip address add 10.77.{number}.2/24 dev eth0", "ip link set eth0 up")
            host.do(f"ip route add default via 10.77.{number}.1")
        self.router.do("sysctl -qw net.ipv4.ip_forward=1")

    def trace(self, *words: str) -> list[str]:
        """Return the words of the command."""
        return ["trace", f"netns:{self.left.name}", f"netns:{self.right.name}", "--live", "--wait", "0.5", *words]


@pytest.fixture(scope="module")
def routed() -> Iterator[Routed]:
    """Return the two hosts; the router drops TCP 80."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to make network namespaces")
    need_kernel()
    made = Routed()
    with made.left, made.router, made.right:
        made.build()
        made.router.run(
            "nft", "add table ip t; add chain ip t f { type filter hook forward priority 0; }; add rule ip t f tcp dport 80 drop"
        )
        yield made


def document(out: str) -> dict[str, Any]:
    """Return the JSON of a trace, which fits its schema."""
    found: dict[str, Any] = json.loads(out)
    jsonschema.validate(found, json.loads(files("podpath.report").joinpath("trace.schema.json").read_text("utf-8")))
    return found


@pytest.mark.root
def test_a_delivered_packet_is_predicted_and_seen(routed: Routed, capsys: pytest.CaptureFixture[str]) -> None:
    """At every hop, there and back; exit status 0."""
    assert main(routed.trace("--format", "json")) == 0
    live = document(capsys.readouterr().out)["live"]
    assert (live["agreement"], live["fate"], live["answered"], live["alike"]) == ("predicted-and-seen", "answered", 3, 3)
    there = [(hop["netns"].partition(":")[2], hop["interface"], hop["point"]) for hop in live["forward"]]
    left, router, right = routed.left.name, routed.router.name, routed.right.name
    assert there == [(left, "eth0", "out"), (router, "v1", "in"), (router, "v2", "out"), (right, "eth0", "in")]
    assert {hop["seen"] for hop in (*live["forward"], *live["reply"])} == {"seen"}


@pytest.mark.root
def test_a_rule_that_drops_is_predicted_and_seen(routed: Routed, capsys: pytest.CaptureFixture[str]) -> None:
    """The cause, and the kernel's own reason beside it; exit status 1; nothing of it is left in the kernel."""
    assert main(routed.trace("--port", "80")) == 1
    out = capsys.readouterr().out
    assert f"predicted and seen: dropped on {os.uname().nodename} {routed.router.name} v1 (NETFILTER_DROP)" in " ".join(
        out.split()
    )
    assert "netfilter-drop" in out
    assert "3 TCP handshakes sent, 0 answered, 3 alike" in out


@pytest.mark.root
@pytest.mark.long
def test_a_closed_port_is_refused(routed: Routed, capsys: pytest.CaptureFixture[str]) -> None:
    """In UDP, which needs an ICMP error."""
    assert main(routed.trace("--port", "81", "--proto", "udp", "--format", "json")) == 1
    live = document(capsys.readouterr().out)["live"]
    assert (live["agreement"], live["error"], live["drop"]["reason"]) == ("predicted-and-seen", "ECONNREFUSED", "NO_SOCKET")


@pytest.mark.root
@pytest.mark.long
def test_the_picture_shows_what_was_seen(routed: Routed, tmp_path: Path) -> None:
    """Beside each hop, and in the head."""
    file = tmp_path / "path.svg"
    assert main(routed.trace("-o", str(file))) == 0
    drawn = file.read_text(encoding="utf-8")
    assert "predicted and seen" in drawn
    assert drawn.count("µs") >= 6


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--what-if", "ip link set eth0 down"), "omit --what-if"),
        (("--assume", "listening"), "omit --what-if"),
        (("--all-pairs",), "omit --what-if"),
        (("--proto", "sctp", "--port", "1"), "no sctp"),
        (("samples/broken-tunnel",), "without SNAPSHOTs"),
        (("--ssh", "n1,@-"), "write them into a file"),
    ],
)
def test_what_is_not_there_gets_no_packets(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A hypothesis, a file, a set of pairs."""
    assert main(["trace", "a", "b", "--live", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--count", "0"), ("--count", "1000"), ("--wait", "x"), ("--interval", "61")])
def test_numbers_are_bounded(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody floods a network by a slip."""
    with pytest.raises(SystemExit):
        main(["trace", "a", "b", "--live", *words])
    assert "is not a" in capsys.readouterr().err


@pytest.mark.root
@pytest.mark.long
def test_a_handshake_has_no_size(routed: Routed, capsys: pytest.CaptureFixture[str]) -> None:
    """It would not be the packet that was predicted."""
    assert main(routed.trace("--port", "81", "--size", "1400")) == 2
    assert "omit --size" in capsys.readouterr().err


@pytest.mark.root
@pytest.mark.long
def test_the_real_mtu_is_found(routed: Routed, capsys: pytest.CaptureFixture[str]) -> None:
    """A packet that does not fit is predicted and seen, and the largest that does is found by trying."""
    routed.router.do("ip link set v2 mtu 1400")
    try:
        assert main(routed.trace("--size", "1500", "--dont-fragment", "--count", "1", "--format", "json")) == 1
    finally:
        routed.router.do("ip link set v2 mtu 1500")
    live = document(capsys.readouterr().out)["live"]
    assert (live["agreement"], live["error"], live["path_mtu"]) == ("predicted-and-seen", "EMSGSIZE", 1400)
    assert live["drop"]["reason"] in {"PKT_TOO_BIG", "NOT_SPECIFIED"}


@pytest.mark.root
@pytest.mark.long
def test_without_capabilities_the_reason_is_given_and_the_last_rung_taken() -> None:
    """In the own namespace nothing has to be entered: counters and the socket tell, and nothing is guessed."""
    need_kernel()
    if shutil.which("setpriv") is None:
        pytest.skip("needs setpriv")
    command = f'"{sys.executable}" -m podpath trace 10.88.0.1 10.88.0.1 --live --port 9 --count 1 --wait 0.5'
    powerless = (
        f"ip link set lo up; ip address add 10.88.0.1/32 dev lo; exec setpriv --bounding-set=-all --inh-caps=-all {command}"
    )
    done = subprocess.run(
        ["unshare", "--net", "sh", "-c", powerless], capture_output=True, text=True, timeout=50, check=False
    )  # fmt: skip
    said = " ".join(done.stdout.split())
    assert "Traceback" not in done.stderr
    assert "the kernel's tracepoints need CAP_BPF and CAP_PERFMON" in said, done.stdout + done.stderr
    assert "packet sockets need CAP_NET_RAW" in said
    assert "1 TCP handshake sent, 0 answered" in said


@pytest.mark.root
@pytest.mark.long
def test_a_hidden_file_of_types_leaves_packet_sockets(routed: Routed) -> None:
    """Every hop is seen all the same; that drops are not is part of the answer."""
    words = " ".join(routed.trace("--format", "json"))
    hidden = f"mount -t tmpfs tmpfs /sys/kernel/btf; exec '{sys.executable}' -m podpath {words}"
    done = subprocess.run(["unshare", "-m", "sh", "-c", hidden], capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    live = document(done.stdout)["live"]
    assert (live["rung"], live["agreement"]) == ("packet-sockets", "predicted-and-seen")
    assert {hop["seen"] for hop in (*live["forward"], *live["reply"])} == {"seen"}
    assert "/sys/kernel/btf/vmlinux" in live["lower"][0]["reason"]
