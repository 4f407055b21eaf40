"""Which cached answers a write makes stale, told by the names of cache groups (RFC 9875)."""
