"""The cluster's DNS asks itself."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    # On a host it is normal: worth knowing only where a cluster's pods run.
    sql="""
    SELECT r.ns, r."address" AS nameserver, r.rowid AS row_resolver,
           CASE n.kind WHEN 'host' THEN 'info' ELSE 'error' END AS severity,
           CASE n.kind WHEN 'host' THEN 'likely' ELSE 'proven' END AS confidence,
           CASE n.kind WHEN 'host' THEN 'host' ELSE 'server' END AS found, found AS effect
    FROM resolver r JOIN netns n USING (ns)
    WHERE r.keyword = 'nameserver' AND (r."address" BETWEEN ip4('127.0.0.0') AND ip4('127.255.255.255') OR r."address" = 1)
      AND (n.kind = 'host' AND (EXISTS (SELECT 1 FROM vtep v WHERE v.ns = r.ns AND v.present)
                                OR EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = r.ns AND b.pod))
           OR n.kind <> 'host' AND regexp_matches(n.name, '(^|[^a-z])(coredns|kube-dns)([^a-z]|$)'))
    QUALIFY row_number() OVER (PARTITION BY r.ns ORDER BY r.rowid) = 1
    """,
)
