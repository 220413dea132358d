"""A node of the cluster is not ready."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(sql="SELECT ns, name, rowid AS row_kube_node FROM kube_node WHERE ready = false")
