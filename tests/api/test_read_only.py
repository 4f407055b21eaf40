"""What a row shows and does not take may be sent back with it."""

from tests.support.api import Api


async def test_what_was_read_can_be_put(api: Api) -> None:
    note = await api.make_note("one", rating="4.50", content={"a": [1]}, metadata={"b": None}, tags=["x"])
    path = f"/notes/{note['id']}"
    tag = (await api.get(path)).headers["etag"]
    same = await api.put(path, json=note, headers={"If-Match": tag})
    assert (same.status_code, same.json(), same.headers["etag"]) == (200, note, tag)
    other = await api.put(path, json=note | {"id": "other", "viewCount": "7", "title": "Other"})
    assert (other.json()["id"], other.json()["viewCount"], other.json()["title"]) == (
        note["id"],
        "0",
        "Other",
    )
    for name in ("/seats/", "/labels/"):
        body = {"hall": "red", "number": 1, "guest": "Ada"} if name == "/seats/" else {"name": "one"}
        made = await api.post(name, json=body)
        where = made.headers["location"].removeprefix("/api/v1")
        assert (await api.put(where, json=made.json())).json() == made.json()


async def test_other_fields_and_other_methods_stay_strict(api: Api) -> None:
    note = await api.make_note("one")
    path = f"/notes/{note['id']}"
    assert (await api.put(path, json=note | {"nope": 1})).json()["errors"][0]["code"] == "unknown"
    assert (await api.patch(path, json={"viewCount": "7"})).json()["errors"][0]["pointer"] == "/viewCount"
    assert (await api.post("/notes/", json={"title": "t", "viewCount": "7"})).status_code == 422
    assert (await api.put(path, json=[])).status_code == 422


async def test_the_document_says_which_they_are(api: Api) -> None:
    schemas = api.application.state.openapi()["components"]["schemas"]
    fields = schemas["NoteReplace"]["properties"]
    read_only = {name for name, field in fields.items() if field.get("readOnly")}
    assert read_only == {"id", "status", "viewCount", "lastEditorId", "createdAt", "updatedAt"}
    assert not any(field.get("readOnly") for field in schemas["NoteUpdate"]["properties"].values())
    assert not read_only & set(schemas["NoteReplace"]["required"])


async def test_a_refused_change_tells_the_tag_of_what_is_stored(api: Api) -> None:
    note = await api.make_note("one")
    path = f"/notes/{note['id']}"
    old = (await api.get(path)).headers["etag"]
    await api.patch(path, json={"title": "Newer"})
    new = (await api.get(path)).headers["etag"]
    for refused in (
        await api.patch(path, json={"title": "Mine"}, headers={"If-Match": old}),
        await api.delete(path, headers={"If-Match": old}),
        await api.post(f"{path}/finish", headers={"If-Match": old}),
    ):
        assert (refused.status_code, refused.json()["etag"]) == (412, new)
    assert (await api.patch(path, json={"title": "Mine"}, headers={"If-Match": new})).status_code == 200
