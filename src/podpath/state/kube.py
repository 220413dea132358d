"""Objects of the Kubernetes API, as ``kubectl get -o json|yaml|wide`` prints them."""

from typing import NamedTuple

from podpath.state.address import Ip, Mac


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

    name: str
    internal_ip: Ip | None = None
    pod_cidrs: str | None = None
    ready: bool | None = None
    vtep_mac: Mac | None = None
    public_ip: Ip | None = None
    calico_ip: Ip | None = None


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
        labels: labels as ``key=value``, comma-separated.
    """

    namespace: str
    name: str
    node: str | None = None
    address: Ip | None = None
    host_network: bool | None = None
    phase: str | None = None
    ready: bool | None = None
    labels: str | None = None


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
    """

    namespace: str
    name: str
    type: str | None = None
    cluster_ip: Ip | None = None
    port_name: str | None = None
    proto: str | None = None
    port: int | None = None
    target_port: str | None = None
    node_port: int | None = None
    external_ips: str | None = None
    selector: str | None = None
    external_policy: str | None = None
    internal_policy: str | None = None
    affinity: str | None = None
    second_ip: Ip | None = None
    source_ranges: str | None = None


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
    """

    namespace: str
    service: str
    slice: str
    address: Ip | None = None
    port_name: str | None = None
    proto: str | None = None
    port: int | None = None
    ready: bool | None = None
    terminating: bool | None = None
    node: str | None = None
    target: str | None = None
