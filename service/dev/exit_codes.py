"""What commands exit with. It imports nothing, since `port` runs before anything is installed."""

USAGE_ERROR = 2
"""A mistake in the call, or in what it works on; the command has said which."""
INTERRUPTED = 130
"""By the convention of shells."""
