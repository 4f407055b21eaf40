"""What only developers run; nothing that serves imports it."""
