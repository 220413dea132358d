"""What was seen of the packets of a trace."""

import pytest

from podpath.state.live import Agreement, Fate, Live, Rung


@pytest.mark.parametrize("agreement", Agreement)
def test_only_another_end_than_predicted_disagrees(agreement: Agreement) -> None:
    """What the network between the nodes loses, or what nothing predicted, is no fault of the model."""
    live = Live(next(iter(Rung)), agreement, next(iter(Fate)), 3, 3, 3)
    assert live.disagrees is (agreement is Agreement.DISAGREED)
