"""A rule without which no route is looked up is gone."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="networkd-removes-foreign-routing",
    title="The rule that looks up the main or local routing table is gone",
    explain="""Routing rules select the routing table. Three exist from the start: 0 looks up the table local (the node's own
addresses), 32766 main (all ordinary routes), 32767 default. Without the rule for main, the kernel finds no
route; without the rule for local, the node does not know its own addresses.

It happens when systemd-networkd restarts (`netplan apply`, an update, a lost carrier): by default it removes rules
and routes that it did not create itself. It also removes those of a CNI, so check them as well.

Check: `ip rule show`, `ip -6 rule show`; `networkctl --no-pager status`; `grep -ri foreign /etc/systemd/networkd.conf*`.""",
    summary=("no rule looks up the routing table {missing} for IPv{family}{where}",),
    why="{effect}",
    fix=(
        line("ip {six} rule add pref {pref} lookup {missing}"),
        "to keep it: ManageForeignRoutingPolicyRules=no and ManageForeignRoutes=no in a file of /etc/systemd/networkd.conf.d",
        "restart the CNI's agent: its rules and routes may be gone, too",
    ),
    phrases={
        "effect": {
            "main": "The kernel finds no ordinary route: only packets that other rules match can leave this node.",
            "local": "The node does not know its own addresses: it accepts no packet for them.",
        },
    },
)
