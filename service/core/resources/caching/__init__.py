"""Which kept answers a write makes stale, in the names of cache groups (RFC 9875)."""
