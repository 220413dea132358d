"""NetworkPolicy as Calico's felix writes it for iptables: a chain for each cable and direction, sets of addresses.

Source: docs.tigera.io, "Calico iptables dataplane"; the marks are felix's defaults (accept 0x10000, pass 0x20000).
Only ingress policies are supported. Packets from a node to its own pods bypass them.
"""

from podpath.lab.networks.draft import Draft, Tables, digits
from podpath.lab.reach import LOST, OK, Rule
from podpath.lab.reading import V4
from podpath.lab.topology import Pod, Policy, Topology

_ACCEPT, _PASS = "0x10000", "0x20000"
_PROFILE = "kns.default"


def write(draft: Draft) -> None:
    """Write the chains of a node, IPv4 and IPv6."""
    network = draft.topology.network
    for version in [whole.version for whole in network.networks] if network else ():
        tables = draft.tables(version)
        _frame(tables)
        for pod in draft.node.pods:
            _from(tables, draft.pod(pod.name).outside)
            _to(draft, tables, pod, version)
        for direction in ("from", "to"):
            tables.add("filter", f'-A cali-{direction}-wl-dispatch -m comment --comment "Unknown interface" -j DROP')
        for policy in _in_use(draft):
            _policy(draft, tables, policy, version)


def _frame(tables: Tables) -> None:
    accept = f'-m comment --comment "Policy explicitly accepted packet." -m mark --mark {_ACCEPT}/{_ACCEPT} -j ACCEPT'
    tables.add(
        "filter",
        "-A INPUT -j cali-INPUT",
        "-A FORWARD -j cali-FORWARD",
        f"-A FORWARD {accept}",
        "-A cali-INPUT -i cali+ -g cali-wl-to-host",
        "-A cali-wl-to-host -j cali-from-wl-dispatch",
        '-A cali-wl-to-host -m comment --comment "Configured DefaultEndpointToHostAction" -j ACCEPT',
        "-A cali-FORWARD -j MARK --set-xmark 0x0/0xe0000",
        "-A cali-FORWARD -i cali+ -j cali-from-wl-dispatch",
        "-A cali-FORWARD -o cali+ -j cali-to-wl-dispatch",
    )
    for chain in (f"cali-pri-{_PROFILE}", f"cali-pro-{_PROFILE}"):
        tables.add("filter", f"-A {chain} -j MARK --set-xmark {_ACCEPT}/{_ACCEPT}",
                   f"-A {chain} -m mark --mark {_ACCEPT}/{_ACCEPT} -j RETURN")  # fmt: skip
    for chain in ("cali-from-wl-dispatch", "cali-to-wl-dispatch"):
        tables.chain("filter", chain)


def _begin(tables: Tables, chain: str) -> None:
    tables.add(
        "filter",
        f"-A {chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        f"-A {chain} -m conntrack --ctstate INVALID -j DROP",
        f"-A {chain} -j MARK --set-xmark 0x0/{_ACCEPT}",
    )


def _end(tables: Tables, chain: str, profile: str) -> None:
    tables.add(
        "filter",
        f"-A {chain} -j {profile}",
        f'-A {chain} -m comment --comment "Return if profile accepted" -m mark --mark {_ACCEPT}/{_ACCEPT} -j RETURN',
        f'-A {chain} -m comment --comment "Drop if no profiles matched" -j DROP',
    )


def _from(tables: Tables, cable: str) -> None:
    """Write what a pod may send: everything but tunnels of its own."""
    chain = f"cali-fw-{cable}"
    tables.add("filter", f"-A cali-from-wl-dispatch -i {cable} -g {chain}")
    _begin(tables, chain)
    tables.add("filter", f'-A {chain} -p udp -m comment --comment "Drop VXLAN encapped packets originating in workloads"'
               " -m multiport --dports 4789 -j DROP")  # fmt: skip
    _end(tables, chain, f"cali-pro-{_PROFILE}")


def _to(draft: Draft, tables: Tables, pod: Pod, version: int) -> None:
    """Write what a pod may get: what a policy accepts, or everything if no policy selects it."""
    cable = draft.pod(pod.name).outside
    chain = f"cali-tw-{cable}"
    tables.add("filter", f"-A cali-to-wl-dispatch -o {cable} -g {chain}")
    _begin(tables, chain)
    about = [policy for policy in draft.topology.policies if _has(pod, policy.pods)]
    if about:
        tables.add("filter", f'-A {chain} -m comment --comment "Start of tier default" -j MARK --set-xmark 0x0/{_PASS}')
        for policy in about:
            tables.add(
                "filter",
                f"-A {chain} -m mark --mark 0x0/{_PASS} -j {_name(policy)}",
                f'-A {chain} -m comment --comment "Return if policy accepted" -m mark --mark {_ACCEPT}/{_ACCEPT} -j RETURN',
            )
        tables.add("filter", f'-A {chain} -m comment --comment "End of tier default. Drop if no policies passed packet"'
                   f" -m mark --mark 0x0/{_PASS} -j DROP")  # fmt: skip
    del version
    _end(tables, chain, f"cali-pri-{_PROFILE}")


def _policy(draft: Draft, tables: Tables, policy: Policy, version: int) -> None:
    """Write the chain of a policy, and the set of allowed sources."""
    name = f"cali{40 if version == V4 else 60}s:{digits('set', policy.allow, length=22)}"
    family = "inet" if version == V4 else "inet6"
    come = [str(address) for node in draft.topology.nodes for pod in node.pods if _has(pod, policy.allow)
            for address in pod.addresses if address.version == version]  # fmt: skip
    created = f"create {name} hash:net family {family}"
    if created not in draft.plan.ipset:
        draft.plan.ipset += "\n".join([created, *(f"add {name} {address}" for address in come)]) + "\n"
    ports = f"-p tcp -m multiport --dports {','.join(str(port) for port in policy.ports)} " if policy.ports else ""
    protocol, _, rest = ports.partition(" -m ")
    match = f"{protocol} -m set --match-set {name} src -m {rest}" if ports else f"-m set --match-set {name} src "
    tables.add(
        "filter",
        f"-A {_name(policy)} {match}-j MARK --set-xmark {_ACCEPT}/{_ACCEPT}",
        f"-A {_name(policy)} -m mark --mark {_ACCEPT}/{_ACCEPT} -j RETURN",
    )


def _in_use(draft: Draft) -> list[Policy]:
    return [policy for policy in draft.topology.policies if any(_has(pod, policy.pods) for pod in draft.node.pods)]


def _name(policy: Policy) -> str:
    return f"cali-pi-_{digits('policy', policy.name, length=19)}"


def _has(pod: Pod, label: str) -> bool:
    key, _, value = label.partition("=")
    return pod.labels.get(key) == value


def rules(topology: Topology) -> list[Rule]:
    """Return which sources must not reach pods that a policy selects; kube-router rejects their packets, Calico drops them."""
    found = []
    sees = "ECONNREFUSED" if "kube-router" in topology.real else LOST
    for node in topology.nodes:
        for pod in node.pods:
            about = [policy for policy in topology.policies if _has(pod, policy.pods)]
            if not about:
                continue
            name, why = f"{node.name}/{pod.name}", f"policy {', '.join(policy.name for policy in about)}"
            found += [Rule("pod", name, sees, why=why), Rule(f"node@!{node.name}", name, sees, why=why)]
            for policy in about:
                if not policy.ports:
                    found.append(Rule(policy.allow, name, OK))
                elif 80 in policy.ports:  # noqa: PLR2004 - the port that probes use
                    found.append(Rule(policy.allow, name, OK, probes="tcp"))
    return found
