"""Where a checkout holds the API's files, and which modules these are."""

API = "service/api"
SLICES = f"{API}/v1"
"""The folder of the slices, each of which is a folder."""
RESOURCES = "service/resources.py"
"""The list of the resources that are served."""


def module_of(path: str) -> str:
    """The dotted name of the module that a file is."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
