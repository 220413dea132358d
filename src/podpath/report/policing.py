"""What network policies say of a flow, in sentences."""

from typing import assert_never

from podpath.language import tr
from podpath.state.policing import Ground, Needed, Permit, Policed, PolicyRef


def policed(one: Policed) -> str:
    """Return what policies say at one end of a flow."""
    at = tr("ingress to {pod}", pod=one.pod) if one.direction == "ingress" else tr("egress from {pod}", pod=one.pod)
    if one.permit is Permit.UNKNOWN:
        return tr("{at}: unknown", at=at) + (tr(", by {policies}", policies=_all(one.policies)) if one.policies else "")
    said = tr("{at}: {permit}{because}", at=at, permit=tr(one.permit), because=because(one.ground, one.policies))
    if one.needed is not None:
        said += tr("; it would need a rule for {needed}", needed=_needed(one.needed))
    return said


def because(ground: Ground | None, policies: tuple[PolicyRef, ...]) -> str:
    """Return why policies allow or deny, as the end of a sentence."""
    match ground:
        case Ground.RULE:
            return tr(" by {rule}", rule=", or ".join(map(_rule, policies)))
        case Ground.ISOLATED:
            return tr(" by {policies}", policies=_all(policies))
        case Ground.NO_POLICY:
            return tr(", as no policy selects it")
        case Ground.PROFILE:
            if len(policies) == 1:
                return tr(", as {policies} passes it on, and no later policy denies it", policies=_all(policies))
            return tr(", as {policies} pass it on, and no later policy denies it", policies=_all(policies))
        case Ground.NO_POD:
            return tr(", as policies are not about it")
        case Ground.ITSELF:
            return tr(", as a pod may always talk to itself")
        case Ground.OWN_NODE:
            return tr(", as its own node may always talk to it")
        case None:
            return ""
        case _:
            assert_never(ground)


def _rule(ref: PolicyRef) -> str:
    return ref.called if ref.rule is None else tr("{called} (rule {rule})", called=ref.called, rule=ref.rule)


def _all(refs: tuple[PolicyRef, ...]) -> str:
    return tr(" and ").join(dict.fromkeys(ref.called for ref in refs))


def _needed(needed: Needed) -> str:
    peer = tr("namespace {peer}", peer=needed.peer) if needed.is_namespace else needed.peer or tr("the other end")
    port = tr(", port {port}", port=needed.port) if needed.port is not None else ""
    return f"{peer}{port}{f' ({needed.proto.lower()})' if needed.proto else ''}"
