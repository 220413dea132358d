"""What container runtimes say of their containers and pods.

A container's name is its own only within one runtime, a pod's container's only within its
pod: rows that belong to a container hold its identifier, too.
"""

from typing import NamedTuple

from podpath.language import tr
from podpath.state.address import Ip, Mac
from podpath.state.column import Identifier, ImageName, Interface, KubeNamespace, LabelName, NetworkName, PlaceName, Word
from podpath.state.table import table


@table(
    "container",
    arbitrary="pid",
    key="name",
    same="id:short",
    agree="pid",
    volatile="pid sandbox restarts",
    command="docker inspect {name}",
    listing="docker ps -a",
)
class Container(NamedTuple):
    """A container (``docker ps``, ``docker inspect``, ``crictl inspect``, ``lxc-info``).

    Attributes:
        id: identifier, as long as it was printed.
        name: name.
        image: image it runs.
        state: created, running, paused, restarting, exited, dead …
        pid: first process, in the node's own process numbers.
        network_mode: default, bridge, host, none, ``container:ID``, ``pod`` or the name of a network.
        ports: published ports, as ``docker ps`` prints them.
        sandbox: path of its network namespace, as its runtime sees it, or None if the runtime does not say.
        health: what its health check says: starting, healthy or unhealthy, or None if it has no check.
        runtime: docker, podman, containerd, cri-o, lxc …
        pod: identifier of the pod that it belongs to (``pod_sandbox.id``).
        exit_code: what its program ended with, of one that does not run; above 128 it is 128 and the signal's number.
        restarts: how often the engine has started it again because it ended.
        restart_policy: when the engine does so: no, always, unless-stopped or on-failure.
    """

    id: Identifier
    name: PlaceName
    image: ImageName | None = None
    state: Word | None = None
    pid: int | None = None
    network_mode: NetworkName | None = None
    ports: str | None = None
    sandbox: PlaceName | None = None
    health: Word | None = None
    runtime: Word | None = None
    pod: Identifier | None = None
    exit_code: int | None = None
    restarts: int | None = None
    restart_policy: Word | None = None

    @property
    def runs(self) -> bool:
        """Whether its program runs, or None if no output shows it."""
        return (self.state or "running").lower() in {"running", "up"}

    @property
    def program(self) -> str:
        """The command line that starts, connects and shows it; empty where its runtime has none that a person would use."""
        return self.runtime or "docker" if self.runtime in {None, "docker", "podman", "nerdctl"} else ""

    @property
    def standing(self) -> str:
        """What it does instead of running, in words."""
        state = (self.state or "").lower()
        if state == "paused":
            return tr("is paused")
        ended = (
            tr(" (exit code {exit_code})", exit_code=self.exit_code) if self.exit_code is not None and state != "created" else ""
        )
        if state == "restarting":
            return tr("keeps exiting{ended} and restarting", ended=ended)
        return tr("was created and never started") if state == "created" else tr("is not running{ended}", ended=ended)


@table("pod_sandbox", key="namespace name", same="id", agree="pid", volatile="id uid pid netns", listing="crictl pods")
class PodSandbox(NamedTuple):
    """What the containers of a pod share, first of all a network namespace (``crictl inspectp``, ``podman pod inspect``).

    Attributes:
        id: identifier.
        name: name of the pod.
        namespace: Kubernetes namespace of the pod, or None for podman's pods, which have none.
        uid: identifier of the pod in the Kubernetes API.
        state: ready, or notready for one that has ended.
        pid: process that holds the namespaces, in the node's own process numbers.
        netns: path of the network namespace, as the runtime sees it.
        host_network: it uses the node's own namespace.
        runtime: containerd, cri-o, podman …
    """

    id: Identifier
    name: PlaceName
    namespace: KubeNamespace | None = None
    uid: Identifier | None = None
    state: Word | None = None
    pid: int | None = None
    netns: PlaceName | None = None
    host_network: bool | None = None
    runtime: Word | None = None


@table("pod_address", same="sandbox address", incomparable="the addresses inside the pod are compared", listing="crictl inspectp")
class PodAddress(NamedTuple):
    """An address that the runtime gave to a pod (``crictl inspectp``).

    Attributes:
        sandbox: identifier of the pod (``pod_sandbox.id``).
        address: the address.
        length: prefix length, where the runtime says it.
        interface: interface inside the pod, where the runtime says it.
        mac: its link-layer address, where the runtime says it.
    """

    sandbox: Identifier
    address: Ip
    length: int | None = None
    interface: Interface | None = None
    mac: Mac | None = None


@table(
    "container_address",
    key="container network address",
    same="container id:short network address:family",
    agree="address mac",
    volatile="id",
    command="docker inspect {container}",
    listing="docker inspect",
)
class ContainerAddress(NamedTuple):
    """Where a container is attached to a network (``docker inspect``, ``docker network inspect``).

    Attributes:
        container: name of the container.
        network: name of the network.
        address: address in it.
        length: prefix length.
        mac: link-layer address of the container's end.
        gateway: gateway of the container in it.
        id: identifier of the container.
    """

    container: PlaceName
    network: NetworkName
    address: Ip | None = None
    length: int | None = None
    mac: Mac | None = None
    gateway: Ip | None = None
    id: Identifier | None = None


@table(
    "container_label",
    same="container id name",
    agree="value",
    incomparable="labels do not carry packets",
    command="docker inspect {container}",
    listing="docker inspect",
)
class ContainerLabel(NamedTuple):
    """A label of a container (``docker inspect``); those that look like credentials are left out.

    Attributes:
        container: name of the container.
        name: name of the label, or how many were left out.
        value: its value.
        id: identifier of the container.
    """

    container: PlaceName
    name: LabelName
    value: str | None = None
    id: Identifier | None = None


@table(
    "published_port",
    same="container id proto port host_address host_port",
    volatile="id",
    whole=True,
    command="docker port {container}",
    listing="docker ps",
)
class PublishedPort(NamedTuple):
    """A port of the host that leads to a container (``docker port``).

    Attributes:
        container: name of the container.
        proto: tcp, udp or sctp.
        port: port inside the container.
        host_address: address of the host that it is published on; the unspecified one means all of its family, none all.
        host_port: port of the host.
        id: identifier of the container.
    """

    container: PlaceName
    proto: Word
    port: int
    host_address: Ip | None = None
    host_port: int | None = None
    id: Identifier | None = None


@table(
    "unpublished_port",
    same="container id proto port host_port",
    volatile="id",
    whole=True,
    command="docker inspect {container}",
    listing="docker inspect",
)
class UnpublishedPort(NamedTuple):
    """A port of a container that no port of the host leads to (``docker inspect``: ExposedPorts, PortBindings).

    Attributes:
        container: name of the container.
        proto: tcp, udp or sctp.
        port: port inside the container that its image, or a person, has named.
        host_port: port of the host that ``--publish`` asked for in vain, as the container has no network of its own.
        id: identifier of the container.
    """

    container: PlaceName
    proto: Word
    port: int
    host_port: int | None = None
    id: Identifier | None = None


@table(
    "container_network",
    key="name",
    same="id:short name subnet:family",
    agree="subnet",
    volatile="id",
    command="docker network inspect {name}",
    listing="docker network inspect",
)
class ContainerNetwork(NamedTuple):
    """A network of a runtime (``docker network inspect``).

    Attributes:
        id: identifier.
        name: name.
        driver: bridge, overlay, macvlan, host, null …
        scope: local, swarm or global.
        subnet: first address.
        subnet_len: prefix length.
        gateway: gateway address.
        bridge: name of the bridge, where it has one.
        internal: nothing leaves it.
        mtu: MTU set for it, in bytes.
        parent: device of the host that a macvlan or ipvlan network stands on.
    """

    id: Identifier
    name: NetworkName
    driver: Word | None = None
    scope: Word | None = None
    subnet: Ip | None = None
    subnet_len: int | None = None
    gateway: Ip | None = None
    bridge: Interface | None = None
    internal: bool | None = None
    mtu: int | None = None
    parent: Interface | None = None


@table("veth_claim", same="container", agree="veth", incomparable="it says what a script believes", listing="dockerveth")
class VethClaim(NamedTuple):
    """What dockerveth says: this container has that interface. A claim, made by index alone.

    Attributes:
        container: identifier of the container.
        name: name of the container.
        veth: interface on the host.
    """

    container: Identifier
    name: PlaceName
    veth: Interface
