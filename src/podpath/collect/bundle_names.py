"""Names of files that do not tell their command word by word: those of the collectors of Rancher, Harvester and Calico."""

from typing import Final

FOLDERS: Final = frozenset(("networking", "systeminfo"))
"""Folders that a collector makes in the folder of a node."""
_DOCKER: Final = {"dockerpsa": "docker ps -a", "dockerinfo": "docker info"}
_CALICO: Final = {
    "ipv4_route": "ip -4 route", "ipv6_route": "ip -6 route", "ipv4_addr": "ip -4 addr", "ipv6_addr": "ip -6 addr",
    "ipv4_tables": "iptables-save -c", "ipv6_tables": "ip6tables-save -c", "ipsets": "ipset list",
    "ip-route": "ip route show", "ip-route-v6": "ip -6 route show", "ip-rule": "ip rule", "nft-ruleset": "nft list ruleset",
}  # fmt: skip
"""``calicoctl node diags`` and ``calicoctl cluster diags``."""
COMMANDS: Final = {
    "iptablessave": "iptables-save", "ip6tablessave": "ip6tables-save", "nft_ruleset": "nft list ruleset",
    "ipaddrshow": "ip addr show", "iproute": "ip route show", "ipneighbour": "ip neighbour", "iprule": "ip rule show",
    "iplinkshow": "ip -s link show", "ipv6route": "ip -6 route show", "ipv6neighbour": "ip -6 neighbour",
    "ipv6rule": "ip -6 rule show", "ipv6addrshow": "ip -6 addr show", "sstunlp4": "ss -tunlp4", "sstunlp6": "ss -tunlp6",
    "ssanp": "ss -anp", "ipvsadm": "ipvsadm -ln", "ifconfiga": "ifconfig -a", "sysctla": "sysctl -a",
    "etcresolvconf": "cat /etc/resolv.conf", **_DOCKER, **_CALICO,
}  # fmt: skip
"""Command of each file, by its name; of routes the table main alone, because older collectors asked for no more."""
