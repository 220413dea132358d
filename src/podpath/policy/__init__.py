"""Which pods may talk by the policies of a cluster: the objects of its API, and no rule of any node."""
