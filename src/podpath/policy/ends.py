"""The two ends of a flow as policies see them: pods with labels, nodes, addresses."""

from collections.abc import Mapping
from typing import NamedTuple

from podpath.policy.truth import Truth, all_of
from podpath.state.address import Ip
from podpath.state.selector import requirements


class Labels(NamedTuple):
    """Labels of an object.

    Attributes:
        known: those that are known.
        complete: there are no others.
    """

    known: Mapping[str, str]
    complete: bool = True

    def match(self, selector: str) -> Truth:
        """Say whether a selector matches them."""
        asked = requirements(selector)
        return all_of(one.holds(self.known) if self.complete or one.key in self.known else None for one in asked)


class NamedPort(NamedTuple):
    """A port that a container of a pod declares."""

    name: str
    proto: str
    port: int


class Pod(NamedTuple):
    """A pod.

    Attributes:
        namespace: its namespace.
        name: its name.
        labels: its labels.
        namespace_labels: labels of its namespace.
        ports: the named ports that its containers declare, or None if they are not known.
        node: name of its node; empty where it is not known.
        on_host: it is in its node's own network namespace, or None if it is not known.
        account: name of its service account, or None if it is not known.
        account_labels: labels of that account.
    """

    namespace: str
    name: str
    labels: Labels
    namespace_labels: Labels
    ports: tuple[NamedPort, ...] | None = ()
    node: str = ""
    on_host: bool | None = False
    account: str | None = None
    account_labels: Labels = Labels({}, complete=False)

    @property
    def called(self) -> str:
        """The name as people write it."""
        return f"{self.namespace}/{self.name}"


class End(NamedTuple):
    """One end of a flow.

    Attributes:
        address: its address, or None if nothing tells it.
        pod: the pod that it is, or None if it is none.
        node: name of the node that it is, or whose own network namespace it is in; empty where it is none.
        stranger: it may be a pod, and which one is not known: not all were listed, or several have the address.
        claims: the pods that have the address, where they are several, as ``namespace/name``.
    """

    address: Ip | None
    pod: Pod | None = None
    node: str = ""
    stranger: bool = False
    claims: tuple[str, ...] = ()

    @property
    def policed(self) -> Truth:
        """Whether policies are about it: pods with a network namespace of their own."""
        if self.pod is None:
            return None if self.stranger else False
        return None if self.pod.on_host is None else not self.pod.on_host


class Flow(NamedTuple):
    """What is sent, as the receiver gets it.

    Attributes:
        source: the sender.
        destination: the receiver, behind services.
        proto: TCP, UDP or SCTP; anything else has no ports.
        port: destination port at the receiver.
    """

    source: End
    destination: End
    proto: str
    port: int | None = None
