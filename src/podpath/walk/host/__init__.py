"""What a host does with packets beside routing them: hooks, sockets, neighbours, IPVS, TPROXY."""
