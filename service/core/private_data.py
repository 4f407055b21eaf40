"""Strips the values that drivers add to messages: what callers sent, or rows hold. No log or report needs them."""

import re

_ADDED = re.compile(
    r"(?:(query argument \$\d+:)|\n(?:DETAIL|HINT|\[SQL|\[parameters)).*?"
    r"(?=\n\n(?:The above exception|During handling)|\Z)",
    re.DOTALL,
)


def without_data(message: str) -> str:
    """A driver's message, or a traceback that ends in such messages, without these values."""
    return _ADDED.sub(r"\1", message)
