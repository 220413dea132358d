"""Objects as ``kubectl describe`` prints them (the layout of k8s.io/kubectl, pkg/describe)."""

# ruff: noqa: E501 - tables as they are printed

import pytest

from podpath.readers.interface import Bad
from podpath.readers.kubectl_describe import READER
from podpath.readers.registry import readers
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.address import parse_ip, parse_mac
from podpath.state.agent_log import AgentMessage
from podpath.state.evidence import Complete
from podpath.state.kube import Endpoint, KubeNode, Pod, Service
from podpath.state.policy import PodPort
from tests.readers.helper import read, rows

POD = """\
Name:             web-0
Namespace:        shop
Priority:         0
Service Account:  default
Node:             n1/192.0.2.11
Start Time:       Thu, 16 May 2024 10:00:00 +0000
Labels:           app=web
                  tier=front
Annotations:      cni.projectcalico.org/podIP: 10.244.120.65/32
Status:           Running
IP:               10.244.120.65
IPs:
  IP:           10.244.120.65
Controlled By:  StatefulSet/web
Containers:
  web:
    Container ID:   containerd://aaaabbbbccccddddeeeeffff0000111122223333444455556666777788889999
    Image:          nginx:1.25
    Image ID:       docker.io/library/nginx@sha256:abc
    Port:           80/TCP
    Host Port:      0/TCP
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    1
      Started:      Thu, 16 May 2024 10:01:00 +0000
      Finished:     Thu, 16 May 2024 10:01:01 +0000
    Ready:          False
    Restart Count:  5
    Environment:    <none>
    Mounts:
      /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-xyz (ro)
Conditions:
  Type                        Status
  PodReadyToStartContainers   True
  Initialized                 True
  Ready                       False
  ContainersReady             False
  PodScheduled                True
Volumes:
  kube-api-access-xyz:
    Type:                    Projected (a volume that contains injected data from multiple sources)
QoS Class:                   BestEffort
Node-Selectors:              <none>
Tolerations:                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
Events:
  Type     Reason     Age                  From               Message
  ----     ------     ----                 ----               -------
  Normal   Scheduled  3m                   default-scheduler  Successfully assigned shop/web-0 to n1
  Warning  BackOff    5s (x10 over 2m)     kubelet            Back-off restarting failed container web in pod web-0_shop(uid)
"""
NODE = """\
Name:               n2
Roles:              <none>
Labels:             beta.kubernetes.io/arch=amd64
                    kubernetes.io/hostname=n2
Annotations:        flannel.alpha.coreos.com/backend-data: {"VNI":1,"VtepMAC":"8e:61:4b:aa:11:22"}
                    flannel.alpha.coreos.com/backend-type: vxlan
                    flannel.alpha.coreos.com/kube-subnet-manager: true
                    flannel.alpha.coreos.com/public-ip: 192.0.2.12
CreationTimestamp:  Thu, 16 May 2024 09:00:00 +0000
Taints:             node.kubernetes.io/not-ready:NoSchedule
Unschedulable:      false
Conditions:
  Type                 Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message
  ----                 ------  -----------------                 ------------------                ------                       -------
  NetworkUnavailable   False   Thu, 16 May 2024 09:01:00 +0000   Thu, 16 May 2024 09:01:00 +0000   FlannelIsUp                  Flannel is running on this node
  MemoryPressure       False   Thu, 16 May 2024 10:00:00 +0000   Thu, 16 May 2024 09:00:00 +0000   KubeletHasSufficientMemory   kubelet has sufficient memory available
  Ready                False   Thu, 16 May 2024 10:00:00 +0000   Thu, 16 May 2024 09:00:00 +0000   KubeletNotReady              container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized
Addresses:
  InternalIP:  192.0.2.12
  Hostname:    n2
Capacity:
  cpu:                2
PodCIDR:                      10.42.1.0/24
PodCIDRs:                     10.42.1.0/24
Non-terminated Pods:          (2 in total)
  Namespace                   Name                       CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
  ---------                   ----                       ------------  ----------  ---------------  -------------  ---
  kube-system                 coredns-5d78c9869d-abcde   100m (5%)     0 (0%)      70Mi (1%)        170Mi (4%)     60m
Allocated resources:
  (Total limits may be over 100 percent, i.e., overcommitted.)
Events:              <none>
"""
SERVICE = """\
Name:                     web
Namespace:                shop
Labels:                   app=web
Annotations:              <none>
Selector:                 app=web
Type:                     NodePort
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       10.96.14.2
IPs:                      10.96.14.2
Port:                     http  80/TCP
TargetPort:               8080/TCP
NodePort:                 http  30080/TCP
Endpoints:                10.244.120.65:8080,10.244.66.3:8080 + 2 more...
Session Affinity:         None
External Traffic Policy:  Local
Internal Traffic Policy:  Cluster
Events:                   <none>
"""
ENDPOINTS = """\
Name:         web
Namespace:    shop
Labels:       app=web
Annotations:  endpoints.kubernetes.io/last-change-trigger-time: 2024-05-16T10:00:00Z
Subsets:
  Addresses:          10.244.120.65
  NotReadyAddresses:  10.244.66.3
  Ports:
    Name  Port  Protocol
    ----  ----  --------
    http  8080  TCP

Events:  <none>
"""
SLICE = """\
Name:         web-abc12
Namespace:    shop
Labels:       endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io
              kubernetes.io/service-name=web
Annotations:  <none>
AddressType:  IPv4
Ports:
  Name     Port  Protocol
  ----     ----  --------
  <unset>  8080  TCP
Endpoints:
  - Addresses:  10.244.120.65
    Conditions:
      Ready:    true
    Hostname:   <unset>
    TargetRef:  Pod/web-0
    NodeName:   n1
    Zone:       <unset>
  - Addresses:  10.244.66.3
    Conditions:
      Ready:    false
    TargetRef:  Pod/web-1
    NodeName:   n2
Events:         <none>
"""
FAILED = """\
Events:
  Type     Reason                  Age                 From               Message
  ----     ------                  ----                ----               -------
  Normal   Scheduled               3m                  default-scheduler  Successfully assigned shop/web-0 to n1
  Warning  FailedCreatePodSandBox  2m                  kubelet            Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "3fe3": plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/
"""
FIRST, SECOND = parse_ip("10.244.120.65"), parse_ip("10.244.66.3")


def test_a_pod_has_the_status_that_get_prints() -> None:
    """A container that waits has a reason, which ``kubectl get pods`` prints in the place of Running."""
    labels = "app=web,tier=front"
    assert rows(READER, "kubectl describe pod web-0", POD) == [
        Pod(
            "shop",
            "web-0",
            "n1",
            FIRST,
            None,
            "CrashLoopBackOff",
            ready=False,
            labels=labels,
            owner_kind="StatefulSet",
            owner="web",
            account="default",
        )
    ]


def test_a_port_is_taken_where_its_name_is_shown() -> None:
    """A row without it would say that the port has none."""
    named = POD.replace("80/TCP", "80/TCP (http), 53/UDP (dns)")
    found = [row for row in rows(READER, "", named) if isinstance(row, PodPort)]
    assert found == [PodPort("shop", "web-0", "TCP", 80, "http"), PodPort("shop", "web-0", "UDP", 53, "dns")]


def test_a_node_has_its_addresses_annotations_and_condition() -> None:
    """Its row, and what the condition says of its network, stand at the line of the condition."""
    assert read(READER, "kubectl describe node n2", NODE) == [
        (
            16,
            KubeNode(
                "n2",
                parse_ip("192.0.2.12"),
                "10.42.1.0/24",
                ready=False,
                vtep_mac=parse_mac("8e:61:4b:aa:11:22"),
                public_ip=parse_ip("192.0.2.12"),
            ),
        ),
        (16, AgentMessage("network-not-configured", host="n2")),
    ]


def test_a_service_has_its_ports_and_the_endpoints_that_are_shown() -> None:
    """Of more than three the rest is cut off."""
    one = Endpoint("shop", "web", "web", FIRST, "http", "TCP", 8080, ready=True)
    assert rows(READER, "kubectl describe svc web", SERVICE) == [
        one,
        one._replace(address=SECOND),
        Service(
            "shop", "web", "NodePort", parse_ip("10.96.14.2"), "http", "TCP", 80, "8080", 30080, selector="app=web",
            external_policy="Local", internal_policy="Cluster", affinity="None",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["svc", "services", "service/web", "no", "nodes", "po", "endpoints", "endpointslice"])
def test_it_is_never_the_whole(kind: str) -> None:
    """One object, and what is cut off of a list."""
    found = [
        reader
        for reader in readers()
        if not reader.fallback and reader.accepts(["kubectl", "describe", kind, "-n", "shop"]) is not None
    ]
    assert found == [READER]
    assert all(part.complete is Complete.NO for part in READER.accepts(["kubectl", "describe", kind]) or ())


def test_endpoints_say_who_is_not_ready() -> None:
    """Each address has each port."""
    one = Endpoint("shop", "web", "web", FIRST, "http", "TCP", 8080, ready=True)
    assert rows(READER, "kubectl describe endpoints web", ENDPOINTS) == [one, one._replace(address=SECOND, ready=False)]


def test_a_slice_names_its_service_nodes_and_pods() -> None:
    """The service stands in a label."""
    one = Endpoint("shop", "web", "web-abc12", FIRST, None, "TCP", 8080, ready=True, node="n1", target="shop/web-0")
    two = one._replace(address=SECOND, ready=False, node="n2", target="shop/web-1")
    assert rows(READER, "kubectl describe endpointslice web-abc12", SLICE) == [one, two]


def test_events_tell_why_a_pod_has_no_network() -> None:
    """At their own line."""
    text = POD[: POD.index("Events:")] + FAILED
    found = [item for item in read(READER, "kubectl describe pod web-0", text) if isinstance(item[1], AgentMessage)]
    index = next(at for at, line in enumerate(text.splitlines()) if "FailedCreatePodSandBox" in line)
    assert found == [(index, AgentMessage("calico-not-running", 1, "shop", "web-0", "n1", None, "/var/lib/calico/nodename"))]


def test_several_objects_follow_each_other() -> None:
    """Two empty lines part them."""
    names = [
        row.name
        for row in rows(READER, "kubectl describe pods", f"{POD}\n\n{POD.replace('web-0', 'web-1')}")
        if isinstance(row, Pod)
    ]
    assert names == ["web-0", "web-1"]


def test_a_damaged_value_is_a_complaint() -> None:
    """With the name of the object."""
    (bad,) = rows(READER, "", SERVICE.replace("10.96.14.2", "10.96.14"))
    assert isinstance(bad, Bad)
    assert "Service web" in bad.reason


@pytest.mark.parametrize("line", ["NodePort:", "Port:", "TargetPort:", "Endpoints:", "IP:", "IPs:"])
def test_a_service_may_lack_a_value(line: str) -> None:
    """What is missing costs that service at most, not the whole output."""
    whole = SERVICE.splitlines()
    cut = "\n".join(line if text.startswith(line) else text for text in whole)
    names = [row.name for row in rows(READER, "", f"{cut}\n\n{SERVICE.replace('web', 'api')}") if isinstance(row, Service)]
    assert names[-1] == "api"


@pytest.mark.parametrize("value", ['{"VtepMAC":5}', "null", "[]", "[" * 100_000, '{"VtepMAC":null}'])
def test_a_node_may_have_another_value_in_flannels_annotation(value: str) -> None:
    """Anybody who may edit a node may write it."""
    text = f"Name:               n2\nRoles:              <none>\nAnnotations:        flannel.alpha.coreos.com/backend-data: {value}\n"
    assert rows(READER, "", text) == [KubeNode("n2")]


def test_other_kinds_have_no_rows() -> None:
    """A Deployment has containers in its template, which are no pod's."""
    other = "Name:                   web\nNamespace:              shop\nSelector:               app=web\nReplicas:               2 desired"
    assert rows(READER, "", other) == []


@pytest.mark.parametrize("text", [POD, NODE, SERVICE, ENDPOINTS, SLICE])
def test_it_is_known_without_its_command(text: str) -> None:
    """And none of its lines is a heading, a prompt, or state of another command."""
    parts = list(Transcript("f", NodeRef("f")).read([*text.splitlines(), "", "0:\tfrom all lookup local"]))
    assert [part.reader.name if isinstance(part, Section) else part for part in parts] == [READER.name, "ip rule"]


def test_an_answer_of_a_name_server_is_none() -> None:
    """Its first line alone looks like one."""
    parts = Transcript("f", NodeRef("f")).read(["Name:\tweb.default.svc.cluster.local", "Address: 10.96.0.10"])
    assert not any(isinstance(part, Section) and part.reader is READER for part in parts)
