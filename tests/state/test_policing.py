"""What policies say of a flow."""

from podpath.state.policing import PolicyRef


def test_a_policy_is_called_as_people_call_it() -> None:
    """With its namespace, or with its kind where it has none."""
    assert PolicyRef("NetworkPolicy", "shop", "default-deny").called == "shop/default-deny"
    assert PolicyRef("AdminNetworkPolicy", "", "first").called == "AdminNetworkPolicy first"
