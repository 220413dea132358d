"""Facts with some value in each field, and their causes in a cluster of one node."""

from typing import Any, Final, get_args, get_type_hints

from podpath.state.address import Ip, Mac, parse_ip
from podpath.state.failures.segment import DevicePlace
from podpath.walk.diagnosis.failures import explained
from podpath.walk.events import Diagnosis, Fact, Stopped
from podpath.walk.walker import Walker
from tests.walk.pasted import node, world

HERE: Final = 1
_SAMPLES: Final[dict[Any, Any]] = {
    str: "eth7",
    int: 77,
    bool: True,
    Ip: parse_ip("192.0.2.77"),
    Mac: Mac(0x0200_0000_0077),
    DevicePlace: DevicePlace(HERE, "eth7"),
}


def _sample(hint: object) -> object:
    if hint in _SAMPLES:
        return _SAMPLES[hint]
    first = next((one for one in get_args(hint) if one is not type(None)), hint)
    return _SAMPLES[first] if first in _SAMPLES else made(first)


def made(kind: Any) -> Fact:  # noqa: ANN401 - a class of the union
    """Return a fact of a kind."""
    known = {"error": "ENETUNREACH"}
    fact: Fact = kind(**{name: known.get(name) or _sample(hint) for name, hint in get_type_hints(kind).items()})
    return fact


def cause_of(fact: Fact) -> Diagnosis:
    """Return the cause of a fact."""
    return explained(Walker(world({"n1": node(1)})), Stopped(fact, HERE))
