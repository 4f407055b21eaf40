"""The contract with clients: what breaks it, tried on every construct of a document."""
