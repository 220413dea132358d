"""The packet walk: pure stages over a snapshot, composed by a walker that knows nothing of any plugin."""
