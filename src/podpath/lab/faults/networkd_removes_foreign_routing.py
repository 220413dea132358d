"""systemd-networkd removed the policy rules that it did not write, including the one for the main table."""

from podpath.lab.faults.conditions import all_of, has_blocks, ipv4_alone
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import node_lost

FAULT = Fault(
    title="no policy rule selects the main table any more",
    inject=lambda scene: scene.do("ip rule del pref 32766"),
    undo=lambda scene, _: scene.do("ip rule add pref 32766 lookup main"),
    symptom=lambda scene: node_lost(scene, "ENETUNREACH"),
    suits=all_of(has_blocks, ipv4_alone),
    hint="`ip rule`: three lines are normal",
)
