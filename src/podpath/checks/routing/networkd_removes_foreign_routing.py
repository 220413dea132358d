"""A rule without which no route is looked up is gone."""

from typing import Final

from podpath.checks.interface import Check, Need
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="networkd-removes-foreign-routing",
    severity=Severity.ERROR,
    title="The rule that looks up the main or local routing table is gone",
    explain="""Which routing table the kernel asks is decided by rules. Three are there from the start: 0 asks the table local (the
node's own addresses), 32766 asks main (all ordinary routes), 32767 asks default. Without the rule for main no route is
found, and without the one for local the node does not know its own addresses.

It happens when systemd-networkd restarts (`netplan apply`, an update, a lost carrier): by default it removes rules and
routes that it did not make itself. Rules and routes of a CNI go the same way, so look for those as well.

Look: `ip rule show`, `ip -6 rule show`; `networkctl --no-pager status`; `grep -ri foreign /etc/systemd/networkd.conf*`.""",
    summary=("no rule asks the routing table {missing} for IPv{family}{where}",),
    why="{effect}",
    fix=(
        "on {node}: {run}ip {six}rule add pref {pref} lookup {missing}",
        "to keep it: ManageForeignRoutingPolicyRules=no and ManageForeignRoutes=no in a file of /etc/systemd/networkd.conf.d",
        "restart the CNI's agent, whose rules and routes may be gone, too",
    ),
    sql="""
    WITH shown AS (
        SELECT r.ns, r.family, min(r.rowid) AS row_rule, seen_of(r.ns, 'rule', r.family) AS seen,
               -- wg-quick adds one that skips the default route: that is not the ordinary one.
               bool_or(r.action = 'lookup' AND r."table" IN ('main', '254') AND r.suppress_prefixlength IS NULL) AS main,
               bool_or(r.action = 'lookup' AND r."table" IN ('local', '255')) AS "local"
        FROM rule r GROUP BY r.ns, r.family
    )
    SELECT ns, family, missing, row_rule, CASE family WHEN 6 THEN '-6 ' ELSE '' END AS six, CASE missing WHEN 'main' THEN 32766 ELSE 0 END AS pref,
           CASE seen WHEN 2 THEN 'proven' ELSE 'likely' END AS confidence, CASE seen WHEN 2 THEN 'error' ELSE 'warning' END AS severity,
           CASE missing WHEN 'main' THEN 'No ordinary route is found: nothing leaves this node, or only what other rules let out.'
                ELSE 'The node does not know its own addresses: it takes no packet that is sent to it.' END AS effect
    FROM (SELECT *, 'main' AS missing FROM shown WHERE NOT main UNION ALL SELECT *, 'local' FROM shown WHERE NOT "local")
    WHERE seen IS NOT NULL
    """,
    needs=(Need("rule", "ip rule show", family=4),),
    applies="SELECT ns FROM router",
)
