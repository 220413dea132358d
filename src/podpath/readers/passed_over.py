"""Commands whose output is known and holds no state that podpath uses: its lines are neither state, headings nor prompts.

Without them a line of their output may look like another command's (``ip monitor`` prints routes that are gone).
"""

# ruff: noqa: SIM905 - lists of words are read best as text

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.state.evidence import Coverage

_WHOLLY: Final = """
nmcli networkctl resolvectl systemd-resolve swanctl ipsec ovs-vsctl ovs-ofctl ovs-dpctl ovs-appctl cilium cilium-dbg hubble birdc
birdcl vtysh lsmod modinfo lsns lspci lscpu iperf3 netperf firewall-cmd ufw antctl kubeadm
""".split()
"""Programs all of whose output is passed over."""
_ENGINE: Final = "info version images stats events history"
_PARTLY: Final = {
    "ethtool": "-g -c -l -P -T",
    "docker": _ENGINE,
    "podman": _ENGINE,
    "nerdctl": _ENGINE,
    "crictl": "info version images stats statsp",
    "calicoctl": "node ipam version get",
    "kubectl": "describe explain api-resources version cluster-info top events rollout config",
    "ip": "monitor help vrf maddress maddr mroute tcp_metrics netconf token l2tp macsec mptcp",
    "bridge": "monitor mdb vni mst",
    "ss": "-s --summary",
    "systemctl": "status list-units cat is-active show",
    "cat": "/proc/net/fib_trie /etc/hosts /etc/os-release /proc/net/softnet_stat /proc/interrupts /proc/version",
}
"""Programs some of whose commands are: one of these words tells."""
_TELLING: Final = {program: frozenset(words.split()) for program, words in _PARTLY.items()}
_OBJECTS: Final = frozenset(
    """networkpolicy networkpolicies netpol namespaces namespace ns deployments deployment deploy daemonsets ds
    ingress""".split()
)
"""Objects of the Kubernetes API of which a table tells nothing; as YAML or JSON they may."""
_FORMS: Final = frozenset(("-o", "-oyaml", "-ojson", "-o=yaml", "-o=json", "--output"))


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept the commands that are listed; they cover no table."""
    program, rest = words[:1], frozenset(words[1:])
    if not program or (program[0] not in _WHOLLY and program[0] not in _TELLING):
        return None
    listed = program[0] == "kubectl" and "get" in rest and rest & _OBJECTS and not rest & _FORMS
    return () if program[0] in _WHOLLY or rest & _TELLING[program[0]] or listed else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield nothing."""
    del words, lines
    yield from ()


READER: Final = Reader(
    name="nmcli", accepts=accepts, read=read, whole=True, relays=True, fallback=True, also=(*_WHOLLY, *_PARTLY)
)
