"""What ends the path of a packet where a host looks its route up, or checks its addresses."""

from dataclasses import dataclass
from typing import TypeAlias

from podpath.state.address import Ip


@dataclass(frozen=True, slots=True)
class NoRoute:
    """No route leads to the destination.

    Attributes:
        dst: the destination.
        error: error number of the lookup (``ENETUNREACH``).
    """

    dst: Ip
    error: str


@dataclass(frozen=True, slots=True)
class RouteRefuses:
    """The route to the destination is unreachable, prohibit or blackhole.

    Attributes:
        dst: the destination.
        type: type of the route.
        net: its prefix, as text.
    """

    dst: Ip
    type: str
    net: str


@dataclass(frozen=True, slots=True)
class RuleRefuses:
    """A routing rule refuses the destination.

    Attributes:
        dst: the destination.
        priority: priority of the rule.
        action: what it does: unreachable, prohibit or blackhole.
    """

    dst: Ip
    priority: int
    action: str


@dataclass(frozen=True, slots=True)
class RouteToLoopback:
    """A route leads to lo, but no local address is behind it (dst_discard).

    Attributes:
        dst: the destination.
        dev: the loopback device.
        net: prefix of the route, as text.
    """

    dst: Ip
    dev: str
    net: str


@dataclass(frozen=True, slots=True)
class RoutingLoop:
    """A packet comes back to a device with a smaller hop limit.

    Attributes:
        dev: the device.
    """

    dev: str


@dataclass(frozen=True, slots=True)
class LoopbackAddressArrived:
    """A packet of 127.0.0.0/8 arrived on another device than lo.

    Attributes:
        dev: the device.
        setting: the sysctl route_localnet of the device.
    """

    dev: str
    setting: str


@dataclass(frozen=True, slots=True)
class OwnSource:
    """A packet arrived whose source is an address of this host (__fib_validate_source).

    Attributes:
        src: the source.
        dev: device that it arrived on.
    """

    src: Ip
    dev: str


@dataclass(frozen=True, slots=True)
class ReversePathFails:
    """rp_filter drops a packet: the route back to its source uses another device.

    Attributes:
        src: the source.
        dev: device that the packet arrived on.
        back: device of the route back, or None if there is no such route.
        mode: 1 is strict, 2 loose.
        setting: the sysctl of the device.
    """

    src: Ip
    dev: str
    back: str | None
    mode: int
    setting: str


RoutingFailure: TypeAlias = (
    NoRoute | RouteRefuses | RuleRefuses | RouteToLoopback | RoutingLoop | LoopbackAddressArrived | OwnSource | ReversePathFails
)
