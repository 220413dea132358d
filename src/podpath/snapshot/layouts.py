"""Layouts of earlier versions, and how their rows become today's: a snapshot stays readable.

A version that adds tables or columns is one more entry of ``_ADDED``; columns are never renamed, and never get another meaning.
"""

from functools import cache
from typing import Final

from podpath.snapshot.schema import FRAME, ROWS, VERSION, columns

OLDEST: Final = 2
"""The oldest layout that is read. Version 1 was never released."""

# What a version added: whole tables, or columns, each with what stands there in rows of an older one ({at} is the database).
_NEW: Final[dict[int, frozenset[str]]] = {
    3: frozenset(("set_aside",)),
    4: frozenset(("route_exception", "sighting", "route_answer")),
    5: frozenset(
        (
            "kube_namespace",
            "pod_port",
            "network_policy",
            "policy_rule",
            "kernel_message",
            "flannel_lease",
            "agent_message",
            "bgp_peer",
            "tun",
            "workload",
            "unpublished_port",
            "service_account",
            "calico_policy",
            "calico_rule",
            "calico_tier",
            "calico_set",
            "calico_host_endpoint",
        )
    ),
}
_ADDED: Final[dict[int, dict[str, dict[str, str]]]] = {
    3: {
        # A capture knows its places; of texts the headings and files said them.
        "source": {
            "place": "CASE WHEN (SELECT any_value(n.inode) FROM {at}.main.netns n WHERE n.ns = o.ns) IS NOT NULL"
            " THEN 'sure' ELSE 'stated' END"
        },
        # Version 2 said in the sentence alone what was missing, always in these words.
        "missing": {
            "table": "CASE WHEN o.what LIKE 'containers of %' THEN 'container' WHEN o.what LIKE 'network devices%' THEN 'link'"
            " WHEN o.what LIKE '%network namespace of%' OR o.what LIKE 'all that is inside%' THEN 'netns'"
            " WHEN o.what LIKE 'rules of the old ebtables%' THEN 'ruleset' END",
            "part": "CASE WHEN o.what LIKE 'rules of the old ebtables%' THEN 'ebtables' END",
        },
    },
    4: {
        "container": {"exit_code": "NULL", "restarts": "NULL", "restart_policy": "NULL"},
        "vxlan": {"df": "NULL"},
        "tunnel": {"df": "NULL"},
        "rule": {"tos": "NULL", "dscp": "NULL"},
    },
    5: {
        "pod": dict.fromkeys(("second_ip", "owner_kind", "owner", "hostname", "subdomain", "account", "created"), "NULL"),
        "endpoint": {"hostname": "NULL", "hints": "NULL"},
        "service": {"created": "NULL"},
        "link": {"peer_netns_name": "NULL"},
        "socket": {"transparent": "NULL"},
    },
}


@cache
def shapes(version: int) -> dict[str, list[tuple[str, str]]]:
    """Return the tables of a layout, each with its columns and their SQL types in order."""
    newer = [number for number in _ADDED | _NEW if number > version]
    gone = {table for number in newer for table in _NEW.get(number, ())}
    left = {(table, name) for number in newer for table, added in _ADDED.get(number, {}).items() for name in added}
    return {
        table: [(column.name, column.sql) for column in columns(table) if (table, column.name) not in left]
        for table in (*FRAME, *ROWS)
        if table not in gone
    }


def selected(table: str, version: int, at: str) -> str | None:
    """Return what to select from a table of an older layout, called ``o``, for today's columns in order, or None if it has none.

    Args:
        table: the table.
        version: the layout.
        at: name of the database.
    """
    known = shapes(version).get(table)
    if known is None:
        return None
    names = {name for name, _ in known}
    added: dict[str, str] = {}
    for number in sorted(_ADDED, reverse=True):
        if number > version:
            added.update(_ADDED[number].get(table, {}))
    return ", ".join(
        f'o."{column.name}"' if column.name in names else f'{added[column.name].format(at=at)} AS "{column.name}"'
        for column in columns(table)
    )


def is_today(version: int) -> bool:
    """Say whether a layout is the one that is written now."""
    return version == VERSION
