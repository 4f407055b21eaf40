"""Removes controllers from `service/resources.py`, the list of the resources that are served."""

import re
from collections.abc import Collection

IMPORT = re.compile(r"^from (service\.api\.\S+) import (?:\(([^)]*)\)|(.+))\n", re.MULTILINE)


def without(code: str, modules: Collection[str]) -> str:
    """The source without the controllers of these modules and without their imports."""

    def left(found: "re.Match[str]") -> str:
        module, *names = found.groups(default="")
        if module not in modules:
            return found[0]
        gone.extend(name.split(" as ")[-1].strip() for name in "".join(names).split(",") if name.strip())
        return ""

    gone: list[str] = []
    code = IMPORT.sub(left, code)
    for controller in gone:
        code = re.sub(rf"^    {controller},\n", "", code, flags=re.MULTILINE)
    return code
