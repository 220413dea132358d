"""Other nodes over ssh: real servers in the nodes of a lab, reached from a host outside."""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from podpath.cli.ssh import Arrivals
from podpath.collect.ssh.host import Host
from podpath.collect.ssh.node import Answer
from podpath.collect.ssh.settings import Settings
from podpath.snapshot.store import Store
from tests.sshd import OUTSIDE, Site, site

pytestmark = [pytest.mark.root, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def canal() -> Iterator[Site]:
    """Return the cluster of the samples, three nodes."""
    with site("canal") as made:
        yield made


@pytest.fixture(scope="module")
def pair() -> Iterator[Site]:
    """Return a lab of two nodes with a pod each."""
    with site("flannel-vxlan", nodes=2, pods=2) as made:
        yield made


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something holds, ten seconds at most."""
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_one_command_audits_the_mesh(canal: Site) -> None:
    """Of three nodes, from a host outside: every pair proven, nothing wrong."""
    done = canal.podpath("check", "--format", "json", "--ssh", "n1,n2,n3")
    report = json.loads(done.out)
    assert (done.code, report["findings"], report["nodes"]) == (0, [], ["n1", "n2", "n3"])
    assert {(pair["from"], pair["to"], pair["status"]) for pair in report["mesh"]} == {
        (a, b, "proven") for a in canal.nodes for b in canal.nodes if a != b
    }
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["podpath"] * 3, "a plain line for each node"


def test_one_command_traces_between_pods_of_different_nodes(canal: Site) -> None:
    """From a host outside: there and back, through both nodes' tunnels and rules."""
    done = canal.podpath("trace", "n1/p1", "n3/p11", "--format", "json", "--ssh", "n1,n2,n3")
    told = json.loads(done.out)
    assert told["unknowns"] == []
    assert (done.code, told["verdict"]) == (0, "delivered")
    assert {step["node"] for step in told["forward"]["steps"]} == {"n1", "n3"}
    assert any(step["domain"] == "tunnel" for step in told["reply"]["steps"])


def test_a_node_that_is_cut_off_half_way_is_unknown_and_the_rest_is_used(canal: Site) -> None:
    """Its server's connection is killed while the script runs: what is missing is said, in ssh's words."""
    with canal.instead("n3", "tc", "exec pkill -9 -f '^sshd(-session)?: root@notty'"):
        done = canal.podpath("check", "--format", "json", "--retries", "0", "--ssh", "n1,n2,n3")
    report = json.loads(done.out)
    assert report["findings"] == []
    proven = {(pair["from"], pair["to"]) for pair in report["mesh"] if pair["status"] == "proven"}
    assert {("n1", "n2"), ("n2", "n1")} <= proven
    (said,) = [item for item in report["unknowns"] if "the rest of its output" in item["missing"] and item["node"] == "n3"]
    assert "the connection ended in the middle" in said["missing"]
    assert said["command"] == "podpath collect --ssh n3 -o n3.podpath"


@pytest.mark.long
def test_a_node_that_dies_half_way_is_unknown() -> None:
    """The whole node, with its network: nobody says goodbye, and there is an answer all the same, in the time allowed."""
    with site("flannel-vxlan", nodes=3, pods=3) as made:
        made.shell("n3", "mkdir -p /run/first; printf '#!/bin/sh\\ntouch /run/reached; exec sleep 60\\n' >/run/first/tc")
        made.shell("n3", "chmod 755 /run/first/tc; mount --bind /run/first/tc $(command -v tc)")
        made.serve("n3", "SetEnv PATH=/run/first:/usr/sbin:/usr/bin:/sbin:/bin\n")
        running = made.start("check", "--format", "json", "--ssh", "n1,n2,n3", "--timeout", "8")
        wait_for(lambda: made.cluster.run("n3", "test -e /run/reached").code == 0)
        node = made.cluster.enter("n3")
        try:
            signal.pidfd_send_signal(node, signal.SIGKILL)
        finally:
            os.close(node)
        done = running.wait(40)
        made.servers.pop("n3")._close()
    report = json.loads(done.out)
    assert {(item["from"], item["to"]) for item in report["mesh"] if item["status"] == "proven"} >= {("n1", "n2"), ("n2", "n1")}
    assert [
        item["missing"]
        for item in report["unknowns"]
        if item["node"] == "n3" and "it sent nothing for 8 seconds" in item["missing"]
    ]


def asked(err: str) -> set[str]:
    """Return the nodes of which progress tells."""
    return {line.split()[2].rstrip(":") for line in err.splitlines() if re.match(r"podpath: \d+/\d+ ", line)}


def nodes_in(site: Site, file: str) -> dict[str, bool]:
    """Return the nodes of a snapshot, and whether each was read whole."""
    query = "select node_name(ns), problem is null from capture"
    found: dict[str, bool] = dict(json.loads(site.podpath("sql", query, file, "--format", "json").out)["rows"])
    return found


@pytest.mark.long
def test_resume_asks_only_for_what_is_not_there(pair: Site) -> None:
    """The node that failed is asked again, and its failure is forgotten; the other one is not asked."""
    pair.servers["n2"].end()
    try:
        done = pair.podpath("collect", "-o", "/run/r.podpath", "--ssh", "n1,n2", "--retries", "0")
        assert (done.code, nodes_in(pair, "/run/r.podpath")) == (3, {"n1": True, "n2": False})
    finally:
        pair.servers.pop("n2")
        pair.serve("n2")
    done = pair.podpath("collect", "-o", "/run/r.podpath", "--ssh", "n1,n2", "--resume")
    assert (done.code, asked(done.err), nodes_in(pair, "/run/r.podpath")) == (0, {"n2"}, {"n1": True, "n2": True})
    report = json.loads(pair.podpath("check", "--format", "json", "/run/r.podpath").out)
    assert (report["nodes"], {item["status"] for item in report["mesh"]}) == (["n1", "n2"], {"proven"})


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, pytest.param(signal.SIGHUP, marks=pytest.mark.long), pytest.param(signal.SIGKILL, marks=pytest.mark.long)],
)
def test_an_interrupted_collection_keeps_what_it_has(pair: Site, number: signal.Signals) -> None:
    """By Ctrl-C, by a terminal that closes, by SIGKILL: the node that was read is there, and need not be asked again."""
    file = f"/run/i{number}.podpath"
    with pair.instead("n2", "tc", "exec sleep 77"):
        running = pair.start("collect", "-o", file, "--ssh", "n1,n2")
        wait_for(lambda: "n1" in asked(running.err))
        if number == signal.SIGKILL:  # it is on the disk a little later
            wait_for(lambda: int(pair.shell(OUTSIDE, f"cat /run/.i{number}.podpath.*.part.wal | wc -c")) > 100_000)
        done = running.end(number)
    if number != signal.SIGKILL:
        assert done.code == 128 + number, done
        assert nodes_in(pair, file) == {"n1": True, "n2": False}
        assert pair.processes() == []
    done = pair.podpath("collect", "-o", file, "--ssh", "n1,n2", "--resume")
    assert (done.code, asked(done.err), nodes_in(pair, file)) == (0, {"n2"}, {"n1": True, "n2": True}), done
    assert pair.shell(OUTSIDE, f"ls -A /run | grep i{number}.podpath").split() == [f"i{number}.podpath"], "nothing else is left"


@pytest.mark.long
def test_missing_asks_the_nodes_that_a_snapshot_lacks(pair: Site) -> None:
    """Those that failed, and those that tunnels lead to."""
    pair.podpath("collect", "-o", "/run/m.podpath", "--ssh", "n1")
    done = pair.podpath("check", "--format", "json", "/run/m.podpath", "--missing")
    report = json.loads(done.out)
    assert asked(done.err) == {pair.addresses["n2"]}
    assert {item["status"] for item in report["mesh"]} == {"proven"}
    pair.podpath("collect", "-o", "/run/m.podpath", "--ssh", "n1,nowhere", "--retries", "0")
    assert asked(pair.podpath("check", "/run/m.podpath", "--missing").err) == {"nowhere", pair.addresses["n2"]}


@pytest.mark.long
def test_clocks_and_times_are_noted(pair: Site) -> None:
    """When each node was read, and how far its clock is from ours; one that is wrong is told."""
    with pair.instead("n2", "date", 'case $1 in +%s.%N) echo $(($(/bin/date +%s) + 3600)).5;; *) exec /bin/date "$@";; esac'):
        done = pair.podpath("collect", "-o", "/run/t.podpath", "--ssh", "n1,n2")
    assert "podpath: the clock of n2 is 36" in done.err
    assert "ahead of this machine's" in done.err
    query = "select node_name(ns), ended - began between 0 and 30, clock, clock_error from capture order by 1"
    rows = json.loads(pair.podpath("sql", query, "/run/t.podpath", "--format", "json").out)["rows"]
    assert [row[:2] for row in rows] == [["n1", True], ["n2", True]]
    assert abs(rows[0][2]) <= rows[0][3] + 0.001, "the nodes of a lab have one clock"
    assert abs(rows[1][2] - 3600) <= rows[1][3] + 1


@pytest.mark.parametrize(
    "line", ["2: eth0: <UP> mtu " + "9" * 5000, "2: eth0: <UP> mtu " + "9" * 30, "[" * 100_000, "\x00\x01" * 3000, "\udcff" * 10]
)
def test_whatever_a_node_prints_harms_no_other(tmp_path: Path, line: str) -> None:
    """Numbers without end, brackets without end, no text at all: the node after it is read."""
    good = (
        "# ip -d address show\n1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue state UNKNOWN\n    link/loopback 00:00:00:00:00:00\n"
    )
    with Store() as store:
        arrivals = Arrivals(store, Settings())
        for name, text in (("bad", f"# ip -d address show\n{line}\n"), ("good", good)):
            file = tmp_path / name
            file.write_text(text, encoding="utf-8", errors="surrogateescape")
            arrivals.take(Answer(Host(name, name), file, 1.0, 2.0, machine=name))
        arrivals.end()
        assert store.raw("SELECT node_name(ns), name FROM link WHERE name = 'lo'") == [("good", "lo")]
        assert store.raw("SELECT count(*) FROM capture") == [(2,)]


def test_what_makes_no_sense_is_refused(pair: Site) -> None:
    """Before anything is asked; and where no node answers, in the words of the first."""
    for words, said in [
        (["check", "--missing"], "--missing reads the nodes that a SNAPSHOT lacks"),
        (["check", "--ssh", "n1", "--jobs", "0"], "--jobs must be at least 1"),
        (["check", "--ssh", "n1", "--ssh-option", "StrictHostKeyChecking=no"], "host keys are always checked"),
        (["collect", "--ssh", "n1", "--resume"], "give the file with -o"),
        (["check", "--ssh", "-oProxyCommand=reboot"], "expected one argument"),
        (["check", "--ssh", "n1,-oProxyCommand=reboot"], "is not the name or address of a host"),
        (["check", "--ssh", "nowhere"], "could not read the node: nowhere: ssh: Could not resolve hostname nowhere"),
    ]:
        done = pair.podpath(*words)
        assert (done.code, said in done.err) == (2, True), done
