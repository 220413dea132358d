"""Faults that are known, and that a lab does not show: by name, with the reason."""

from typing import Final

from podpath.causes.registry import causes

_STATE_OF_API: Final = "it is in what Kubernetes says of itself, not in the kernel"

_NAMELESS: Final = {
    "cni-ipam-exhausted": "pods that never start send nothing: it is in the plugin's files, not in the kernel",
    "dns-search-domain-trap": "nothing in a lab asks for names; see `podpath check`, which reads resolv.conf",
    "ipip-proto4-blocked": "no IPIP tunnel is built: kernels without the module could not show it",
    "ipvs-conn-reuse": "no service is served by IPVS: kernels without the module could not show it",
    "macvlan-blocked-by-vswitch": "no pod of a lab has a MAC of its own on the network of the nodes",
    "podcidr-unassigned": _STATE_OF_API,
    "snat-port-hits-nodeport": "it takes the chance that a source port is the number of a node port",
    "swarm-wrong-address-or-ports": "as wrong-underlay-interface and tunnel-port-blocked, with Swarm's own numbers",
    "vxlan-module-missing": "a lab with a VXLAN device needs the module itself",
}
"""Those that no cause has the name of."""


def absent() -> dict[str, str]:
    """Return the reason for each fault that a lab does not show; a cause tells its own (:attr:`Cause.no_lab`)."""
    return _NAMELESS | {name: cause.no_lab for name, cause in causes().items() if cause.no_lab}
