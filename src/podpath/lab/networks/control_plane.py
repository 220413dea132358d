"""The real control plane of Kubernetes on a host of its own: etcd, the API server, the controllers, and the objects of the lab.

There is no kubelet: the lab writes the status of a node and of its pods (ready, addresses) when
they are made, and turns off the controllers that depend on a kubelet's heartbeats.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from podpath.lab.networks import underlay
from podpath.lab.networks.draft import digits, of_version
from podpath.lab.plan import NodePlan
from podpath.lab.reading import V4, V6, Address
from podpath.lab.topology import Node, Pod, Policy, Service, Topology

NAME: Final = "cp"
TOOLS: Final = ("real:etcd", "real:kube-apiserver", "real:kube-controller-manager", "real:kubectl", "openssl")
PORT: Final = 6443
_NUMBER: Final = 99
"""It is the 99th address of the underlay."""
_CLUSTER_IPS: Final = {V4: "10.96.0.0/16", V6: "fd00:10:96::/112"}
_FOLDER: Final = "/run/kubernetes"
_SOURCES: Final = str(Path(__file__).parents[3])
_USERS: Final = {
    "admin": "system:masters",
    "kube-controller-manager": "system:masters",
    "flannel": "",
    "kube-router": "",
    "system:kube-proxy": "",
}
"""Who may ask the API server, and the group that each is in: tokens of a file, for a lab has no certificates to hand out."""
_READY: Final = ("Initialized", "ContainersReady", "Ready", "PodScheduled")
_RIGHTS: Final[dict[str, list[tuple[list[str], list[str], list[str]]]]] = {
    "flannel": [
        ([""], ["pods"], ["get"]),
        ([""], ["nodes"], ["get", "list", "watch"]),
        ([""], ["nodes/status"], ["patch"]),
    ],
    "kube-router": [
        ([""], ["namespaces", "pods", "services", "nodes", "endpoints"], ["get", "list", "watch"]),
        ([""], ["services/status"], ["update"]),
        (["networking.k8s.io"], ["networkpolicies"], ["get", "list", "watch"]),
        (["discovery.k8s.io"], ["endpointslices"], ["get", "list", "watch"]),
        (["coordination.k8s.io"], ["leases"], ["get", "create", "update"]),
    ],
}
"""What agents need, as their own manifests grant it: groups of the API, resources, verbs."""


def host(topology: Topology) -> NodePlan:
    """Return the host of the control plane."""
    own = addresses(topology)
    plan = underlay.bystander(topology, NAME, own)
    plan.facts["role"] = "the control plane: etcd, API server, controllers"
    plan.files["kubernetes/tokens.csv"] = _tokens()
    administer(topology, plan)
    ranges = ",".join(service_networks(topology))
    api = [
        "real:kube-apiserver", f"--advertise-address={own[0]}", f"--secure-port={PORT}", f"--cert-dir={_FOLDER}",
        "--etcd-servers=http://127.0.0.1:2379", f"--service-cluster-ip-range={ranges}", "--authorization-mode=RBAC",
        "--token-auth-file=/etc/kubernetes/tokens.csv", "--allow-privileged=true", "--disable-admission-plugins=ServiceAccount",
        f"--service-account-key-file={_FOLDER}/sa.key", f"--service-account-signing-key-file={_FOLDER}/sa.key",
        "--service-account-issuer=https://kubernetes.default.svc",
    ]  # fmt: skip
    controllers = [
        "real:kube-controller-manager", "--kubeconfig=/etc/kubernetes/controller-manager.conf", "--leader-elect=false",
        f"--service-account-private-key-file={_FOLDER}/sa.key", f"--service-cluster-ip-range={ranges}",
        "--controllers=*,-node-lifecycle-controller,-taint-eviction-controller,-pod-garbage-collector-controller",
    ]  # fmt: skip
    plan.files["kubernetes/controller-manager.conf"] = kubeconfig(topology, "kube-controller-manager")
    plan.commands = [
        _command("mkdir", "-p", _FOLDER),
        _command("openssl", "genrsa", "-out", f"{_FOLDER}/sa.key", "2048"),
        _command("real:etcd", "--data-dir", "/run/etcd") | {"log": "/run/etcd.log"},
        _command(*api) | {"log": "/run/kube-apiserver.log"},
        asked(topology, "wait", "/readyz"),
        _command(*controllers) | {"log": "/run/kube-controller-manager.log"},
        asked(topology, "write", text=json.dumps(objects(topology))),
    ]
    return plan


def administer(topology: Topology, plan: NodePlan) -> None:
    """Give kubectl on a host full access to the API server."""
    plan.files["kubernetes/admin.conf"] = kubeconfig(topology, "admin")
    plan.env["KUBECONFIG"] = "/etc/kubernetes/admin.conf"


def addresses(topology: Topology) -> tuple[Address, ...]:
    """Return the addresses of the control plane's host."""
    return tuple(network[_NUMBER] for network in topology.underlay.networks)


def url_host(topology: Topology) -> str:
    """Return the first of these addresses as a URL writes it."""
    own = addresses(topology)[0]
    return f"[{own}]" if own.version == V6 else str(own)


def service_networks(topology: Topology) -> list[str]:
    """Return the networks of ClusterIPs: the first family is that of the nodes' first network."""
    return [_CLUSTER_IPS[network.version] for network in topology.underlay.networks]


def kubeconfig(topology: Topology, user: str) -> str:
    """Return a kubeconfig: kubectl, client-go and people read it as JSON, too."""
    server = f"https://{url_host(topology)}:{PORT}"
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": {"server": server, "insecure-skip-tls-verify": True}}],
        "users": [{"name": user, "user": {"token": _token(user)}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": user}}],
        "current-context": "lab",
    }
    return json.dumps(config, indent=2) + "\n"


def asked(topology: Topology, verb: str, *words: str, text: str = "") -> dict[str, Any]:
    """Return a command that sends a request to the API server (:mod:`podpath.lab.components.api`)."""
    code = f"import sys; sys.path.insert(0, {_SOURCES!r}); from podpath.lab.components.api import main; main()"
    server = json.loads(kubeconfig(topology, "admin"))["clusters"][0]["cluster"]["server"]
    return _command(sys.executable, "-I", "-S", "-c", code, server, _token("admin"), verb, *words) | {"text": text}


def objects(topology: Topology) -> list[dict[str, Any]]:
    """Return the objects of the lab, in the order in which to create them."""
    made: list[dict[str, Any]] = []
    for user, rights in _RIGHTS.items():
        rules = [{"apiGroups": groups, "resources": resources, "verbs": verbs} for groups, resources, verbs in rights]
        kind = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": user}}
        made.append(kind | {"kind": "ClusterRole", "rules": rules})
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": user}
        subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}
        made.append(kind | {"kind": "ClusterRoleBinding", "roleRef": role, "subjects": [subject]})
    made += [_service(service) for service in topology.services]
    made += [_policy(policy) for policy in topology.policies]
    made += [_pod(topology, node, pod) for node in topology.nodes for pod in node.pods]
    return [*made, *(_node(node) for node in topology.nodes)]  # agents wait for their node: by then all else is there


def _node(node: Node) -> dict[str, Any]:
    blocks = [str(block) for block in node.blocks]
    shown = [{"type": "InternalIP", "address": str(address)} for address in node.addresses]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": node.name, "labels": {"kubernetes.io/hostname": node.name, "kubernetes.io/os": "linux"}},
        "spec": {"podCIDR": blocks[0], "podCIDRs": blocks},
        "status": {
            "addresses": [*shown, {"type": "Hostname", "address": node.name}],
            "conditions": [{"type": "Ready", "status": "True", "reason": "Lab", "message": "made by the lab"}],
            "capacity": {"pods": "250"},
            "allocatable": {"pods": "250"},
        },
    }


def _pod(topology: Topology, node: Node, pod: Pod) -> dict[str, Any]:
    behind = {label(service): "yes" for service in topology.services if pod.name in service.endpoints}
    host = of_version(pod.addresses[0].version, node.addresses) or node.addresses[0]
    ports = [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": pod.name, "namespace": "default", "labels": {"app": pod.name} | pod.labels | behind},
        "spec": {"nodeName": node.name, "containers": [{"name": "server", "image": "lab", "ports": ports}]},
        "status": {
            "phase": "Running",
            "hostIP": str(host),
            "podIP": str(pod.addresses[0]),
            "podIPs": [{"ip": str(address)} for address in pod.addresses],
            "conditions": [{"type": kind, "status": "True"} for kind in _READY],
            "containerStatuses": [
                {"name": "server", "image": "lab", "imageID": "", "ready": True, "restartCount": 0, "state": {"running": {}}},
            ],
        },
    }


def label(service: Service) -> str:
    """Return the label of the pods that a service selects."""
    return f"service.lab/{service.name}"


def _service(service: Service) -> dict[str, Any]:
    port: dict[str, Any] = {
        "name": service.protocol, "port": service.port, "protocol": service.protocol.upper(), "targetPort": service.target,
    }  # fmt: skip
    spec: dict[str, Any] = {
        "clusterIP": str(service.address),
        "ipFamilies": [f"IPv{service.address.version}"],
        "ipFamilyPolicy": "SingleStack",
        "selector": {label(service): "yes"},
        "ports": [port],
        "type": "NodePort" if service.node_port else "ClusterIP",
    }
    if service.node_port:
        port["nodePort"] = service.node_port
        spec["externalTrafficPolicy"] = "Local" if service.local else "Cluster"
    if service.affinity:
        spec["sessionAffinity"] = "ClientIP"
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": service.name, "namespace": "default"}, "spec": spec}


def _policy(policy: Policy) -> dict[str, Any]:
    ingress: dict[str, Any] = {"from": [{"podSelector": {"matchLabels": _labels(policy.allow)}}]}
    if policy.ports:
        ingress["ports"] = [{"protocol": "TCP", "port": port} for port in policy.ports]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": policy.name, "namespace": "default"},
        "spec": {"podSelector": {"matchLabels": _labels(policy.pods)}, "policyTypes": ["Ingress"], "ingress": [ingress]},
    }


def _labels(text: str) -> dict[str, str]:
    key, _, value = text.partition("=")
    return {key: value}


def _tokens() -> str:
    lines = [f'{_token(user)},{user},{i},"{group}"' for i, (user, group) in enumerate(_USERS.items())]
    return "\n".join(lines) + "\n"


def _token(user: str) -> str:
    return digits("token", user, length=32)


def _command(*words: str) -> dict[str, Any]:
    return {"argv": list(words), "env": {}, "text": ""}
