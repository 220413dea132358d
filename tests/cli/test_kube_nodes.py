"""The nodes of a cluster by ``--kube``; what a real API server says is in test_kube.py."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from podpath.cli.kube_nodes import _nodes_of
from podpath.cli.main import main
from podpath.state.kube import Endpoint
from tests.cli.kube_cluster import AGENTS, TABLES, answers
from tests.collect.kube.fake import ASKED, FORBIDDEN, NO_SHELL, Answer, make
from tests.engines import wait_for
from tests.policy.clusters import BASE, node, pod, snapshot
from tests.walk.test_workloads import owned


def test_nodes_that_answer_are_walked(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """Their tables are in the snapshot, with the pod that told them."""
    cluster(*answers())
    assert main(["sql", "SELECT DISTINCT d.name, target FROM capture JOIN netns USING (ns) JOIN node d USING (node)", "--kube",
                 "--format", "json"]) == 0  # fmt: skip
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert sorted(map(tuple, rows)) == [("n1", "kube-system/kube-flannel-n1"), ("n2", "kube-system/kube-flannel-n2")]


def test_nodes_are_read_through_pods_that_are_made_for_it(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """What of them cannot run leads to a pod of the network; without the right, all do."""
    asked = ["sql", "SELECT DISTINCT d.name, target FROM capture JOIN netns USING (ns) JOIN node d USING (node)", "--kube",
             "--collector", "--image", "busybox", "--format", "json"]  # fmt: skip
    pods = [{"metadata": {"name": "collector-0"}, "status": {"phase": "Running"}},
            {"metadata": {"name": "collector-1"}, "status": {"phase": "Failed", "reason": "OutOfpods"}}]  # fmt: skip
    ready = (Answer("create -f"), Answer("get pods -n podpath-", json.dumps({"items": pods})), Answer("delete namespace"))
    cluster(*answers(*ready))
    assert main(asked) == 0
    told = capsys.readouterr()
    assert [(row[0], row[1].partition("/")[2]) for row in sorted(json.loads(told.out)["rows"])] == [
        ("n1", "collector-0"), ("n2", "kube-flannel-n2")
    ]  # fmt: skip
    assert "n2: not read: OutOfpods; next: their pods of the network are asked instead" in told.err
    cluster(*answers(Answer("create -f", "", FORBIDDEN, 1), Answer("delete namespace", "", FORBIDDEN, 1)))
    assert main(asked) == 0
    assert "n1, n2: not read: Error from server (Forbidden)" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_removes_the_pods_first(number: signal.Signals, tmp_path: Path) -> None:
    """Whatever they are doing then; no file is left either."""
    pods = json.dumps({"items": [{"metadata": {"name": f"collector-{at}"}, "status": {"phase": "Running"}} for at in (0, 1)]})
    said = answers(Answer("create -f"), Answer("get pods -n podpath-", pods), Answer("delete namespace"), Answer("exec", late=50))
    folder, scratch = tmp_path / "bin", tmp_path / "scratch"
    scratch.mkdir()
    environ = {**os.environ, "PATH": f"{make(folder, *said)}:{os.environ['PATH']}", "TMPDIR": str(scratch)}
    words = [sys.executable, "-m", "podpath", "check", "--kube", "--collector", "--image", "busybox"]
    process = subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    log = folder / ASKED
    wait_for("the nodes are asked", lambda: log.exists() and " collector-0 " in log.read_text())
    process.send_signal(number)
    out, error = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert (out, "Traceback" in error) == ("", False)
    assert re.search(r"delete namespace podpath-[0-9a-f]{8} --wait=false", log.read_text()) is not None
    assert list(scratch.iterdir()) == []


def test_a_list_of_nodes_that_is_none_is_told(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """It was asked for to see which images there are."""
    cluster(*answers(Answer("get nodes -o json$", "<html>")))
    assert main(["check", "--kube", "--collector", "--nodes", "n1"]) == 2
    assert "which images nodes have cannot be read: kubectl printed no list of nodes: " in capsys.readouterr().err


def test_the_pods_can_be_seen_first(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """As YAML that kubectl takes; nothing is made."""
    cluster(*answers())
    with pytest.raises(SystemExit) as ended:
        main(["check", "--kube", "--collector", "--image", "busybox", "--print-yaml"])
    assert ended.value.code == 0
    kinds = [one["kind"] for one in yaml.safe_load_all(capsys.readouterr().out)]
    assert kinds == ["Namespace", "ServiceAccount", "Pod", "Pod"]


def test_a_trace_asks_the_nodes_of_its_ends_alone(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """And `--nodes` those that are named."""
    cluster(*answers())
    asked = "SELECT DISTINCT d.name FROM capture JOIN netns USING (ns) JOIN node d USING (node)"
    assert main(["sql", asked, "--kube", "--nodes", "n2", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [["n2"]]
    assert main(["trace", "web/a", "10.1.0.1", "--kube"]) in {0, 1, 3}
    assert "n2" not in capsys.readouterr().err
    assert main(["check", "--kube", "--nodes", "n9"]) == 2
    assert "the cluster has no node n9; it has n1, n2" in capsys.readouterr().err


def test_nodes_that_fail_are_told_together_and_in_their_order(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """A shell that another pod has is used, and nothing is told of the pod that has none."""
    more = [pod("kube-system/kube-proxy-x", "192.168.50.12", host=True, node="n2")]
    said = (
        Answer("kube-flannel-n1", "", 'Error from server (NotFound): pods "kube-flannel-n1" not found', 1, late=0.3),
        Answer("exec.*kube-flannel-n2", "", NO_SHELL, 1),
    )
    cluster(*answers(*said, objects=[*BASE, *AGENTS, *more, node("n0", "192.168.50.10")]))
    asked = "SELECT node_name(ns), target, problem IS NULL FROM capture ORDER BY 1"
    assert main(["sql", asked, "--kube", "--format", "json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["rows"] == [
        ["n0", None, False], ["n1", "kube-system/kube-flannel-n1", False], ["n2", "kube-system/kube-proxy-x", True]
    ]  # fmt: skip
    first, second = printed.err.splitlines()
    assert first.startswith("podpath: n0: not read: no pod of the network with a shell runs there; next: kubectl get nodes")
    assert second.startswith('podpath: n1: not read: Error from server (NotFound): pods "kube-flannel-n1" not found; next:')


def test_an_answer_that_is_cut_off_proves_nothing(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """The command during which the connection ended is not used, and the capture says so, with its times."""
    cluster(*answers(Answer("exec", f"{TABLES}# ip rule\n", "error: unexpected EOF", 1)))
    rules, routes = "SELECT count(*) FROM coverage WHERE \"table\" = 'rule'", "SELECT count(*) FROM route"
    asked = f"SELECT problem, ended >= began, ({rules}), ({routes}) FROM capture"
    assert main(["sql", asked, "--kube", "--nodes", "n1", "--retries", "0", "--format", "json"]) == 0
    problem = "the connection ended in the middle after 0.0 MB: error: unexpected EOF"
    assert json.loads(capsys.readouterr().out)["rows"] == [[problem, True, 0, 1]]


@pytest.mark.parametrize(
    ("word", "nodes"),
    [
        ("shop/db-0", {"n2"}), ("db-0:80/udp", {"n2"}), ("10.1.0.2", {"n2"}), ("10.1.0.2:53", {"n2"}), ("node:n1", {"n1"}),
        ("node:n1:22", {"n1"}), ("192.168.50.12", {"n2"}), ("svc/db", {"n2"}), ("svc/shop/db:http", {"n2"}),
        ("shop/svc/db", {"n2"}), ("svc/web/db", set()), ("192.0.2.1", set()), ("node/n1", {"n1"}), ("pod/shop/db-0:53", {"n2"}),
        ("sts/db", {"n2"}), ("shop/sts/db:5432", {"n2"}), ("db-0.db.shop", {"n2"}), ("deploy/none", set()),
    ],
)  # fmt: skip
def test_the_end_of_a_trace_is_on_a_node(word: str, nodes: set[str]) -> None:
    """However a person names it."""
    own = owned(pod("shop/db-0", "10.1.0.2", node="n2"), "StatefulSet", "db", hostname="db-0", subdomain="db")
    with snapshot([one for one in BASE if one["metadata"]["name"] != "db-0"] + [own]) as store:
        store.add(store.netns(store.node("objects")), 0, [(0, Endpoint("shop", "db", "db-1", node="n2"))])
        store.flush()
        assert set(_nodes_of(store, word)) == nodes
