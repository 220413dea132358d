"""Commands that change rules, for a person to type."""

import shlex
from shlex import quote
from typing import Final

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


def restart_of(label: str, node: str) -> str:
    """Return the command that restarts the pods with a label on a node: their controller makes them again."""
    return f"kubectl delete pod -A -l {label} --field-selector spec.nodeName={quote(node)}"


def chain_of(hit: RuleHit) -> str:
    """Return family, table and chain of a rule, as nft(8) wants them and as a shell must be given them."""
    return shlex.join((hit.family, hit.table, hit.chain))


def removal(hit: RuleHit) -> list[str]:
    """Return the command that takes a rule away: by its text, since numbers change."""
    if hit.back_end == "nft":
        known = hit.handle is not None
        return [f"nft delete rule {chain_of(hit)} handle {hit.handle}" if known else f"nft -a list chain {chain_of(hit)}"]
    return [f"{tool_of(hit)} -t {quote(hit.table)} -D {quote(hit.chain)} {typed(hit)}"]


def moved(hit: RuleHit, before: RuleHit) -> list[str]:
    """Return the commands that put a rule before an earlier one of its chain, to be typed one after the other."""
    if hit.back_end == "nft":
        if hit.handle is None or before.handle is None:
            return [f"nft -a list chain {chain_of(hit)}   (gives the handles to insert and delete by)"]
        return [*removal(hit), f"nft insert rule {chain_of(hit)} handle {before.handle} {quote(hit.text)}"]
    return [*removal(hit), f"{tool_of(hit)} -t {quote(hit.table)} -I {quote(hit.chain)} {before.number} {typed(hit)}"]


def typed(hit: RuleHit) -> str:
    """Return the words of a rule after its chain, as a shell must be given them: a comment may hold anything."""
    return shlex.join(split(hit.text)[2:])
