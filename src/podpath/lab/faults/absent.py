"""Causes that are known, and that a lab does not show: by name, with the reason."""

from typing import Final

_NO_NAMES: Final = "nothing in a lab asks for names; see `podpath check`, which reads resolv.conf"
_STATE_OF_API: Final = "it is in what Kubernetes says of itself, not in the kernel"

ABSENT: Final = {
    "address-on-two-nodes": "duplicate-node-ip and ipvs-vip-equals-node-ip are its forms that do harm",
    "cni-ipam-exhausted": "pods that never start send nothing: it is in the plugin's files, not in the kernel",
    "conntrack-invalid-rst": "it shows only when a server sends a packet from outside its window, in a long transfer",
    "conntrack-table-full": "the limit is one for the whole machine, and a lab leaves the machine's own settings alone",
    "container-not-running": "a lab has namespaces, and no engine that would start programs in them",
    "container-nameserver-loopback": _NO_NAMES,
    "contradicting-evidence": "it is about outputs that were collected, not about a network",
    "counters-stand-out": "a sign of other faults, which move the counters",
    "dns-conntrack-race-5s": "a race: it comes by chance, and not when asked for",
    "dns-forward-loop": _NO_NAMES,
    "dns-search-domain-trap": _NO_NAMES,
    "docker-embedded-dns-broken": _NO_NAMES,
    "docker-icc-off": "it is what the network was made for: nothing is broken",
    "docker-network-isolation": "it is the engine's design: the lab `docker` shows it in health",
    "ipip-proto4-blocked": "no IPIP tunnel is built: kernels without the module could not show it",
    "iptables-tool-version-bug": "it needs the old tool that writes the rules wrongly",
    "ipv6-ra-lost": "no router announces itself in a lab, and everything in it is on the link",
    "ipvs-conn-reuse": "no service is served by IPVS: kernels without the module could not show it",
    "link-local-mismatch": "a sign of vtep-mac-mismatch: it harms nobody by itself",
    "mac-on-two-nodes": "the switch learns the MAC now here, now there: who suffers changes with every packet",
    "macvlan-blocked-by-vswitch": "no pod of a lab has a MAC of its own on the network of the nodes",
    "neighbour-table-overflow": "the table is one for the whole machine: filling it would break the machine's own network",
    "netfilter-drop": "any rule that no known program wrote: faults with names of their own show it",
    "nodes-disagree-on-vtep-mac": "a lab is captured whole, so that vtep-mac-mismatch says it, of the node that is wrong",
    "output-replaced": "it is about outputs that were collected, not about a network",
    "overlay-local-duplicate": "as wrong-underlay-interface, on two nodes",
    "podcidr-unassigned": _STATE_OF_API,
    "service-backend-stale": _STATE_OF_API,
    "snat-port-hits-nodeport": "it takes the chance that a source port is the number of a node port",
    "snat-port-race": "a race: it comes by chance, and not when asked for; snat-port-exhaustion moves the same counters",
    "stale-udp-conntrack": "only a client that keeps its source port sees it, and the matrix takes a new one each time",
    "swarm-wrong-address-or-ports": "as wrong-underlay-interface and tunnel-port-blocked, with Swarm's own numbers",
    "two-machines-under-one-name": "it is about outputs that were collected, not about a network",
    "vtep-address-mismatch": "a sign of a node that joined anew: by itself it harms nobody, as the MAC leads to the device",
    "vxlan-module-missing": "a lab with a VXLAN device needs the module itself",
    "wireguard-allowed-ips": "no WireGuard tunnel is built: kernels without the module could not show it",
}
