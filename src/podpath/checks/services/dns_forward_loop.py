"""The cluster's DNS asks itself."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="dns-forward-loop",
    severity=Severity.ERROR,
    title="The cluster's DNS server forwards to itself",
    explain="""CoreDNS asks the name servers of its own resolv.conf for names outside the cluster. kubelet copies that file from the
    host. When it says 127.0.0.53, as the host's does where systemd-resolved runs, the address means CoreDNS itself inside its
    pod: it asks itself, finds the loop and stops (`Loop detected for zone "."`), and names fail everywhere.

    On the host 127.0.0.53 is right and normal. kubelet must be told to use /run/systemd/resolve/resolv.conf, which has the
    real servers; kubeadm does so by itself where it sees systemd-resolved.

    Look: `cat /etc/resolv.conf` on the host and in the CoreDNS pod, `resolvConf` in kubelet's configuration.""",
    summary=(
        "the cluster's DNS server{where} forwards to {nameserver}, which is itself",
        "the host's resolv.conf names {nameserver}: kubelet must not give this file to pods",
    ),
    why="{effect}",
    fix=(
        "in kubelet's configuration on {node}: resolvConf: /run/systemd/resolve/resolv.conf   (and restart kubelet)",
        "then restart the CoreDNS pods",
    ),
    # On a host it is normal: worth knowing only where a cluster's pods run.
    sql="""
    SELECT r.ns, r."address" AS nameserver, r.rowid AS row_resolver,
           CASE n.kind WHEN 'host' THEN 'info' ELSE 'error' END AS severity,
           CASE n.kind WHEN 'host' THEN 'likely' ELSE 'proven' END AS confidence,
           CASE n.kind WHEN 'host' THEN 'Pods that get this file from kubelet, CoreDNS first of all, ask themselves.'
                ELSE 'No name outside the cluster can be resolved by any pod.' END AS effect
    FROM resolver r JOIN netns n USING (ns)
    WHERE r.keyword = 'nameserver' AND (r."address" BETWEEN ip4('127.0.0.0') AND ip4('127.255.255.255') OR r."address" = 1)
      AND (n.kind = 'host' AND (EXISTS (SELECT 1 FROM vtep v WHERE v.ns = r.ns AND v.present)
                                OR EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = r.ns AND b.pod))
           OR n.kind <> 'host' AND regexp_matches(n.name, '(^|[^a-z])(coredns|kube-dns)([^a-z]|$)'))
    QUALIFY row_number() OVER (PARTITION BY r.ns ORDER BY r.rowid) = 1
    """,
)
