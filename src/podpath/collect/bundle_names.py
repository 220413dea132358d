"""Names of files whose command is run together, as the collectors of Rancher (RKE, RKE2, k3s) and Harvester write them."""

from typing import Final

FOLDERS: Final = frozenset(("networking", "systeminfo"))
"""Folders that a collector makes in the folder of a node."""
_DOCKER: Final = {"dockerpsa": "docker ps -a", "dockerinfo": "docker info"}
COMMANDS: Final = {
    "iptablessave": "iptables-save", "ip6tablessave": "ip6tables-save", "nft_ruleset": "nft list ruleset",
    "ipaddrshow": "ip addr show", "iproute": "ip route show", "ipneighbour": "ip neighbour", "iprule": "ip rule show",
    "iplinkshow": "ip -s link show", "ipv6route": "ip -6 route show", "ipv6neighbour": "ip -6 neighbour",
    "ipv6rule": "ip -6 rule show", "ipv6addrshow": "ip -6 addr show", "sstunlp4": "ss -tunlp4", "sstunlp6": "ss -tunlp6",
    "ssanp": "ss -anp", "ipvsadm": "ipvsadm -ln", "ifconfiga": "ifconfig -a", "sysctla": "sysctl -a",
    "etcresolvconf": "cat /etc/resolv.conf", **_DOCKER,
}  # fmt: skip
"""Command of each file, by its name; of routes the table main alone, because older collectors asked for no more."""
