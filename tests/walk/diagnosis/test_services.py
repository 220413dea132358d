"""Services by the API's objects: whom a name means, and rules that are not what the objects say."""

import json
from typing import Any

import pytest

from podpath.report.steps import sentence
from podpath.state.trace import Trace, Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import EndpointError, endpoint
from podpath.walk.trace import Ask, Tracer
from tests.walk.pasted import node, trace, world

LISTENING = "# ss -tlnp\nState Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0 128 0.0.0.0:8080 0.0.0.0:*\n"
NAT = """# iptables-save -c
*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-WEB - [0:0]
[5:300] -A PREROUTING -j KUBE-SERVICES
[5:300] -A OUTPUT -j KUBE-SERVICES
[5:300] -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-WEB
{}
COMMIT
*filter
:OUTPUT ACCEPT [0:0]
{}
COMMIT
"""
CHOICE = "[1:60] -A KUBE-SVC-WEB -m statistic --mode random --probability 0.50000000000 -j DNAT --to-destination {}"


def rules(*targets: str, rejects: bool = False) -> str:
    """Return the rules of a node that lead to some endpoints, the last one without a choice."""
    lines = [CHOICE.format(target) for target in targets[:-1]]
    lines += [f"[1:60] -A KUBE-SVC-WEB -p tcp -j DNAT --to-destination {targets[-1]}"] if targets else []
    refusal = (
        '-A OUTPUT -d 10.96.0.10/32 -p tcp -m comment --comment "shop/web:http has no endpoints" -j REJECT' if rejects else ""
    )
    return NAT.format("\n".join(lines), refusal)


def service(name: str = "web", namespace: str = "shop", **spec: object) -> dict[str, Any]:
    """Return a Service."""
    body = {"type": "ClusterIP", "clusterIP": "10.96.0.10", "ports": [{"name": "http", "port": 80, "targetPort": 8080}], **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace}, "spec": body}


def slices(*ends: dict[str, Any], namespace: str = "shop", name: str = "web") -> dict[str, Any]:
    """Return an EndpointSlice."""
    return {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {"name": f"{name}-abc", "namespace": namespace, "labels": {"kubernetes.io/service-name": name}},
        "endpoints": list(ends), "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
    }  # fmt: skip


def end(address: str, *, ready: bool = True, terminating: bool = False, on: str = "n1") -> dict[str, Any]:
    """Return an endpoint."""
    return {"addresses": [address], "nodeName": on, "conditions": {"ready": ready, "terminating": terminating}}


def cluster(nat: str, *objects: dict[str, Any]) -> Cluster:
    """Return two nodes with rules on the first, and what the API says."""
    listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}, indent=1)
    gateway = "default via 192.168.0.254 dev eth0"
    said = f"# kubectl get services,endpointslices,pods -A -o json\n{listed}\n"
    return world({"n1": node(1, nat, said, routes=gateway), "n2": node(2, LISTENING)})


def checks(told: Trace) -> list[tuple[str, str]]:
    """Return what is wrong beside the cause."""
    return [(found.check, found.summary) for found in told.findings]


def test_a_service_is_asked_at_its_address() -> None:
    """By name with or without its namespace, in each form; the port by number, by name, or the only one."""
    shown = cluster(rules("192.168.0.2:8080"), service(), slices(end("192.168.0.2")))
    for word in ("svc/web", "svc/shop/web", "shop/svc/web", "service/web:80", "svc/web:http"):
        found = endpoint(shown, word)
        assert (found.name, found.port, found.proto) == ("svc/shop/web:80", 80, "tcp"), word
    found = endpoint(shown, "svc/web")
    told = trace(shown, "n1", "svc/web", proto=found.proto, port=found.port)
    assert (told.verdict, told.findings) == (Verdict.DELIVERED, ())
    assert any(
        "destination 10.96.0.10 becomes 192.168.0.2" in sentence(step.facts) and step.evidence
        for step in told.forward.worst.steps
    )


def test_what_a_name_cannot_mean_is_said() -> None:
    """The message lists what could be meant."""
    two = [{"name": "http", "port": 80}, {"name": "https", "port": 443}]
    shown = cluster(
        rules("192.168.0.2:8080"), service(), service(namespace="test", clusterIP="10.96.0.11"), service("two", ports=two),
        service("alias", type="ExternalName", externalName="db.example"),
    )  # fmt: skip
    for word, said in (
        ("svc/web", "svc/shop/web, svc/test/web"),
        ("svc/wbe", 'no service is called "svc/wbe"; there are svc/shop/web'),
        ("svc/shop/web:443", "it has 80/tcp (http)"),
        ("svc/two", "could be 80/tcp (http), 443/tcp (https): add one"),
        ("svc/alias", "ExternalName"),
        ("svc/other/web", "no service is called"),
    ):
        with pytest.raises(EndpointError, match="svc/") as raised:
            endpoint(shown, word)
        assert said in str(raised.value)


@pytest.mark.parametrize(
    ("command", "shown", "known"),
    [
        ("kubectl -n shop get endpointslice web-abc -o json", slices(end("192.168.0.2")), False),
        ("kubectl -n shop get endpointslice -l kubernetes.io/service-name=web -o json", slices(end("192.168.0.2")), False),
        ("kubectl -n shop get endpointslice -o json", slices(end("192.168.0.2")), True),
        ("kubectl -n shop get endpoints web -o json", {
            "apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "web", "namespace": "shop"},
            "subsets": [{"addresses": [{"ip": "192.168.0.2"}], "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}]}],
        }, True),
    ],
    ids=["one slice", "chosen slices", "all slices", "the object of all"],
)  # fmt: skip
def test_one_slice_of_a_service_does_not_show_all_its_endpoints(command: str, shown: dict[str, Any], *, known: bool) -> None:
    """Rules that lead elsewhere are wrong only where all endpoints were shown."""
    listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": [shown]} if command.endswith("slice -o json") else shown)
    said = f"# kubectl get services -A -o json\n{json.dumps(service())}\n# {command}\n{listed}\n"
    found = world({"n1": node(1, rules("192.168.0.77:8080"), said, routes="default via 192.168.0.254 dev eth0")})
    told = trace(found, "n1", "svc/web", proto="tcp", port=80)
    named = {found.check for found in (*told.findings, *((told.cause,) if told.cause is not None else ()))}
    assert ("kube-proxy-stale-rules" in named) is known, named


def test_without_objects_the_command_is_told() -> None:
    """A snapshot of rules alone knows no names."""
    with pytest.raises(EndpointError, match="kubectl get services,endpointslices"):
        endpoint(world({"n1": node(1)}), "svc/web")


def test_what_rules_lack_is_told_with_its_age() -> None:
    """Of the pods behind them the youngest: what is a second old may only be late."""
    pods = [
        {"apiVersion": "v1", "kind": "Pod", "spec": {}, "status": {"podIP": address},
         "metadata": {"namespace": "shop", "name": name, "creationTimestamp": made}}
        for name, address, made in (("a", "192.168.0.7", "2026-01-02T03:04:05Z"), ("b", "192.168.0.8", "2026-01-01T00:00:00Z"))
    ]  # fmt: skip
    ends = [end(address) for address in ("192.168.0.2", "192.168.0.7", "192.168.0.8")]
    told = trace(cluster(rules("192.168.0.2:8080"), service(), slices(*ends), *pods), "n1", "10.96.0.10", proto="tcp", port=80)
    (finding,) = told.findings
    assert finding.check == "service-backend-missing"
    assert finding.why.endswith("The youngest of these pods is there since 2026-01-02 03:04 UTC.")


@pytest.mark.parametrize(
    ("nat", "ends", "found"),
    [
        (rules("192.168.0.2:8080", "192.168.0.9:8080"), [end("192.168.0.2")], ["kube-proxy-stale-rules"]),
        (rules("192.168.0.2:8080"), [end("192.168.0.2"), end("192.168.0.7")], ["service-backend-missing"]),
        (rules("192.168.0.2:8080", "192.168.0.8:8080"), [end("192.168.0.2")], ["service-backend-foreign"]),
        (
            rules("192.168.0.2:8080", "192.168.0.7:8080"), [end("192.168.0.2"), end("192.168.0.7", ready=False)],
            ["kube-proxy-stale-rules"],
        ),
        (rules("192.168.0.2:8081"), [end("192.168.0.2")], ["kube-proxy-stale-rules", "service-backend-missing"]),
        # Endpoints that end serve as long as there is no other, and need not be in the rules.
        (rules("192.168.0.2:8080"), [end("192.168.0.2", ready=False, terminating=True)], []),
        (rules("192.168.0.2:8080"), [end("192.168.0.2"), end("192.168.0.7", ready=False, terminating=True)], []),
        (rules(rejects=True), [end("192.168.0.2")], ["service-backend-missing"]),
        (rules(rejects=True), [], []),
        (rules(rejects=True), [end("192.168.0.2", ready=False)], []),
    ],
)  # fmt: skip
def test_rules_are_compared_with_objects(nat: str, ends: list[dict[str, Any]], found: list[str]) -> None:
    """Stale, missing and foreign backends are named, and what the objects allow is not."""
    pod = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "db-0", "namespace": "shop"}, "spec": {"nodeName": "n2"},
        "status": {"podIP": "192.168.0.8", "phase": "Running"},
    }  # fmt: skip
    told = trace(cluster(nat, service(), slices(*ends), pod), "n1", "svc/web", proto="tcp", port=80)
    # The cause may be one of them: it is not told twice.
    named = [check for check, _ in checks(told)] + (
        [told.cause.check] if told.cause is not None and told.cause.check in found else []
    )
    assert sorted(named) == sorted(found), (told.cause, told.findings)
    assert all("shop/web" in summary for _, summary in checks(told))


def test_local_policy_is_about_the_node_itself() -> None:
    """Under internalTrafficPolicy Local endpoints of other nodes are not in the rules, and are not missed."""
    ends = slices(end("192.168.0.2", on="n2"), end("192.168.0.1", on="n1"))
    shown = cluster(rules("192.168.0.1:8080"), service(internalTrafficPolicy="Local"), ends)
    assert trace(shown, "n1", "svc/web", proto="tcp", port=80).findings == ()
    shown = cluster(rules("192.168.0.1:8080"), service(), ends)
    assert [check for check, _ in checks(trace(shown, "n1", "svc/web", proto="tcp", port=80))] == ["service-backend-missing"]


def test_ports_of_nodes_and_addresses_from_outside_are_services_too() -> None:
    """Whoever asks by address hears the same of the service behind it."""
    nat = rules("192.168.0.9:8080").replace("10.96.0.10/32", "192.0.2.7/32")
    shown = cluster(nat, service(externalIPs=["192.0.2.7"]), slices(end("192.168.0.2")))
    told = trace(shown, "n1", "192.0.2.7", proto="tcp", port=80)
    assert "service-backend-missing" in [check for check, _ in checks(told)]
    nat = rules("192.168.0.9:8080").replace("-d 10.96.0.10/32", "-d 192.168.0.1/32").replace("--dport 80", "--dport 30080")
    ports = [{"name": "http", "port": 80, "nodePort": 30080}]
    shown = cluster(nat, service(type="NodePort", ports=ports), slices(end("192.168.0.2")))
    told = trace(shown, "n1", "192.168.0.1", proto="tcp", port=30080)
    assert "service-backend-missing" in [check for check, _ in checks(told)]


def test_objects_that_were_not_seen_whole_say_nothing_by_silence() -> None:
    """Without slices nobody knows what the rules should be."""
    shown = cluster(rules("192.168.0.9:8080"), service())
    shown.store.connection.execute("DELETE FROM coverage WHERE \"table\" = 'endpoint'")
    assert trace(shown, "n1", "svc/web", proto="tcp", port=80).findings == ()


@pytest.mark.parametrize(
    ("drops", "ranges", "said"),
    [
        ("", ["192.168.0.0/30"], ""),
        ("", ["10.0.0.0/8"], "let pass 192.168.0.1"),
        ("! -s 10.0.0.0/8", ["10.0.0.0/8"], ""),
        ("! -s 10.0.0.0/8", ["10.0.0.0/8", "192.168.0.1/32"], "stop 192.168.0.1"),
        ("! -s 10.0.0.0/8", [], ""),
    ],
)
def test_sources_of_load_balancers_are_compared_with_the_object(drops: str, ranges: list[str], said: str) -> None:
    """Rules that let pass whom loadBalancerSourceRanges do not name, or stop whom they do."""
    nat = rules("192.168.0.2:8080").replace("10.96.0.10/32", "192.0.2.7/32")
    if drops:
        firewall = f"-A KUBE-PROXY-FIREWALL {drops} -d 192.0.2.7/32 -p tcp -j DROP"
        nat = nat.replace(":OUTPUT ACCEPT [0:0]\n\nCOMMIT", ":OUTPUT ACCEPT [0:0]\nCOMMIT")
        jump = "-A OUTPUT -m conntrack --ctstate NEW -j KUBE-PROXY-FIREWALL"
        mangle = f"*mangle\n:OUTPUT ACCEPT [0:0]\n:KUBE-PROXY-FIREWALL - [0:0]\n{jump}\n{firewall}\nCOMMIT\n"
        nat = nat.replace("*nat\n", f"{mangle}*nat\n", 1)
    shown = cluster(
        nat, service(type="LoadBalancer", externalIPs=["192.0.2.7"], loadBalancerSourceRanges=ranges), slices(end("192.168.0.2"))
    )
    told = trace(shown, "n1", "192.0.2.7", proto="tcp", port=80)
    named = [summary for check, summary in checks(told) if check == "kube-proxy-stale-rules" and "SourceRanges" in summary]
    assert (bool(named), said in " ".join(named)) == (bool(said), True), (told.verdict, told.cause, told.findings)


def test_a_service_of_two_families_is_asked_in_the_one_that_was_wanted() -> None:
    """By its second address, which has its own rules and endpoints."""
    two = service(clusterIPs=["10.96.0.10", "fd00:96::10"], ipFamilies=["IPv4", "IPv6"])
    shown = cluster(rules("192.168.0.2:8080"), two, slices(end("192.168.0.2")))
    found = endpoint(shown, "svc/web")
    assert found.second is not None
    for family, address in ((None, "10.96.0.10"), (4, "10.96.0.10"), (6, "fd00:96::10")):
        told = Tracer(shown).trace(Ask(source=endpoint(shown, "n1"), destination=found, family=family, proto="tcp", port=80))
        assert told.flow.destination == address, told
        assert all("fd00" not in summary for _, summary in checks(told)) or family == 6
