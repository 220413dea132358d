"""Where a container's interface is plugged in."""

from typing import NamedTuple

from podpath.state.finding import Status


class Attachment(NamedTuple):
    """An interface inside a namespace, its other end, and where that is plugged in; a row of ``podpath veth``.

    Attributes:
        node: node it is on.
        container: name of the container; of the namespace, where no container is known.
        id: identifier of the container.
        image: image of the container.
        pod: name of the pod, with its Kubernetes namespace in front where it has one.
        netns: the namespace, as ``kind:name``; empty for the host's own.
        inode: its number.
        interface: interface inside, or None for a container in the host's own namespace.
        ifindex: its index.
        kind: veth, macvlan, ipvlan …
        mac: its link-layer address.
        addresses: its addresses with prefix lengths, link-local ones apart.
        outside: the other end of a veth, or the device below a macvlan or ipvlan.
        outside_ifindex: its index.
        outside_netns: namespace it is in, as ``kind:name``; empty for the host's own.
        outside_state: up, down, no carrier.
        bridge: bridge that the other end is a port of.
        port: number of that port.
        port_state: forwarding, blocking, disabled …
        port_flags: hairpin, isolated, no learning, no flood, where they are unusual.
        routes: prefixes that the other end's namespace routes to it (Calico style).
        shares: container whose namespace it joined.
        status: proven, broken (not connected) or unknown.
        reason: why, in words; empty when there is nothing to say.
        command: command that would show it, for an unknown.
        network: the engine's network that the bridge carries, where its name says more than the bridge's.
        published: ports of the host that lead to the container (``8080->80/tcp``).
    """

    node: str
    container: str
    id: str | None = None
    image: str | None = None
    pod: str | None = None
    netns: str = ""
    inode: int | None = None
    interface: str | None = None
    ifindex: int | None = None
    kind: str | None = None
    mac: str | None = None
    addresses: tuple[str, ...] = ()
    outside: str | None = None
    outside_ifindex: int | None = None
    outside_netns: str | None = None
    outside_state: str | None = None
    bridge: str | None = None
    port: int | None = None
    port_state: str | None = None
    port_flags: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    shares: str | None = None
    status: Status = Status.UNKNOWN
    reason: str = ""
    command: str = ""
    network: str | None = None
    published: tuple[str, ...] = ()
