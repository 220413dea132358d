"""One hook: what the rules of a namespace do to a packet."""

from podpath.walk.netfilter.interface import Context, Doubt, Hook, Outcome, Verdict
from podpath.walk.netfilter.ruleset import Ruleset
from podpath.walk.packet import Packet


def pass_hook(rules: Ruleset, hook: Hook, packet: Packet, context: Context) -> tuple[Outcome, ...]:
    """Return the ways in which a packet can leave a hook; their probabilities sum to one.

    Args:
        rules: rules of the namespace.
        hook: where the packet is.
        packet: the packet.
        context: what else the hook sees.
    """
    if not rules.texts:
        return (Outcome(1.0, Verdict.ACCEPT, packet, context.track, context.connections),)
    command = rules.texts[0].command
    doubt = Doubt(f"what the rules at {hook} do", command)
    return (Outcome(1.0, Verdict.UNKNOWN, packet, context.track, context.connections, doubts=(doubt,)),)
