"""One rule stands many times over: a tool did not find it again."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="iptables-tool-version-bug",
    severity=Severity.WARNING,
    title="One rule stands many times over: a tool did not find it again",
    explain="""Programs ask `iptables -C` whether a rule is there, and add it if not. Where two versions of iptables work on one host, the newer one
writes what the older cannot read (or the other way round): the check fails, and the rule is added again and again. Thousands of copies of
KUBE-FIREWALL's rule slow every packet and every change down, and one version may spoil what the other wrote.

Look: `iptables-save | sort | uniq -cd`; `iptables --version` on the host and in the images of kube-proxy and the CNI.""",
    summary=("{count} equal rules stand one after another in chain {chain} of {node}",),
    why="Every packet passes all of them, and every change rewrites them.",
    fix=(
        "use one version of iptables on the host and in images (k3s: --prefer-bundled-bin)",
        "then take the copies away, on {node}: iptables-save | uniq | iptables-restore",
    ),
    sql=r"""
    WITH plain AS (
        SELECT ns, source, line, regexp_replace(said, '^\[\d+:\d+\] ', '') AS rule FROM rule_line WHERE said LIKE '%-A KUBE-FIREWALL%'
    )
    SELECT ns, min(source) AS at_source, min(line) AS at_line, count(*) AS count, regexp_extract(rule, '-A (\S+)', 1) AS chain
    FROM plain GROUP BY ns, source, rule HAVING count(*) >= 3
    """,
    over=("rule_line",),
)
