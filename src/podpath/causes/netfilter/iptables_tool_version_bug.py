"""One rule occurs many times: a tool did not find it again."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Severity
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="iptables-tool-version-bug",
    severity=Severity.WARNING,
    title="One rule occurs many times: a tool did not find it again",
    explain="""Programs check with `iptables -C` whether a rule exists, and add it if not. If two versions of iptables are used on one host, one
may not be able to read what the other writes: the check fails, and the rule is added again and again. Thousands of copies of
KUBE-FIREWALL's rule slow down every packet and every change, and one version may corrupt the rules of the other.

Check: `iptables-save | sort | uniq -cd`; `iptables --version` on the host and in the images of kube-proxy and the CNI.""",
    summary=("chain {chain} of {node} has {count} identical rules one after another",),
    why="Every packet passes all of them, and every change rewrites them.",
    fix=(
        "use one version of iptables on the host and in images (k3s: --prefer-bundled-bin)",
        do("sh", "-c", "iptables-save | uniq | iptables-restore", words="then delete the copies,"),
    ),
    no_lab="it needs the old tool that writes the rules wrongly",
)
