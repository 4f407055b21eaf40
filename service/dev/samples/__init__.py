"""Makes up rows of whatever models there are, for a first look at lists and for tests."""
