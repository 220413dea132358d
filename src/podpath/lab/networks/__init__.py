"""Parts of a lab: each module writes the commands of one of them (a bridge, a tunnel, kube-proxy …) into a plan."""
