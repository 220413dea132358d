"""A packet for each service is put before each host.

What is found say `tests/checks/cases/services`, and `tests/real` with real proxies.
"""

from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple, cast

import pytest

from podpath.checks.engine import asked_services
from podpath.checks.engine.asked_services import AskedServices
from podpath.snapshot.store import Store
from podpath.state.address import Ip, parse_ip
from podpath.state.kube import Endpoint, Service
from podpath.walk.cluster import Cluster
from podpath.walk.packet import Packet

if TYPE_CHECKING:
    from podpath.walk.walker import Walker

_POD, _POD6 = parse_ip("10.244.1.10"), parse_ip("fd00:244::10")


def _asked(
    monkeypatch: pytest.MonkeyPatch, *rows: NamedTuple, rules: tuple[tuple[str, str, int], ...], source: Ip = _POD
) -> list[Packet]:  # fmt: skip
    """Return the packets that are put before a host."""
    sent: list[Packet] = []

    def passed(*arguments: object, into: str) -> tuple[()]:
        assert into == "cni0"
        sent.extend(one for one in arguments if isinstance(one, Packet))
        return ()

    monkeypatch.setattr(asked_services, "pass_hook", passed)
    with Store() as store:
        host = store.netns(store.node("n1"))
        store.add(host, 0, ((0, row) for row in rows))
        store.flush()
        store.raw("CREATE TEMP TABLE service_rule (ns BIGINT, ip UHUGEINT, proto VARCHAR, port BIGINT)")
        for address, proto, port in rules:
            store.raw("INSERT INTO service_rule VALUES (?, ?::UHUGEINT, ?, ?)", [host, str(int(parse_ip(address))), proto, port])
        AskedServices(cast("Walker", SimpleNamespace(cluster=Cluster(store), follow=lambda _: ()))).ask(host, "cni0", source)
    return sent


def _service(name: str, address: str, proto: str = "TCP", port: int = 80, second: str | None = None) -> Service:
    second_ip = parse_ip(second) if second else None
    return Service("shop", name, "ClusterIP", parse_ip(address), proto=proto, port=port, second_ip=second_ip)


def _end(service: str) -> Endpoint:
    return Endpoint("shop", service, f"{service}-1", _POD, port=8080, ready=True)


def test_each_service_with_endpoints_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the host has a rule for it, however often its object was shown."""
    web, dns = _service("web", "10.96.0.20"), _service("dns", "10.96.0.53", "UDP", 53)
    others = (_service("idle", "10.96.0.9"), _service("unruly", "10.96.0.10"))
    rules = (("10.96.0.20", "tcp", 80), ("10.96.0.53", "udp", 53), ("10.96.0.9", "tcp", 80))
    sent = _asked(monkeypatch, web, web, dns, *others, _end("web"), _end("dns"), _end("unruly"), rules=rules)
    assert [(one.proto, one.dst, one.dport) for one in sent] == [
        ("tcp", parse_ip("10.96.0.20"), 80), ("udp", parse_ip("10.96.0.53"), 53),
    ]  # fmt: skip


def test_a_service_of_two_families_is_asked_for_in_that_of_the_pod(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one takes a pod with such an address."""
    both = _service("web", "10.96.0.20", second="fd00:96::20")
    rules = (("10.96.0.20", "tcp", 80), ("fd00:96::20", "tcp", 80))
    assert [one.dst for one in _asked(monkeypatch, both, _end("web"), rules=rules)] == [parse_ip("10.96.0.20")]
    assert [one.dst for one in _asked(monkeypatch, both, _end("web"), rules=rules, source=_POD6)] == [parse_ip("fd00:96::20")]


def test_services_that_are_not_asked_for_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that asks for the next one."""
    monkeypatch.setattr(asked_services, "_MOST", 1)
    monkeypatch.setattr(asked_services, "pass_hook", lambda *_, **__: ())
    with Store() as store:
        host = store.netns(store.node("n1"))
        rows = (_service("web", "10.96.0.20"), _service("db", "10.96.0.21"), _end("web"), _end("db"))
        store.add(host, 0, ((0, row) for row in rows))
        store.flush()
        store.raw("CREATE TEMP TABLE service_rule AS SELECT ns, cluster_ip AS ip, 'tcp' AS proto, port FROM service")
        services = AskedServices(cast("Walker", SimpleNamespace(cluster=Cluster(store), follow=lambda _: ())))
        services.ask(host, "cni0", _POD)
    (unknown,) = services.unknowns
    assert (unknown.node, unknown.command) == ("n1", "podpath trace 10.244.1.10 10.96.0.21 --proto tcp --port 80")
