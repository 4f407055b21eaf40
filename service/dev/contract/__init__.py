"""Compares the API document with that of the last release, and finds what breaks clients."""
