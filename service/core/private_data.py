"""What drivers add to a message: values that callers sent, or that rows hold. No log and no report needs them."""

import re

_ADDED = re.compile(
    r"(?:(query argument \$\d+:)|\n(?:DETAIL|HINT|\[SQL|\[parameters)).*?"
    r"(?=\n\n(?:The above exception|During handling)|\Z)",
    re.DOTALL,
)


def without_data(message: str) -> str:
    """A driver's message, or a traceback that ends in some, without the values."""
    return _ADDED.sub(r"\1", message)
