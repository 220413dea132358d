"""Both iptables back ends have rules."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="iptables-legacy-nft-mix",
    severity=Severity.WARNING,
    title="Both iptables back ends have rules",
    explain="""There are two versions of iptables: the old one (legacy), and one that writes into nftables. Each shows only its own rules,
and the kernel applies both. If the
programs of a host use different versions, some rules are invisible to each: one back end accepts packets that the other drops.

It happens after an upgrade of the distribution, and when an image of kube-proxy or a CNI has another iptables than the host.

Check: `iptables-legacy-save -c` and `iptables-nft-save -c`: both print rules; iptables-nft warns "iptables-legacy tables present".""",
    summary=(
        "{node} has {legacy} rules in legacy iptables, and {newer} in nftables",
        "legacy iptables on {node} drops in {chain}, and there are {newer} rules in nftables",
    ),
    why="One back end may drop packets that the other accepts; each tool shows only its own rules.",
    fix=(
        "choose one (update-alternatives --config iptables), and flush the other with its own tool",
        line("iptables-legacy-save", note="see which rules it has before you flush them"),
    ),
)
