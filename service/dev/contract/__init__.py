"""What clients may rely on: the document of the last release, and whether another one breaks them."""
