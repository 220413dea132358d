"""Real programs of clusters (Kubernetes' own, etcd, flannel, kube-router): where they are, and how they are built."""
