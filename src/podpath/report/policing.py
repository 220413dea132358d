"""What network policies say of a flow, in sentences."""

from typing import assert_never

from podpath.state.policing import Ground, Needed, Permit, Policed, PolicyRef


def policed(one: Policed) -> str:
    """Return what policies say at one end of a flow."""
    at = f"{one.direction} {'to' if one.direction == 'ingress' else 'from'} {one.pod}"
    if one.permit is Permit.UNKNOWN:
        return f"{at}: unknown" + (f", by {_all(one.policies)}" if one.policies else "")
    said = f"{at}: {one.permit}{because(one.ground, one.policies)}"
    if one.needed is not None:
        said += f"; it would need a rule for {_needed(one.needed)}"
    return said


def because(ground: Ground | None, policies: tuple[PolicyRef, ...]) -> str:
    """Return why policies allow or deny, as the end of a sentence."""
    match ground:
        case Ground.RULE:
            return f" by {', or '.join(map(_rule, policies))}"
        case Ground.ISOLATED:
            return f" by {_all(policies)}"
        case Ground.NO_POLICY:
            return ", as no policy selects it"
        case Ground.PROFILE:
            return f", as {_all(policies)} {'passes' if len(policies) == 1 else 'pass'} it on, and no later policy denies it"
        case Ground.NO_POD:
            return ", as policies are not about it"
        case Ground.ITSELF:
            return ", as a pod may always talk to itself"
        case Ground.OWN_NODE:
            return ", as its own node may always talk to it"
        case None:
            return ""
        case _:
            assert_never(ground)


def _rule(ref: PolicyRef) -> str:
    return ref.called if ref.rule is None else f"{ref.called} (rule {ref.rule})"


def _all(refs: tuple[PolicyRef, ...]) -> str:
    return " and ".join(dict.fromkeys(ref.called for ref in refs))


def _needed(needed: Needed) -> str:
    peer = f"namespace {needed.peer}" if needed.is_namespace else needed.peer or "the other end"
    port = f", port {needed.port}" if needed.port is not None else ""
    return f"{peer}{port}{f' ({needed.proto.lower()})' if needed.proto else ''}"
