"""Objects of the Kubernetes API, as ``kubectl get -o json|yaml|wide`` prints them."""

from typing import NamedTuple

from podpath.state.address import Ip, Mac
from podpath.state.column import AddressText, KubeNamespace, LabelText, NodeName, PlaceName, PortName, ServiceName, Word
from podpath.state.table import table


@table(
    "kube_node",
    key="name",
    same="*",
    agree="internal_ip vtep_mac public_ip",
    command="kubectl get node {name} -o yaml",
    listing="kubectl get nodes -o yaml",
)
class KubeNode(NamedTuple):
    """A Node.

    Attributes:
        name: name of the object.
        internal_ip: first InternalIP.
        pod_cidrs: comma-separated pod networks given to the node.
        ready: condition Ready is True.
        vtep_mac: MAC that flannel announces (annotation flannel.alpha.coreos.com/backend-data).
        public_ip: underlay address that flannel announces (annotation …/public-ip).
        calico_ip: address that Calico announces (annotation projectcalico.org/IPv4Address).
    """

    name: NodeName
    internal_ip: Ip | None = None
    pod_cidrs: AddressText | None = None
    ready: bool | None = None
    vtep_mac: Mac | None = None
    public_ip: Ip | None = None
    calico_ip: Ip | None = None


@table(
    "pod",
    key="namespace name",
    same="*",
    agree="address node",
    command="kubectl -n {namespace} get pod {name} -o yaml",
    listing="kubectl get pods -A -o wide",
)
class Pod(NamedTuple):
    """A Pod.

    Attributes:
        namespace: its namespace.
        name: its name.
        node: node it runs on.
        address: first pod address.
        host_network: it uses the node's own namespace.
        phase: Pending, Running, Succeeded, Failed or the STATUS column.
        ready: all containers are ready.
        labels: labels as ``key=value``, comma-separated; ``=`` where it has none.
        second_ip: the other address of a pod of two families (podIPs).
        owner_kind: kind of the object that controls it; ``none`` where nothing does.
        owner: name of that object.
        hostname: its own name in the DNS (spec.hostname); a StatefulSet's pods have one.
        subdomain: the headless service below which that name is (spec.subdomain).
        account: name of its service account.
        created: when the object was made, in seconds since 1970.
    """

    namespace: KubeNamespace
    name: PlaceName
    node: NodeName | None = None
    address: Ip | None = None
    host_network: bool | None = None
    phase: Word | None = None
    ready: bool | None = None
    labels: LabelText | None = None
    second_ip: Ip | None = None
    owner_kind: Word | None = None
    owner: PlaceName | None = None
    hostname: PlaceName | None = None
    subdomain: ServiceName | None = None
    account: PlaceName | None = None
    created: int | None = None


@table(
    "workload",
    key="kind namespace name",
    same="*",
    command="kubectl -n {namespace} get {kind} {name} -o yaml",
    listing="kubectl get deployments,replicasets,statefulsets,daemonsets,cronjobs,jobs -A -o yaml",
)
class Workload(NamedTuple):
    """An object that makes pods, or makes objects that do, as a Deployment, a ReplicaSet or a Job.

    Attributes:
        kind: its kind.
        namespace: its namespace.
        name: its name.
        owner_kind: kind of the object that controls it; ``none`` where nothing does.
        owner: name of that object.
    """

    kind: Word
    namespace: KubeNamespace
    name: PlaceName
    owner_kind: Word | None = None
    owner: PlaceName | None = None


@table(
    "service",
    key="namespace name port proto",
    same="*",
    agree="cluster_ip",
    command="kubectl -n {namespace} get service {name} -o yaml",
    listing="kubectl get services -A -o wide",
)
class Service(NamedTuple):
    """One port of a Service.

    Attributes:
        namespace: its namespace.
        name: its name.
        type: ClusterIP, NodePort, LoadBalancer or ExternalName.
        cluster_ip: address, none for a headless one.
        port_name: name of the port.
        proto: TCP, UDP or SCTP.
        port: port of the service.
        target_port: port of the endpoints, number or name.
        node_port: port on every node.
        external_ips: comma-separated external and load-balancer addresses.
        selector: selector as ``key=value``, comma-separated.
        external_policy: externalTrafficPolicy.
        internal_policy: internalTrafficPolicy.
        affinity: sessionAffinity.
        second_ip: the other address of a service of two families (clusterIPs).
        source_ranges: comma-separated loadBalancerSourceRanges.
        created: when the object was made, in seconds since 1970.
    """

    namespace: KubeNamespace
    name: ServiceName
    type: Word | None = None
    cluster_ip: Ip | None = None
    port_name: PortName | None = None
    proto: Word | None = None
    port: int | None = None
    target_port: PortName | None = None
    node_port: int | None = None
    external_ips: AddressText | None = None
    selector: LabelText | None = None
    external_policy: Word | None = None
    internal_policy: Word | None = None
    affinity: Word | None = None
    second_ip: Ip | None = None
    source_ranges: AddressText | None = None
    created: int | None = None


@table(
    "endpoint",
    key="namespace service address port proto",
    volatile="slice target",
    command="kubectl -n {namespace} get endpointslices -o yaml",
    listing="kubectl get endpointslices -A -o yaml",
)
class Endpoint(NamedTuple):
    """One address and port of an EndpointSlice.

    Attributes:
        namespace: its namespace.
        service: service it belongs to.
        slice: name of the slice.
        address: address of the endpoint.
        port_name: name of the port.
        proto: TCP, UDP or SCTP.
        port: port number.
        ready: condition ready.
        terminating: condition terminating.
        node: node it is on.
        target: pod it stands for, as ``namespace/name``.
        hostname: its own name in the DNS, below the service's.
        hints: comma-separated zones and nodes that it is meant for (hints.forZones, hints.forNodes).
    """

    namespace: KubeNamespace
    service: ServiceName
    slice: ServiceName
    address: Ip | None = None
    port_name: PortName | None = None
    proto: Word | None = None
    port: int | None = None
    ready: bool | None = None
    terminating: bool | None = None
    node: NodeName | None = None
    target: PlaceName | None = None
    hostname: PlaceName | None = None
    hints: NodeName | None = None
