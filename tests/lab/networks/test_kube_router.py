"""The real kube-router: what is written for it; its rules are judged in tests/real."""

from podpath.lab.compose import compose
from podpath.lab.load import load
from podpath.lab.networks import control_plane


def test_it_makes_routes_and_rules_of_policies_but_no_services() -> None:
    """Those need IPVS; it starts when kube-proxy has written its rules, for it loads whole tables."""
    node = compose(load("kube-router")).node("n1")
    names = [command["argv"][0] for command in node.commands]
    words = next(command["argv"] for command in node.commands if command["argv"][0] == "real:kube-router")
    assert {"--run-router=true", "--run-firewall=true", "--run-service-proxy=false", "--hostname-override=n1"} <= set(words)
    assert names.index("real:kube-proxy") < names.index("real:kube-router")


def test_policies_are_objects_and_no_rules_of_the_lab() -> None:
    """In the form of the API."""
    topology = load("kube-router")
    made = {each["metadata"]["name"]: each for each in control_plane.objects(topology) if each["kind"] == "NetworkPolicy"}
    assert made["web-from-client"]["spec"] == {
        "podSelector": {"matchLabels": {"role": "web"}},
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [{"podSelector": {"matchLabels": {"role": "client"}}}],
                "ports": [{"protocol": "TCP", "port": 80}, {"protocol": "TCP", "port": 443}],
            }
        ],
    }
    assert "ports" not in made["db-from-web"]["spec"]["ingress"][0]
    assert all(not node.iptables for node in compose(topology).cluster_nodes)
