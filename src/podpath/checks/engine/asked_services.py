"""Whether the rules of each host serve a service as the objects of the API say.

A packet for each service is put before the first hook of each host, as a pod on it would send it; where its rules may lead it
is compared with the service's endpoints. Hosts without a rule for it are the matter of ``service-rules-missing``.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from podpath.causes.services import service_backend_foreign, service_backend_missing
from podpath.language import tr
from podpath.state.address import Ip, family_of, ip_text
from podpath.state.evidence import Unknown
from podpath.state.kube import Endpoint, Service
from podpath.state.trace import Verdict
from podpath.walk.diagnosis.services import Backend, Place, at_address, backends, differences, known_endpoints
from podpath.walk.events import Arrive, Carry, Diagnosis
from podpath.walk.host.hooks import Hook, pass_hook
from podpath.walk.netfilter import RuleHit
from podpath.walk.packet import Packet
from podpath.walk.walker import Walker

_MOST: Final = 4000
"""Packets that are put before all hosts together: further services are not asked for."""


class _Served(NamedTuple):
    """Where the rules of one host lead the packets for one service."""

    host: int
    packet: Packet
    led: list[Backend]
    rejects: RuleHit | None

    @property
    def places(self) -> set[Place]:
        return {one.place for one in self.led}


class AskedServices:
    """Asks hosts for the services of the API.

    Args:
        walk: the walk over the snapshot.
    """

    def __init__(self, walk: Walker) -> None:
        self._walk, self._cluster = walk, walk.cluster
        self._services = sorted(set(self._addressed()))
        self._rules = set(walk.cluster.store.raw("SELECT ns, ip, proto, port FROM service_rule"))
        self._served: dict[tuple[Ip, str, int], list[_Served]] = {}
        self._left = _MOST
        self._unknowns: dict[Unknown, None] = {}

    def ask(self, host: int, dev: str, source: Ip) -> None:
        """Put a packet for each service before a host.

        Args:
            host: the host's own namespace.
            dev: device by which the pod's packets arrive.
            source: the pod's address.
        """
        for address, proto, port in self._services:
            if family_of(address) != family_of(source) or (host, address, proto, port) not in self._rules:
                continue
            if self._left <= 0:
                self._unknowns[_unasked(self._cluster.netns(host).node, source, address, proto, port)] = None
                return
            self._left -= 1
            packet = Packet(source, address, proto, 40000, port, flags=_FLAGS.get(proto, frozenset()), length=60)
            passed = pass_hook(self._walk, host, Hook.PREROUTING, packet, Carry(), into=dev)
            if gaps := [gap for one in passed for gap in one.gaps if gap.diverts]:
                self._unknowns.update((gap.unknown._replace(blocks=_BLOCKS), None) for gap in gaps)
                continue
            led = list(backends(one.steps for one in passed))
            rejects = None if led else self._rejects(host, dev, packet)
            if led or rejects is not None:  # else what was shown of the rules does not say where they lead
                self._served.setdefault((address, proto, port), []).append(_Served(host, packet, led, rejects))

    def _rejects(self, host: int, dev: str, packet: Packet) -> RuleHit | None:
        """Return the rule of a host that rejects a service's packets, or None: it knows of no endpoint then."""
        paths = self._walk.follow(Arrive(host, dev, packet, Carry()))
        if not all(path.end.ns == host and path.end.verdict is Verdict.REJECTED for path in paths):
            return None
        rows = (row for path in paths for step in reversed(path.steps) for row in step.rows)
        return next((row for row in rows if isinstance(row, RuleHit)), None)

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What is not known of the rules for services."""
        return tuple(self._unknowns)

    def differences(self) -> Iterator[Diagnosis]:
        """Yield where the rules of hosts and the objects differ."""
        for hosts in self._served.values():
            packet = hosts[0].packet
            service = at_address(self._cluster, packet)
            ends = known_endpoints(self._cluster, service, packet.family) if service is not None else None
            if service is None or ends is None:
                continue
            for one in hosts:
                others = [other for other in hosts if other.host != one.host]
                elsewhere = {place: self._cluster.netns(other.host).node for other in others for place in other.places}
                yield from differences(self._cluster, one.host, service, ends, one.led, elsewhere, rejects=one.rejects)

    def _addressed(self) -> Iterator[tuple[Ip, str, int]]:
        """Yield the address, protocol and port of each service that has endpoints."""
        known = {(end.namespace, end.service) for end in self._cluster.objects(Endpoint, "address IS NOT NULL", [])}
        for row in self._cluster.objects(Service, "port IS NOT NULL AND cluster_ip IS NOT NULL", []):
            for address in (row.cluster_ip, row.second_ip):
                if (row.namespace, row.name) in known and address and row.port is not None:
                    yield address, (row.proto or "TCP").lower(), row.port


def _unasked(node: str, source: Ip, address: Ip, proto: str, port: int) -> Unknown:
    what = tr(
        "whether its rules lead every service to its endpoints: {most} packets were put before the nodes, this is the next",
        most=_MOST,
    )
    command = f"podpath trace {ip_text(source)} {ip_text(address)} --proto {proto} --port {port}"
    return Unknown(node, what, command, _BLOCKS)


_BLOCKS: Final = (service_backend_foreign.CAUSE.name, service_backend_missing.CAUSE.name)
_FLAGS: Final = {"tcp": frozenset(("SYN",))}
