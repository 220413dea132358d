"""Which namespace is which container's: names, process numbers and files brought together."""

from typing import Final

from podpath.snapshot.store import Store


def link_up(store: Store) -> None:
    """Give namespaces the names of the containers they belong to.

    A namespace entered by process number is the container's with that process. A file that is named
    after a container, and holds nothing of a host, is taken for that container's: believed, not
    proven, and said so in ``netns.inferred``.
    """
    run = store.connection.execute
    run(
        """
        UPDATE netns SET kind = 'container', name = found.name FROM (
            SELECT n.ns, c.name FROM netns n JOIN netns h USING (node)
            JOIN container c ON c.ns = h.ns AND c.pid::VARCHAR = n.name WHERE n.kind = 'pid'
        ) found WHERE found.ns = netns.ns
        """
    )
    run(
        """
        CREATE OR REPLACE TEMP TABLE inside AS
        SELECT n.ns, n.node AS alone, h.node AS host, named.name
        FROM node d JOIN netns n ON n.node = d.node AND n.kind = 'host'
        JOIN (SELECT ns, id, name FROM container UNION SELECT ns, container, name FROM veth_claim) named
          ON d.name = named.name OR starts_with(named.id, d.name) AND length(d.name) >= 12
          OR starts_with(named.id, d.hosts) AND length(d.hosts) >= 12
        JOIN netns h ON h.ns = named.ns AND h.node <> n.node
        WHERE d.address IS NULL
          AND NOT EXISTS (SELECT 1 FROM container c WHERE c.ns = n.ns)
          AND NOT EXISTS (SELECT 1 FROM bridge b WHERE b.ns = n.ns)
          AND NOT EXISTS (SELECT 1 FROM netns o WHERE o.node = n.node AND o.ns <> n.ns)
        """
    )
    run(
        """
        UPDATE netns SET kind = 'container', name = inside.name, node = inside.host,
               inferred = 'the text is named after this container' FROM inside WHERE inside.ns = netns.ns
        """
    )
    run("DELETE FROM node WHERE node IN (SELECT alone FROM inside)")
    if store.raw("SELECT 1 FROM kube_node UNION ALL SELECT 1 FROM pod LIMIT 1"):
        _name_nodes(store)
    if store.raw("SELECT 1 FROM pod LIMIT 1") and store.raw("SELECT 1 FROM netns WHERE kind = 'pod' LIMIT 1"):
        _of_nodes(store)


_NAMES: Final = """
    WITH named AS (
        SELECT name, internal_ip AS "address" FROM kube_node UNION SELECT node, NULL FROM pod WHERE node IS NOT NULL
    ), fitting AS (
        SELECT DISTINCT k.name, d.node, d.name AS was FROM named k JOIN node d ON d.name NOT IN (SELECT name FROM named)
        JOIN netns n ON n.node = d.node AND n.kind = 'host'
        WHERE list_has_any(string_split(d.hosts, ','), [k.name, split_part(k.name, '.', 1)])
           OR k."address" IN (SELECT a."address" FROM "address" a WHERE a.ns = n.ns UNION SELECT d."address")
    )
    SELECT name, any_value(node), any_value(was) FROM fitting
    WHERE name NOT IN (SELECT name FROM node) GROUP BY name HAVING count(*) = 1
"""
"""What the objects of a cluster call a node that the text calls otherwise: by its prompt, or by its address."""


def _name_nodes(store: Store) -> None:
    """Give nodes the names that the objects of their cluster have for them; they can be called by the others, too."""
    from podpath.snapshot.whose import MOST_PASTED

    ((others,),) = store.raw("SELECT count(*) FROM node WHERE name NOT IN (SELECT name FROM kube_node)")
    found = store.raw(_NAMES) if others <= MOST_PASTED else []
    for name, node, was in found:
        if sum(1 for other in found if other[1] == node) == 1:
            asked = "UPDATE node SET name = ?, hosts = concat_ws(',', nullif(hosts, ''), name) WHERE node = ?"
            store.connection.execute(asked, [name, node])
            store.connection.execute("UPDATE set_aside SET node = ? WHERE node = ?", [name, was])


def _of_nodes(store: Store) -> None:
    """Make the namespace of a pod that uses its node's network the node's own, unless the node has output of its own.

    The object says so, or the pod has its node's address (``kubectl exec calico-node-… -- ip route``).
    """
    run = store.connection.execute
    run(
        r"""
        CREATE OR REPLACE TEMP TABLE shared AS
        SELECT p.node AS name, min(n.ns) AS ns FROM netns n JOIN pod p ON n.name = p.namespace || '/' || p.name
        WHERE n.kind = 'pod' AND p.node IS NOT NULL AND coalesce(p.host_network,
              EXISTS (SELECT 1 FROM kube_node k WHERE k.name = p.node AND k.internal_ip = p."address")
              OR EXISTS (SELECT 1 FROM route r WHERE r.ns = n.ns AND r.prefsrc = p."address")
                 AND EXISTS (SELECT 1 FROM route r WHERE r.ns = n.ns
                             AND regexp_matches(r.dev, '^(cali[0-9a-f]{11}|cni[0-9]+|flannel\.[0-9]+)$')))
          AND NOT EXISTS (SELECT 1 FROM netns h JOIN node d USING (node) WHERE h.kind = 'host' AND d.name = p.node)
        GROUP BY p.node
        """
    )
    run(
        "INSERT INTO node (node, name) SELECT (SELECT max(node) FROM node) + row_number() OVER (ORDER BY name), name FROM shared"
        " WHERE name NOT IN (SELECT name FROM node)"
    )
    run(
        "UPDATE netns SET kind = 'host', name = NULL, node = d.node, inferred = 'this pod uses the network of its node'"
        " FROM shared s JOIN node d ON d.name = s.name WHERE s.ns = netns.ns"
    )
