"""``--kube``: a cluster by the user's own kubectl.

The API server, its answers and the rights are real in the long tests, and so are the nodes and the packets between them. No
kubelet runs in a lab, so that `kubectl exec` has nobody to ask: a program in front of kubectl runs the shell on the lab's node.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from podpath import lab
from podpath.cli.kube import _namespace_of, _nodes_of
from podpath.cli.main import main
from podpath.lab.client import Cluster, LabError
from podpath.lab.components import registry
from podpath.state.kube import Endpoint
from tests.collect.kube.fake import FORBIDDEN, NO_RESOURCE, NO_SHELL, REFUSED, Answer, make
from tests.policy.clusters import BASE, DENY, node, pod, snapshot

AGENTS = [pod(f"kube-system/kube-flannel-{node}", address, host=True, node=node)
          for node, address in (("n1", "192.168.50.11"), ("n2", "192.168.50.12"))]  # fmt: skip
TABLES = "# ip -4 route show\ndefault via 192.168.50.1 dev eth0\n"


def answers(*first: Answer, objects: list[dict[str, Any]] | None = None) -> list[Answer]:
    """Return what a cluster answers, after what is answered first."""
    found = [*BASE, DENY, *AGENTS] if objects is None else objects
    listed = []
    for kind, name in (("Node", "nodes"), ("Pod", "pods"), ("Namespace", "namespaces"), ("NetworkPolicy", " networkpolicies")):
        own = [one for one in found if one["kind"] == kind]
        listed.append(Answer(f"get {name.strip()} ", json.dumps({"apiVersion": "v1", "kind": "List", "items": own})))
    empty = json.dumps({"apiVersion": "v1", "kind": "List", "items": []})
    return [*first, *listed, Answer("networkpolicies", "", NO_RESOURCE, 1), Answer("get", empty), Answer("exec", TABLES),
            Answer("config", "")]  # fmt: skip


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a function of answers
    """Return what puts a cluster's answers on PATH."""
    path = os.environ["PATH"]
    return lambda *said: monkeypatch.setenv("PATH", f"{make(tmp_path / 'bin', *said)}:{path}")


def test_a_kubeconfig_is_enough_to_read_which_policy_it_is(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """By the objects alone, where no node may be asked."""
    cluster(*answers(Answer("exec", "", 'Error from server (Forbidden): cannot create resource "pods/exec"', 1)))
    assert main(["trace", "web/a", "shop/db-0", "--port", "5432", "--kube"]) == 3
    printed = capsys.readouterr()
    told = " ".join(printed.out.split())
    assert "may not arrive: policies deny it" in told
    assert "denied by shop/default-deny; it would need a rule for namespace web, port 5432 (tcp)" in told
    assert 'n1, n2: not read: Error from server (Forbidden): cannot create resource "pods/exec"; next:' in printed.err


def test_nodes_that_answer_are_walked(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """Their tables are in the snapshot, with the pod that told them."""
    cluster(*answers())
    assert main(["sql", "SELECT DISTINCT d.name, target FROM capture JOIN netns USING (ns) JOIN node d USING (node)", "--kube",
                 "--format", "json"]) == 0  # fmt: skip
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert sorted(map(tuple, rows)) == [("n1", "kube-system/kube-flannel-n1"), ("n2", "kube-system/kube-flannel-n2")]


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


def test_what_may_not_be_listed_is_unknown(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """With what the API server says, and the command that needs the right."""
    cluster(*answers(Answer("get networkpolicies", "", FORBIDDEN.replace("pods", "networkpolicies"), 1)))
    assert main(["trace", "web/a", "shop/db-0", "--port", "5432", "--kube", "--objects", "--format", "json"]) == 3
    printed = capsys.readouterr()
    assert "networkpolicies of all namespaces: not read: Error from server (Forbidden)" in printed.err
    assert {one["permit"] for one in json.loads(printed.out)["policies"]} <= {"unknown"}


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("<html>busy</html>", "kubectl printed no JSON: "), ("", "kubectl printed no JSON: "),
        ("{}", "kubectl printed no list of objects"), ("[]", "kubectl printed no list of objects"),
        ('{"apiVersion": "v1", "kind": "Status", "code": 200}', "kubectl printed no list of objects"),
        ('{"apiVersion": "v1", "kind": "List", "items": [7]}', "kubectl printed no list of objects"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_unknown_and_the_rest_is_used(
    cluster: Any, capsys: pytest.CaptureFixture[str], printed: str, told: str  # noqa: ANN401
) -> None:  # fmt: skip
    """It does not mean that there are no policies."""
    cluster(*answers(Answer("get networkpolicies", printed)))
    assert main(["trace", "web/a", "shop/db-0", "--port", "5432", "--kube", "--objects", "--format", "json"]) == 3
    said = capsys.readouterr()
    assert f"networkpolicies of all namespaces: not read: {told}" in said.err
    assert {one["permit"] for one in json.loads(said.out)["policies"]} <= {"unknown"}


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


def test_who_may_not_list_all_namespaces_is_asked_for_those_of_the_question(
    cluster: Any, capsys: pytest.CaptureFixture[str]  # noqa: ANN401
) -> None:  # fmt: skip
    """Whatever else stands in its words, or in a kubeconfig."""
    refused = Answer("get pods -A", "", FORBIDDEN, 1)
    cluster(*answers(refused, Answer("config", "../../odd")))
    assert main(["trace", "web/a", "shop/db-0:53/udp", "--kube", "--objects"]) == 3
    told = [line for line in capsys.readouterr().err.splitlines() if "not read" in line]
    assert told == [f"podpath: pods of all namespaces: not read: {FORBIDDEN}"]
    words = ("svc/shop/db:http", "shop/svc/db", "web/a:80", "10.0.0.1", "[fd00::1]:53", "node:n1", "p1")
    assert [_namespace_of(word) for word in words] == ["shop", "shop", "web", None, None, None, None]


@pytest.mark.parametrize(
    ("word", "nodes"),
    [
        ("shop/db-0", {"n2"}), ("db-0:80/udp", {"n2"}), ("10.1.0.2", {"n2"}), ("10.1.0.2:53", {"n2"}), ("node:n1", {"n1"}),
        ("node:n1:22", {"n1"}), ("192.168.50.12", {"n2"}), ("svc/db", {"n2"}), ("svc/shop/db:http", {"n2"}),
        ("shop/svc/db", {"n2"}), ("svc/web/db", set()), ("192.0.2.1", set()),
    ],
)  # fmt: skip
def test_the_end_of_a_trace_is_on_a_node(word: str, nodes: set[str]) -> None:
    """However a person names it."""
    with snapshot(BASE) as store:
        store.add(store.netns(store.node("objects")), 0, [(0, Endpoint("shop", "db", "db-1", node="n2"))])
        store.flush()
        assert set(_nodes_of(store, word)) == nodes


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ((Answer(".", "", f"{REFUSED}\n", 1),), "the cluster cannot be read: The connection to the server"),
        ((Answer("--context odd", "", 'error: context "odd" does not exist\n', 1),), "(context odd)"),
    ],
)  # fmt: skip
def test_a_cluster_that_does_not_answer_is_told(
    cluster: Any, capsys: pytest.CaptureFixture[str], said: tuple[Answer, ...], told: str  # noqa: ANN401
) -> None:  # fmt: skip
    """In kubectl's own words."""
    cluster(*said)
    assert main(["check", "--kube", *(["odd"] if "odd" in told else [])]) == 2
    assert told in capsys.readouterr().err


def test_without_kubectl_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With where to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["check", "--kube"]) == 2
    assert "there is no kubectl on this machine" in capsys.readouterr().err


# -- the real API server ------------------------------------------------------------------------------

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: default}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
READER = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: podpath-objects}
subjects: [{kind: User, name: reader, apiGroup: rbac.authorization.k8s.io}]
"""
PODPATH = f"{sys.executable} -m podpath"


@pytest.fixture(scope="module")
def real() -> Iterator[Cluster]:
    """Bring the cluster up."""
    try:
        made = lab.cluster("kubernetes")
    except LabError as error:
        pytest.skip(str(error))
    with made:
        yield made


def shell(real: Cluster, command: str, text: str = "") -> tuple[int, str]:
    """Run a command on the computer that has a kubeconfig and nothing else."""
    whole = f"cat <<'END' | ( {command} )\n{text}\nEND\n" if text else command
    done = real.run("ext", ["sh", "-c", f"( {whole} ) 2>&1"], timeout=90)  # a busy machine takes its time
    return done.code, done.out


def rbac() -> str:
    """Return the roles that the documentation ships."""
    return (Path(__file__).parents[2] / "docs" / "kubernetes-rbac.yaml").read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.root
@pytest.mark.lab
@pytest.mark.timeout(300)
def test_the_real_api_server_tells_which_policy_it_is(real: Cluster) -> None:
    """The rights that the documentation lists are enough, one less is told, and nothing is left in the cluster."""
    assert shell(real, "kubectl apply -f -", rbac())[0] == 0
    assert shell(real, "kubectl apply -f -", READER)[0] == 0
    assert shell(real, "kubectl apply -f -", POLICY)[0] == 0
    assert (
        shell(
            real, "kubectl config view --raw > /tmp/reader; kubectl --kubeconfig /tmp/reader config set users.admin.act-as reader"
        )[0]
        == 0
    )
    everything = "kubectl get pods,services,networkpolicies,events,serviceaccounts -A -o name | sort"
    before = shell(real, everything)
    code, told = shell(real, f"KUBECONFIG=/tmp/reader {PODPATH} trace p1 p2 --port 80 --kube --objects")
    assert code == 3, told
    assert "denied by default/default-deny; it would need a rule for namespace default, port 80 (tcp)" in " ".join(told.split())
    less = 'kubectl get clusterrole podpath-objects -o json | sed \'s/"networkpolicies"/"nothing"/\' | kubectl apply -f -'
    assert shell(real, less)[0] == 0
    can = "kubectl --kubeconfig /tmp/reader auth can-i list networkpolicies -A"
    until = time.monotonic() + 20
    while shell(real, can)[1].strip().splitlines()[-1] != "no":
        assert time.monotonic() < until, shell(real, "kubectl get clusterrole podpath-objects -o yaml")[1]
    code, told = shell(real, f"KUBECONFIG=/tmp/reader {PODPATH} trace p1 p2 --port 80 --kube --objects")
    flat = " ".join(told.split())
    assert "networkpolicies of all namespaces: not read: Error from server (Forbidden)" in flat
    assert "denied" not in flat
    assert shell(real, everything) == before


# -- the real API server, and the nodes of the lab ---------------------------------------------------------

ALIVE = ("n1", "n2")
STANDS_FOR_KUBECTL = """\
#!/bin/sh
# Objects are the API server's. Nobody answers exec there: a shell on the node of the pod does.
case " $* " in
*" exec "*) ;;
*) exec nsenter --target {ext} --net --mount env KUBECONFIG=/etc/kubernetes/admin.conf {kubectl} "$@" ;;
esac
while [ "$1" != -- ]; do pod=$1; shift; done
shift
case $pod in
{shells}
*) echo "Error from server (NotFound): pods \\"$pod\\" not found" >&2; exit 1 ;;
esac
exec nsenter --target "$node" --net --mount --pid --uts env PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
"""


def process(real: Cluster, node: str) -> str:
    """Return the process that holds a node's namespaces, as this machine counts them."""
    held = real.enter(node)
    try:
        found = re.search(r"^Pid:\s+(\d+)$", Path(f"/proc/self/fdinfo/{held}").read_text(encoding="utf-8"), re.MULTILINE)
    finally:
        os.close(held)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def agents(real: Cluster) -> Cluster:
    """Give each node a pod of its network, as an object: flanneld itself runs on the node."""
    for one in real.plan.cluster_nodes:
        named = {"namespace": "kube-system", "name": f"kube-flannel-{one.name}"}
        spec = {"nodeName": one.name, "hostNetwork": True, "containers": [{"name": "kube-flannel", "image": "lab"}]}
        made = {"apiVersion": "v1", "kind": "Pod", "metadata": named, "spec": spec}
        assert shell(real, "kubectl apply -f -", json.dumps(made))[0] == 0
        status = json.dumps({"status": {"phase": "Running", "podIP": one.addresses[0].partition("/")[0]}})
        patched = f"kubectl -n kube-system patch pod {named['name']} --subresource=status --type=merge -p '{status}'"
        assert shell(real, patched)[0] == 0
    return real


@pytest.fixture
def asked(
    agents: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, dict[str, Any], str]]]:
    """Return what runs podpath with JSON; it gives its exit status, what it says, and its remarks."""
    shells = "\n".join(f"kube-flannel-{node}) node={process(agents, node)} ;;" for node in ALIVE)
    program = tmp_path / "kubectl"
    words = STANDS_FOR_KUBECTL.format(ext=process(agents, "ext"), kubectl=registry.path("kubectl"), shells=shells)
    program.write_text(words, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    shell(agents, "kubectl delete networkpolicies --all")

    def run(*words: str) -> tuple[int, dict[str, Any], str]:
        code = main([*words, "--kube", "--format", "json"])
        printed = capsys.readouterr()
        return code, json.loads(printed.out), printed.err

    yield run
    shell(agents, "kubectl delete networkpolicies --all")


def arrives(real: Cluster) -> bool:
    """Say whether p1 reaches p2, which is on another node, by a real packet."""
    return real.run("p1", "curl -s -m 3 -o /dev/null http://10.244.2.10/").code == 0


@pytest.mark.long
@pytest.mark.root
@pytest.mark.lab
@pytest.mark.timeout(300)
def test_a_cluster_is_judged_through_pods_of_its_network(
    agents: Cluster, asked: Callable[..., tuple[int, dict[str, Any], str]]
) -> None:
    """As its packets fare: healthy, with a rule that drops them, and with a policy that flannel does not enforce."""
    code, told, remarks = asked("trace", "default/p1", "default/p2:80")
    assert (code, told["verdict"], remarks) == (0, "delivered", "")
    assert arrives(agents)
    assert {step["node"] for step in told["forward"]["steps"]} == {"n1", "n2"}
    assert {one["permit"] for one in told["policies"]} == {"allowed"}

    agents.do("n2", "iptables -I FORWARD -d 10.244.2.10 -j DROP")
    try:
        code, told, _ = asked("trace", "default/p1", "default/p2:80")
        assert (code, told["verdict"]) == (1, "dropped")
        assert told["forward"]["steps"][-1]["node"] == "n2"
        assert not arrives(agents)
    finally:
        agents.do("n2", "iptables -D FORWARD -d 10.244.2.10 -j DROP")

    assert shell(agents, "kubectl apply -f -", POLICY)[0] == 0
    code, told, _ = asked("trace", "default/p1", "default/p2:80")
    assert (code, told["verdict"]) == (0, "delivered")
    assert arrives(agents)
    assert [one["check"] for one in told["findings"]] == ["policy-not-programmed"]
    # The API server says that it knows none of the kinds of the whole cluster, so that nothing is assumed.
    assert {one["confidence"] for one in told["findings"]} == {"proven"}


@pytest.mark.long
@pytest.mark.root
@pytest.mark.lab
@pytest.mark.timeout(300)
def test_nodes_that_cannot_be_asked_are_told_and_the_rest_is_judged(
    agents: Cluster, asked: Callable[..., tuple[int, dict[str, Any], str]]
) -> None:
    """The pod of one is gone; by the real kubectl all of them fail, in their order, in the API server's words."""
    _, told, remarks = asked("check")
    proven = {(pair["from"], pair["to"]) for pair in told["mesh"] if pair["status"] == "proven"}
    assert {("n1", "n2"), ("n2", "n1")} <= proven
    (line,) = remarks.splitlines()
    assert line.startswith('podpath: n3: not read: Error from server (NotFound): pods "kube-flannel-n3" not found; next:')
    _, printed = shell(agents, f"{PODPATH} check --kube --retries 0 >/dev/null")
    failed = [line.removeprefix("podpath: ") for line in printed.splitlines() if ": not read: " in line]
    assert [line.partition(":")[0] for line in failed] == ["n1", "n2", "n3"]
    assert all("10250" in line for line in failed), failed
