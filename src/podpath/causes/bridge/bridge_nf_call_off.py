"""Bridged packets bypass the rules that make services work."""

from typing import Final

from podpath.causes.cause import Cause, line, sentence
from podpath.language import tr
from podpath.state.finding import Severity, Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="bridge-nf-call-off",
    severity=Severity.WARNING,
    title="Packets between pods on one bridge bypass the service rules",
    explain="""Rules of the host translate a service's address to a pod's address, and must translate the reply back. If client
and pod are on the same bridge, the reply is only bridged, and the rules see it only if br_netfilter passes bridged
packets to them (net.bridge.bridge-nf-call-iptables = 1). Without it, the client gets a reply from an address that
it never contacted, and resets the connection.

So a service fails for clients on the pod's own node and works for all others: DNS that fails depending on where
the pods run is typical.

It happens when the module br_netfilter is not loaded at boot, or when a sysctl file sets 0 (an old default of CentOS).

Check: `sysctl net.bridge.bridge-nf-call-iptables`, `lsmod | grep br_netfilter`; `conntrack -L` shows SYN_SENT
[UNREPLIED] although the pod has replied.""",
    summary=(
        "{setting} is 0, but {ports} pods share the bridge {dev}",
        "{absent} does not exist (br_netfilter is not loaded), but {ports} pods share the bridge {dev}",
    ),
    why="A service fails if the client and the pod that replies are both on this node.",
    fix=(
        line("modprobe br_netfilter"),
        line("sysctl -w {name}=1"),
        "to keep it: br_netfilter in /etc/modules-load.d, {name} = 1 in /etc/sysctl.d",
    ),
)


def answer_bypasses(node: str, setting: str, asked: str, then: str, *, loaded: bool) -> Words:
    """Return the words for an answer that crosses a bridge past the rules which must give it the old address back.

    Args:
        node: node of the bridge.
        setting: net.bridge.bridge-nf-call-iptables, or that of IPv6.
        asked: address that was asked.
        then: what happens to the answer.
        loaded: br_netfilter is there.
    """
    return CAUSE.words(
        tr(
            "the reply crosses a bridge of {node}, and no rule sees it there ({setting} is {value})",
            node=node,
            setting=setting,
            value="0" if loaded else tr("not there"),
        ),
        tr(
            "{node} translated the packet for {asked}, but cannot translate the reply back. {then}",
            node=node,
            asked=asked,
            then=sentence(then),
        ),
        *(() if loaded else (do("modprobe", "br_netfilter"),)),
        do("sysctl", "-w", f"{setting}=1"),
    )
