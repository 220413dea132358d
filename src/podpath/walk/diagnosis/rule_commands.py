"""Commands that change rules, for a person to type."""

from typing import Final

from podpath.language import tr
from podpath.state.fix import Fix, do
from podpath.walk.netfilter import RuleHit
from podpath.walk.netfilter.xtables.words import split

FRAMES: Final = frozenset(("bridge", "arp"))
"""Families of rules that meet frames."""


def tool_of(hit: RuleHit) -> str:
    """Return the program that changes the table of a rule."""
    if hit.family in FRAMES:
        return hit.back_end
    tool = "iptables" if hit.family == "ip" else "ip6tables"
    return f"{tool}-legacy" if hit.back_end == "legacy" else tool


def restart_of(label: str, node: str) -> Fix:
    """Return the command that restarts the pods with a label on a node: their controller makes them again."""
    return do("kubectl", "delete", "pod", "-A", "-l", label, "--field-selector", f"spec.nodeName={node}")


def kube_proxy_again(node: str) -> Fix:
    """Return the command that restarts kube-proxy on a node, which then writes its rules again."""
    return restart_of("k8s-app=kube-proxy", node)._replace(words=tr("restart kube-proxy there"))


def chain_of(hit: RuleHit) -> tuple[str, ...]:
    """Return family, table and chain of a rule, as nft(8) wants them."""
    return hit.family, hit.table, hit.chain


def on_chain(hit: RuleHit, action: str, *words: str) -> Fix:
    """Return a command of iptables, ebtables or arptables on the chain of a rule.

    Args:
        hit: the rule.
        action: ``-D``, ``-I``, ``-R``, ``-P``.
        words: what follows the chain.
    """
    return do(tool_of(hit), "-t", hit.table, action, hit.chain, *words)


def removal(hit: RuleHit) -> Fix:
    """Return the command that takes a rule away: by its text, since numbers change."""
    if hit.back_end != "nft":
        return on_chain(hit, "-D", *body(hit))
    if hit.handle is None:
        return _handles(hit)
    return do("nft", "delete", "rule", *chain_of(hit), "handle", str(hit.handle))


def _handles(hit: RuleHit) -> Fix:
    return do(
        "nft", "-a", "list", "chain", *chain_of(hit), words=tr("see first,"), note=tr("gives the handles to insert and delete by")
    )


def moved(hit: RuleHit, before: RuleHit) -> tuple[Fix, ...]:
    """Return the commands that put a rule before an earlier one of its chain, to be typed one after the other."""
    if hit.back_end != "nft":
        return removal(hit), on_chain(hit, "-I", str(before.number), *body(hit))
    if hit.handle is None or before.handle is None:
        return (_handles(hit),)
    return removal(hit), do("nft", "insert", "rule", *chain_of(hit), "handle", str(before.handle), hit.text)


def accepted_before(hit: RuleHit, src: str, dst: str) -> Fix:
    """Return the command that accepts packets before the chain of a rule looks at them.

    Args:
        hit: the rule.
        src: network of their sources.
        dst: network of their destinations.
    """
    if hit.back_end != "nft":
        return on_chain(hit, "-I", "-s", src, "-d", dst, "-j", "ACCEPT")
    family = "ip6" if ":" in src else "ip"
    return do("nft", "insert", "rule", *chain_of(hit), family, "saddr", src, family, "daddr", dst, "accept")


def body(hit: RuleHit) -> list[str]:
    """Return the words of a rule after its chain."""
    return split(hit.text)[2:]
