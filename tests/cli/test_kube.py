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
from podpath.cli.kube import _namespace_of
from podpath.cli.main import main
from podpath.lab.client import Cluster, LabError
from podpath.lab.components import registry
from tests.cli.kube_cluster import answers
from tests.collect.kube.fake import FORBIDDEN, REFUSED, Answer
from tests.policy.clusters import BASE, DENY, pod
from tests.walk.test_workloads import owned, workload


def test_a_kubeconfig_is_enough_to_read_which_policy_it_is(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """By the objects alone, where no node may be asked."""
    cluster(*answers(Answer("exec", "", 'Error from server (Forbidden): cannot create resource "pods/exec"', 1)))
    assert main(["trace", "web/a", "shop/db-0", "--port", "5432", "--kube"]) == 3
    printed = capsys.readouterr()
    told = " ".join(printed.out.split())
    assert "may not arrive: policies deny it" in told
    assert "denied by shop/default-deny; it would need a rule for namespace web, port 5432 (tcp)" in told
    assert 'n1, n2: not read: Error from server (Forbidden): cannot create resource "pods/exec"; next:' in printed.err


def test_owners_are_asked_for_where_a_name_needs_them(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """All pods of a Deployment are traced; where its ReplicaSets may not be read, that is said."""
    own = [owned(pod(f"web/a-77-{at}", f"10.1.0.{30 + at}"), "ReplicaSet", "a-77") for at in (1, 2)]
    listed = json.dumps({"kind": "List", "items": [workload("ReplicaSet", "web/a-77", ("Deployment", "a"))]})
    objects = [*BASE, DENY, *own]
    cluster(*answers(Answer("get replicasets", listed), Answer("exec", "", FORBIDDEN, 1), objects=objects))
    asked = ["trace", "deploy/a", "shop/db-0", "--port", "5432", "--kube", "--objects"]
    assert main([*asked, "--format", "json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert [group["pairs"] for group in found["groups"]] == [[["web/a-77-1", "shop/db-0"], ["web/a-77-2", "shop/db-0"]]]
    assert main(asked) == 3
    assert "web/a-77-1, web/a-77-2 → shop/db-0: unknown (policies deny it: shop/default-deny)" in " ".join(
        capsys.readouterr().out.split()
    )
    assert main([*asked, "--format", "svg"]) == 2
    assert "a picture is for one pair of pods: name one of web/a-77-1" in capsys.readouterr().err
    cluster(*answers(Answer("get replicasets", "", FORBIDDEN, 1), objects=objects))
    assert main(asked) == 2
    told = capsys.readouterr().err
    assert "replicasets of all namespaces: not read: Error from server (Forbidden)" in told
    assert "nothing shows whether web/a-77-1, web/a-77-2 are of deploy/a: kubectl get pods,replicasets -A -o yaml" in told


def test_a_pod_without_an_address_does_not_hide_the_others(cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    """It waits for a node, and is named with the reason."""
    own = [owned(pod(f"web/a-{at}", f"10.1.0.{30 + at}"), "DaemonSet", "a") for at in (1, 2)]
    own[1]["status"] = {"phase": "Pending"}
    cluster(*answers(objects=[*BASE, DENY, *own]))
    assert main(["trace", "ds/a", "shop/db-0", "--port", "5432", "--kube", "--objects"]) == 3
    told = " ".join(capsys.readouterr().out.split())
    assert "web/a-1 → shop/db-0: unknown (policies deny it: shop/default-deny)" in told
    assert "web/a-2 → shop/db-0: not traced: " in told


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


@pytest.mark.long
@pytest.mark.root
@pytest.mark.lab
@pytest.mark.timeout(300)
def test_the_pods_of_a_real_deployment_are_those_that_its_controllers_made(real: Cluster) -> None:
    """Over the ReplicaSet that the real controller manager called after it; nothing has to be assumed."""
    assert shell(real, "kubectl create deployment front --image=none --replicas=2")[0] == 0
    made = "kubectl get pods -l app=front -o jsonpath='{range .items[*]}{.metadata.namespace}/{.metadata.name} {end}'"
    until = time.monotonic() + 60
    while len(names := shell(real, made)[1].split()) < 2:
        assert time.monotonic() < until, names
    for word in ("deploy/front", "default/deployment/front"):
        code, told = shell(real, f"{PODPATH} explain-policy {word} --kube")
        assert (code, "assumed" in told) == (0, False), told
        assert all(name in told for name in names), told
    code, told = shell(real, f"{PODPATH} explain-policy deploy/frnt --kube")
    assert (code, "did you mean deploy/front" in told) == (2, True), told
    assert shell(real, "kubectl delete deployment front --wait=false")[0] == 0


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


COLLECTOR = """\
kind: ClusterRoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: collecting}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: podpath-collector}
subjects: [{kind: User, name: collecting, apiGroup: rbac.authorization.k8s.io}]
---
kind: ClusterRoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: collecting-objects}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: podpath-objects}
subjects: [{kind: User, name: collecting, apiGroup: rbac.authorization.k8s.io}]
"""
STANDS_FOR_KUBELET = """\
#!/bin/sh
# The pods are the API server's. No kubelet starts them: they are said to run, and a shell on their node answers exec.
real() {{ nsenter --target {ext} --net --mount env KUBECONFIG=/tmp/collecting {kubectl} "$@"; }}
admin() {{ nsenter --target {ext} --net --mount env KUBECONFIG=/etc/kubernetes/admin.conf {kubectl} "$@"; }}
case " $* " in
*" get pods -n podpath-"*)
    for pod in $(admin get pods -n "$4" -o name); do
        admin patch -n "$4" "$pod" --subresource=status --type=merge -p '{{"status":{{"phase":"Running"}}}}' >/dev/null
    done
    real "$@"; exit ;;
*" exec "*) admin auth can-i create pods/exec --as collecting -n "$4" >/dev/null || exit 1 ;;
*) real "$@"; exit ;;
esac
while [ "$1" != -- ]; do pod=$1; shift; done
shift 3
case $pod in
{shells}
esac
exec nsenter --target "$node" --net --mount --pid --uts env PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
"""


@pytest.mark.long
@pytest.mark.root
@pytest.mark.lab
@pytest.mark.timeout(300)
def test_pods_that_are_made_for_it_are_removed_again(
    real: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The real API server takes them, with the rights that the documentation lists and no more; nothing is left there."""
    assert shell(real, "kubectl apply -f -", rbac())[0] == 0
    assert shell(real, "kubectl apply -f -", COLLECTOR)[0] == 0
    assert shell(real, "kubectl config view --raw > /tmp/collecting")[0] == 0
    assert shell(real, "kubectl --kubeconfig /tmp/collecting config set users.admin.act-as collecting")[0] == 0
    everything = "kubectl get namespaces,serviceaccounts,pods -A -o name | sort"
    before = shell(real, everything)
    names = sorted(one.name for one in real.plan.cluster_nodes)
    shells = "\n".join(f"collector-{at}) node={process(real, node)} ;;" for at, node in enumerate(names))
    program = tmp_path / "kubectl"
    words = STANDS_FOR_KUBELET.format(ext=process(real, "ext"), kubectl=registry.path("kubectl"), shells=shells)
    program.write_text(words, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    asked = ["check", "--kube", "--collector", "--image", "busybox", "--format", "json"]
    assert main(asked) == 0
    told = capsys.readouterr()
    assert told.err == ""
    proven = {(pair["from"], pair["to"]) for pair in json.loads(told.out)["mesh"] if pair["status"] == "proven"}
    assert len(proven) == len(names) * (len(names) - 1)
    until = time.monotonic() + 60  # the namespace goes when its pods are gone
    while (now := shell(real, everything)) != before:
        assert time.monotonic() < until, now
        shell(
            real, "kubectl delete pods --all -n $(kubectl get ns -o name | grep podpath- | cut -d/ -f2) --grace-period=0 --force"
        )
    # One right less: that is told, and the pods of the network are asked.
    assert shell(real, "kubectl delete clusterrolebinding collecting")[0] == 0
    can = "kubectl --kubeconfig /tmp/collecting auth can-i create namespaces"
    while shell(real, can)[1].strip().splitlines()[-1] != "no":
        assert time.monotonic() < until
    main(asked)
    assert "not read: Error from server (Forbidden)" in capsys.readouterr().err
    assert shell(real, everything) == before
