"""JSON Merge Patch (RFC 7396)."""

from service.core.http.strict_json import Json


def merged(stored: Json, patch: Json) -> Json:
    """A JSON value after a patch: members of objects are merged, null takes one away, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    members = {**stored} if isinstance(stored, dict) else {}
    for name, change in patch.items():
        if change is None:
            members.pop(name, None)
        else:
            members[name] = merged(members.get(name), change)
    return members
