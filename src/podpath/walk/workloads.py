"""What names of Kubernetes objects mean: pods by their owner, a headless service, a name in the cluster's DNS.

Who owns a pod, its ``ownerReferences`` say: a ReplicaSet's pods name the ReplicaSet, and that names its Deployment. A Deployment
calls its ReplicaSets after itself and the label pod-template-hash of their pods (Kubernetes, Deployments): where the ReplicaSet
was not shown, that is taken for true, and told.
"""

from collections.abc import Iterable, Iterator
from shlex import quote
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.snapshot.store import Store
from podpath.state.address import Ip, ip_text
from podpath.state.pattern import lazy
from podpath.state.selector import labels_of
from podpath.state.typo import did_you_mean, near

KINDS: Final = {
    "Deployment": "deploy deployment deployments deployment.apps", "DaemonSet": "ds daemonset daemonsets daemonset.apps",
    "StatefulSet": "sts statefulset statefulsets statefulset.apps", "ReplicaSet": "rs replicaset replicasets replicaset.apps",
    "ReplicationController": "rc replicationcontroller replicationcontrollers", "Job": "job jobs job.batch",
    "CronJob": "cj cronjob cronjobs cronjob.batch", "Pod": "po pod pods", "Node": "no node nodes",
}  # fmt: skip
"""The kinds that a name may begin with, each with the words for it, as kubectl takes them; the first is the shortest."""
_KIND_OF: Final = {word: kind for kind, words in KINDS.items() for word in words.split()}
_BETWEEN: Final = {"Deployment": "ReplicaSet", "CronJob": "Job"}
"""What a kind makes that makes the pods."""
_PORT: Final = r"(?::(?P<port>\d{1,5})(?:/(?P<proto>tcp|udp|sctp))?)?"
_KIND: Final = rf"(?P<kind>{'|'.join(_KIND_OF).replace('.', '[.]')})"
_FORMS: Final = (
    lazy(rf"{_KIND}/(?:(?P<namespace>[^/:]+)/)?(?P<name>[^/:]+){_PORT}"),
    lazy(rf"(?P<namespace>[^/:]+)/{_KIND}/(?P<name>[^/:]+){_PORT}"),
)
_LABEL: Final = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_DNS: Final = lazy(
    rf"(?:(?P<outer>[^/:]+)/)?(?P<host>{_LABEL})[.](?P<service>{_LABEL})(?:[.](?P<inner>{_LABEL})(?:[.]svc(?:[.][-.a-z0-9]*)?)?)?"
)
_SERVICE_DNS: Final = lazy(rf"(?P<name>{_LABEL})[.](?P<namespace>{_LABEL})[.]svc(?:[.][-.a-z0-9]*)?(?P<port>:[^/:]+)?")
_HEADLESS: Final = lazy(
    r"(?:(?P<outer>[^/:]+)/)?(?:svc|services?)/(?:(?P<inner>[^/:]+)/)?(?P<name>[^/:]+)(?::(?P<port>[^/:]+)(?:/(?P<proto>tcp|udp|sctp))?)?"
)
_HASH: Final = "pod-template-hash"
_SHOWN: Final = 8
_MOST: Final = 2000
_ENDED: Final = "('Succeeded', 'Failed', 'Completed')"


class WorkloadError(Exception):
    """A name that means no pod, or things of several namespaces; the message says what would tell."""


class Meant(NamedTuple):
    """The pods that a name means.

    Attributes:
        called: the name, with its namespace.
        words: the pods as ``namespace/name``, or addresses of endpoints that are no pods.
        port: the port that the name says, or None if it says none.
        proto: its protocol.
        assumed: what is taken for true because only names say it; empty where objects show all.
    """

    called: str
    words: tuple[str, ...]
    port: int | None = None
    proto: str | None = None
    assumed: str = ""


class OwnerName(NamedTuple):
    """An owner as a person names it."""

    kind: str
    namespace: str | None
    name: str
    port: int | None = None
    proto: str | None = None

    def called(self, namespace: str | None = None) -> str:
        """Return the name with its namespace, as kubectl's words have it."""
        where = namespace or self.namespace
        return "/".join(filter(None, (KINDS[self.kind].split()[0], where, self.name)))


class _Pod(NamedTuple):
    """A pod, with what is known of its owner; the middle is what controls that owner."""

    namespace: str
    name: str
    owner_kind: str | None
    owner: str | None
    labels: str | None
    middle_kind: str | None
    middle: str | None

    @property
    def called(self) -> str:
        return f"{self.namespace}/{self.name}"


def owner(word: str) -> OwnerName | None:
    """Return the owner that a word names, or None if it names none: ``deploy/web``, ``deploy/shop/web``, ``shop/deploy/web``."""
    match = next(filter(None, (form.fullmatch(word) for form in _FORMS)), None)
    if match is None:
        return None
    port = int(match["port"]) if match["port"] else None
    return OwnerName(_KIND_OF[match["kind"]], match["namespace"], match["name"], port, match["proto"] or "tcp")


def plain(word: str) -> str:
    """Return a word for one thing as other places take it: ``node/n1`` is ``node:n1``, ``pod/shop/db-0`` is ``shop/db-0``.

    A service's name in the DNS (``web.shop.svc.cluster.local``) is that of its object.

    Args:
        word: what a person typed.
    """
    named = _SERVICE_DNS.fullmatch(word)
    if named is not None:
        return f"svc/{named['namespace']}/{named['name']}{named['port'] or ''}"
    one = owner(word)
    if one is None or one.kind not in {"Node", "Pod"}:
        return word
    behind = f":{one.port}/{one.proto}" if one.port is not None else ""
    name = f"{one.namespace}/{one.name}" if one.namespace else one.name
    return f"{'node:' if one.kind == 'Node' else ''}{name}{behind}"


def meant(store: Store, word: str) -> Meant | None:
    """Return the pods that an owner's or a headless service's name means, or None if the word is none of these.

    Args:
        store: the snapshot.
        word: what a person typed.

    Raises:
        WorkloadError: it means no pod, or things of several namespaces.
    """
    word = plain(word)
    one = owner(word)
    if one is None:
        return _headless(store, word)
    alike = word.partition(":")[0]
    there = "SELECT 1 FROM pod WHERE namespace || '/' || name = $1 UNION SELECT 1 FROM netns WHERE name = $1"
    if one.namespace is None and store.raw(there, [alike]):
        raise WorkloadError(
            tr(
                '"{word}" could be pod/{alike}, or pods of a {kind}: write {written} for these',
                word=word,
                alike=alike,
                kind=one.kind,
                written=one.called("NAMESPACE"),
            )
        )
    return _owned(store, one)


# -- pods by owner ---------------------------------------------------------------------------------------


def _pods(store: Store, one: OwnerName) -> list[_Pod]:
    """Return the pods that may be an owner's: those that name it, or something whose name begins with its own."""
    asked = f"""
        WITH shown AS (
            SELECT namespace, name, any_value(owner_kind) AS owner_kind, any_value("owner") AS "owner",
                   any_value(labels) AS labels, any_value(phase) AS phase
            FROM pod WHERE coalesce($2, namespace) = namespace GROUP BY namespace, name
        )
        SELECT p.namespace, p.name, p.owner_kind, p."owner", p.labels, any_value(w.owner_kind), any_value(w."owner")
        FROM shown p LEFT JOIN workload w ON w.namespace = p.namespace AND w.kind = p.owner_kind AND w.name = p."owner"
        WHERE coalesce(p.phase, '') NOT IN {_ENDED}
        AND (p."owner" = $1 OR w."owner" = $1 OR starts_with(coalesce(p."owner", p.name), $1 || '-'))
        GROUP BY p.namespace, p.name, p.owner_kind, p."owner", p.labels ORDER BY ALL
    """
    return [_Pod(*row) for row in store.raw(asked, [one.name, one.namespace])]


def _owned(store: Store, one: OwnerName) -> Meant:
    pods = _pods(store, one)
    between = _BETWEEN.get(one.kind)
    wanted = one.kind, one.name
    sure = [pod for pod in pods if wanted in {(pod.owner_kind, pod.owner), (pod.middle_kind, pod.middle)}]
    likely = [pod for pod in pods if one.kind == "Deployment" and pod.middle_kind is None and _named_after(pod, one.name)]
    left = [pod for pod in pods if pod not in (*sure, *likely) and _may_be(pod, one, between)]
    places = sorted({pod.namespace for pod in (*sure, *likely)})
    if len(places) > 1:
        raise WorkloadError(
            tr(
                '"{called}" matches {names}. Which one?',
                called=one.called(),
                names=", ".join(one.called(place) for place in places[:_SHOWN]),
            )
        )
    if not places:
        raise WorkloadError(_none(store, one, left))
    told = [_hashed(pod) for pod in likely[:1]] + ([_unshown(left, one, others=True)] if left else [])
    words = tuple(sorted(pod.called for pod in (*sure, *likely)))
    return Meant(one.called(places[0]), words, one.port, one.proto if one.port else None, "; ".join(told))


def _named_after(pod: _Pod, name: str) -> bool:
    """Say whether a pod's ReplicaSet is called after a Deployment and the hash of the pod's template."""
    made = labels_of(pod.labels).get(_HASH)
    return pod.owner_kind == "ReplicaSet" and made is not None and pod.owner == f"{name}-{made}"


def _may_be(pod: _Pod, one: OwnerName, between: str | None) -> bool:
    """Say whether a pod may be an owner's, for all that was shown."""
    if pod.owner_kind is None:
        return pod.name.startswith(f"{one.name}-")
    return pod.owner_kind == between and pod.middle_kind is None and (pod.owner or "").startswith(f"{one.name}-")


def _hashed(pod: _Pod) -> str:
    shows = f"kubectl -n {quote(pod.namespace)} get replicaset {quote(pod.owner or '')} -o yaml"
    return tr(
        "its name and the label {hash} say that {called} is a pod of that Deployment; its ReplicaSet shows it: {shows}",
        hash=_HASH,
        called=pod.called,
        shows=shows,
    )


def _unshown(left: list[_Pod], one: OwnerName, *, others: bool) -> str:
    """Return that pods may be an owner's, besides others that are."""
    shown = ", ".join(pod.called for pod in left[:_SHOWN]) + (
        tr(" and {left} more", left=len(left) - _SHOWN) if len(left) > _SHOWN else ""
    )
    too = tr(", too") if others else ""
    if len(left) == 1:
        return tr(
            "nothing shows whether {shown} is of {called}{too}: {one}", shown=shown, called=one.called(), too=too, one=_shows(one)
        )
    return tr(
        "nothing shows whether {shown} are of {called}{too}: {one}", shown=shown, called=one.called(), too=too, one=_shows(one)
    )


def _shows(one: OwnerName) -> str:
    between = _BETWEEN.get(one.kind)
    kinds = f"pods,{between.lower()}s" if between else "pods"
    return f"kubectl get {kinds} {f'-n {quote(one.namespace)}' if one.namespace else '-A'} -o yaml"


def _none(store: Store, one: OwnerName, left: list[_Pod]) -> str:
    """Return why an owner's name means no pod."""
    if left:
        return _unshown(left, one, others=False)
    known = dict(_known(store, one.kind))
    called = [name for name in known if name == one.called() or name.rpartition("/")[2] == one.name]
    if called and (one.namespace is None or one.called() in called):
        return tr("{called} has no pod that runs", called=called[0])
    there = (
        tr("there are {known}", known=", ".join(list(known)[:_SHOWN]))
        if known
        else tr("the snapshot shows none: {one}", one=_shows(one))
    )
    return tr(
        'no {kind} is called "{called}"; {hint}',
        kind=one.kind,
        called=one.called(),
        hint=did_you_mean(near(one.called(), [*known, *known.values()]), there),
    )


def _known(store: Store, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the owners of a kind that objects tell of: with and without their namespaces."""
    rows = store.raw(
        'SELECT namespace, name FROM workload WHERE kind = $1 UNION SELECT namespace, "owner" FROM workload WHERE owner_kind = $1'
        f' UNION SELECT namespace, "owner" FROM pod WHERE owner_kind = $1 ORDER BY ALL LIMIT {_MOST}',
        [kind],
    )
    if kind == "Deployment":
        asked = """
            SELECT DISTINCT p.namespace, p."owner", p.labels FROM pod p
            ANTI JOIN workload w ON w.namespace = p.namespace AND w.kind = 'ReplicaSet' AND w.name = p."owner"
            WHERE p.owner_kind = 'ReplicaSet' ORDER BY ALL LIMIT $1
        """
        hashed = ((place, name, labels_of(labels).get(_HASH)) for place, name, labels in store.raw(asked, [_MOST]))
        rows = [*rows, *((place, name.removesuffix(f"-{made}")) for place, name, made in hashed if made and name.endswith(made))]
    for place, name in rows:
        one = OwnerName(kind, None, name)
        yield one.called(place), one.called()


# -- headless services and names of the DNS --------------------------------------------------------------


def _headless(store: Store, word: str) -> Meant | None:
    """Return the endpoints of a headless service: its name in the DNS has their addresses, and nothing translates a port."""
    match = _HEADLESS.fullmatch(word)
    if match is None:
        return None
    values = [match["name"], match["outer"] or match["inner"]]
    rows = store.raw(
        "SELECT namespace, any_value(cluster_ip), any_value(type), list(DISTINCT port ORDER BY port) FILTER (port IS NOT NULL)"
        " FROM service WHERE name = $1 AND coalesce($2, namespace) = namespace GROUP BY namespace", values,
    )  # fmt: skip
    if len(rows) != 1 or rows[0][1] is not None or rows[0][2] == "ExternalName":
        return None
    namespace, ports = rows[0][0], rows[0][3] or []
    called = f"svc/{namespace}/{match['name']}"
    ends = _ends(store, namespace, match["name"])
    words = tuple(dict.fromkeys(target or ip_text(Ip(address)) for address, target, *_ in ends))
    if not words:
        shows = f"kubectl -n {quote(namespace)} get endpointslices -o yaml"
        raise WorkloadError(
            tr(
                "{called} has no cluster IP (headless), and no endpoint of it that is ready was shown: {shows}",
                called=called,
                shows=shows,
            )
        )
    port, proto = _port(called, match["port"], match["proto"], ports, ends)
    return Meant(called, words, port, proto)


def _ends(store: Store, namespace: str, service: str) -> list[tuple[int, str | None, str | None, str | None, int | None]]:
    """Return the endpoints of a service that are not unready: address, pod, name of the port, protocol, port."""
    return store.raw(
        'SELECT DISTINCT "address", target, port_name, proto, port FROM endpoint'
        ' WHERE namespace = $1 AND service = $2 AND "address" IS NOT NULL AND ready IS DISTINCT FROM false ORDER BY ALL',
        [namespace, service],
    )


def _port(
    called: str, asked: str | None, proto: str | None, ports: list[int],
    ends: Iterable[tuple[int, str | None, str | None, str | None, int | None]],
) -> tuple[int | None, str | None]:  # fmt: skip
    """Return the port that is asked at the endpoints: a number as it was typed, a name as the endpoints have it (SRV records)."""
    if asked is not None and asked.isdecimal():
        return int(asked), proto or "tcp"
    named = {(port, (of or "TCP").lower()) for _, _, name, of, port in ends if port is not None and asked in {None, name}}
    if asked is None:
        return (ports[0], "tcp") if len(ports) == 1 and len(named) == 1 and next(iter(named))[1] == "tcp" else (None, None)
    if len(named) != 1:
        if named:
            raise WorkloadError(tr('{called} has several ports called "{asked}": write its number', called=called, asked=asked))
        raise WorkloadError(tr('{called} has no port called "{asked}": write its number', called=called, asked=asked))
    return named.pop()


def by_dns(store: Store, word: str) -> list[str]:
    """Return the pods, or addresses, that a name below a headless service means: ``db-0.db``, ``db-0.db.shop.svc.cluster.local``.

    Args:
        store: the snapshot.
        word: what a person typed, without a port.
    """
    match = _DNS.fullmatch(word)
    if match is None or (match["outer"] and match["inner"] and match["outer"] != match["inner"]):
        return []
    rows = store.raw(
        f"""
        SELECT namespace || '/' || name FROM pod WHERE hostname = $1 AND subdomain = $2 AND coalesce($3, namespace) = namespace
            AND coalesce(phase, '') NOT IN {_ENDED}
        UNION SELECT coalesce(target, '') FROM endpoint
            WHERE hostname = $1 AND service = $2 AND coalesce($3, namespace) = namespace AND target IS NOT NULL
        ORDER BY ALL
        """,
        [match["host"], match["service"], match["outer"] or match["inner"]],
    )
    if rows:
        return [name for (name,) in rows]
    bare = store.raw(
        'SELECT DISTINCT "address" FROM endpoint WHERE hostname = $1 AND service = $2 AND coalesce($3, namespace) = namespace'
        ' AND "address" IS NOT NULL ORDER BY ALL', [match["host"], match["service"], match["outer"] or match["inner"]],
    )  # fmt: skip
    return [ip_text(Ip(address)) for (address,) in bare]


def named_pods(store: Store, word: str) -> Meant | None:
    """Return the pods behind an owner, a service or a name in the DNS, or None if a word is none of these.

    Args:
        store: the snapshot.
        word: what a person typed.

    Raises:
        WorkloadError: it means no pod, or things of several namespaces.
    """
    found = meant(store, word)
    if found is not None:
        return found
    service = _HEADLESS.fullmatch(plain(word))
    if service is None:
        named = by_dns(store, word)
        return Meant(word, tuple(named)) if named else None
    name, namespace = service["name"], service["outer"] or service["inner"]
    rows = store.raw(
        "SELECT DISTINCT namespace FROM service WHERE name = $1 AND coalesce($2, namespace) = namespace ORDER BY ALL",
        [name, namespace],
    )
    if len(rows) > 1:
        raise WorkloadError(
            tr(
                '"{word}" matches {names}. Which one?',
                word=word,
                names=", ".join(f"svc/{place}/{name}" for (place,) in rows[:_SHOWN]),
            )
        )
    pods = [target for (place,) in rows for _, target, *_ in _ends(store, place, name) if target is not None]
    if not pods:
        raise WorkloadError(tr("no pod behind {word} was shown: kubectl get services,endpointslices,pods -A -o json", word=word))
    return Meant(word, tuple(dict.fromkeys(pods)))
