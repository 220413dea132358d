"""Obstacles."""

import pytest

from podpath.probe.obstacle import Obstacle, ObstacleError, meaning, remedy


@pytest.mark.parametrize("obstacle", list(Obstacle))
def test_each_obstacle_is_a_sentence_and_says_what_helps(obstacle: Obstacle) -> None:
    """What nobody can change has no remedy."""
    assert meaning(obstacle)
    assert bool(remedy(obstacle)) is (obstacle in {Obstacle.PERMISSION, Obstacle.BTF, Obstacle.KERNEL})
    assert str(ObstacleError(obstacle, "why")) == f"{meaning(obstacle)} (why)"
    assert ObstacleError(obstacle).remedy == remedy(obstacle)
