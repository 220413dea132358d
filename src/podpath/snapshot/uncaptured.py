"""Nodes that a snapshot speaks of, and has not seen."""

from typing import Final, NamedTuple

from podpath.snapshot.store import Store
from podpath.state.address import Ip, ip_text

_FAILED: Final = """
    SELECT d.name, d.address, c.target FROM capture c JOIN netns n USING (ns) JOIN node d USING (node)
    WHERE c.problem IS NOT NULL ORDER BY d.name
"""
# Where tunnels lead, and what Kubernetes lists: addresses that no node with devices has.
_NAMED: Final = """
    WITH own AS (SELECT a.address FROM address a JOIN netns n USING (ns) WHERE n.kind = 'host'
                 UNION SELECT d.address FROM node d WHERE d.address IS NOT NULL AND EXISTS
                     (SELECT 1 FROM netns n JOIN link l USING (ns) WHERE n.node = d.node)),
    told AS (SELECT name, internal_ip AS address FROM kube_node WHERE internal_ip IS NOT NULL
             UNION ALL SELECT NULL, dst FROM fdb WHERE dst IS NOT NULL AND dst <> 281470681743360)
    SELECT any_value(name), address FROM told WHERE address NOT IN (SELECT address FROM own) GROUP BY address ORDER BY address
"""


class Uncaptured(NamedTuple):
    """A node that was not captured, or not whole.

    Attributes:
        name: what it is called; its address where no name is known.
        target: what reaches it.
    """

    name: str
    target: str


def uncaptured(store: Store) -> list[Uncaptured]:
    """Return the nodes whose capture failed, and those that tunnels lead to or Kubernetes lists and that were not captured."""
    store.flush()
    failed = [(name, address, target) for name, address, target in store.raw(_FAILED) if target]
    known = {address for _, address, _ in failed if address is not None}
    named = [(name or ip_text(Ip(address)), ip_text(Ip(address))) for name, address in store.raw(_NAMED) if address not in known]
    found = {target: Uncaptured(name, target) for name, target in [*((name, target) for name, _, target in failed), *named]}
    return list(found.values())
