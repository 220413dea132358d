"""A container asks itself for names."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="container-nameserver-loopback",
    title="A container's resolv.conf names the container itself",
    explain="""127.0.0.1 is a different machine in every network namespace: inside a container, it is the container itself. A
resolv.conf copied from a host with a local DNS cache (127.0.0.1, 127.0.1.1, 127.0.0.53) points the container at its own port 53,
where nothing listens. Every name fails; addresses work.

Docker's own 127.0.0.11 is right: a rule inside the container redirects it to Docker's resolver.

It happens when a resolv.conf was mounted or copied into the image, or when kubelet hands out the host's file.

Check inside the container: `cat /etc/resolv.conf`, `ss -lun sport = :53`.""",
    summary=(
        "the container's resolv.conf{where} names {nameserver}, and nothing there listens on port 53",
        "the container's resolv.conf{where} names {unproven}, which is the container itself",
    ),
    why="No name can be resolved in this container.",
    fix=(
        'Docker: "dns" in daemon.json, or --dns, with a server that is not on a loopback address',
        "Kubernetes: resolvConf in kubelet's configuration, or dnsConfig in the pod",
    ),
    symptom_of=("dns-forward-loop",),
    no_lab="nothing in a lab asks for names; see `podpath check`, which reads resolv.conf",
)
