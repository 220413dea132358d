"""The cluster's DNS asks itself."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="dns-forward-loop",
    title="The cluster's DNS server forwards to itself",
    explain="""CoreDNS asks the name servers of its own resolv.conf for names outside the cluster. kubelet copies that file from the
host. If it says 127.0.0.53, as on a host with systemd-resolved, the address means CoreDNS itself inside its pod: it queries
itself, detects the loop and stops (`Loop detected for zone "."`), and name resolution fails everywhere.

On the host 127.0.0.53 is right and normal. kubelet must be configured to use /run/systemd/resolve/resolv.conf, which
has the real servers; kubeadm does so by itself if systemd-resolved runs.

Check: `cat /etc/resolv.conf` on the host and in the CoreDNS pod, `resolvConf` in kubelet's configuration.""",
    summary=("{found}",),
    why="{effect}",
    fix=(
        "set resolvConf: /run/systemd/resolve/resolv.conf in kubelet's configuration on {node}, and restart kubelet",
        "then restart the CoreDNS pods",
    ),
    phrases={
        "found": {
            "host": "the host's resolv.conf names {nameserver}: kubelet must not copy this file into pods",
            "server": "the cluster's DNS server{where} forwards to {nameserver}, which is itself",
        },
        "effect": {
            "host": "Pods that get this file from kubelet, CoreDNS among them, query themselves.",
            "server": "No pod can resolve names outside the cluster.",
        },
    },
    no_lab="nothing in a lab asks for names; see `podpath check`, which reads resolv.conf",
)
