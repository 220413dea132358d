"""Kinds of steps."""

from typing import get_args

from podpath.state.step import Domain, Facts, Flooded, domain_of


def test_every_kind_of_step_has_a_domain() -> None:
    """The kinds are closed: a new one without a domain would fail where it is shown."""
    kinds = get_args(Facts)
    assert {domain_of(kind.__new__(kind, *([None] * len(kind._fields)))) for kind in kinds} == set(Domain)
    assert domain_of(Flooded("cni0")) is Domain.FDB
