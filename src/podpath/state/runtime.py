"""What container runtimes say of their containers."""

from typing import NamedTuple

from podpath.state.address import Ip, Mac


class Container(NamedTuple):
    """A container (``docker ps``, ``docker inspect``).

    Attributes:
        id: identifier, as long as it was printed.
        name: name.
        image: image it runs.
        state: created, running, paused, exited, dead …
        pid: first process, in the node's own process numbers.
        network_mode: default, bridge, host, none, ``container:ID`` or the name of a network.
        ports: published ports, as ``docker ps`` prints them.
        sandbox: path of its network namespace.
    """

    id: str
    name: str
    image: str | None = None
    state: str | None = None
    pid: int | None = None
    network_mode: str | None = None
    ports: str | None = None
    sandbox: str | None = None


class ContainerAddress(NamedTuple):
    """Where a container is attached to a network (``docker inspect``, ``docker network inspect``).

    Attributes:
        container: name of the container.
        network: name of the network.
        address: address in it.
        length: prefix length.
        mac: link-layer address of the container's end.
        gateway: gateway of the container in it.
    """

    container: str
    network: str
    address: Ip | None = None
    length: int | None = None
    mac: Mac | None = None
    gateway: Ip | None = None


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
    """

    id: str
    name: str
    driver: str | None = None
    scope: str | None = None
    subnet: Ip | None = None
    subnet_len: int | None = None
    gateway: Ip | None = None
    bridge: str | None = None
    internal: bool | None = None
    mtu: int | None = None


class VethClaim(NamedTuple):
    """What dockerveth says: this container has that interface. A claim, made by index alone.

    Attributes:
        container: identifier of the container.
        name: name of the container.
        veth: interface on the host.
    """

    container: str
    name: str
    veth: str
