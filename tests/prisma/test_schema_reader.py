"""What people write into schema.prisma: it is read, or refused with the place and what to do."""

from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from service.dev.generator.links import find_links
from service.dev.schema import Call, SchemaError, Word, parse_schema, read_schema
from service.dev.schema.errors import SchemaNotFoundError, SchemaSyntaxError

WRONG = {
    'model A {\n  id String @default("open)\n}': "s:2:22: this string does not end on its line: close it with '\"'",
    "model A {\n  id Int @id /* never\n}": "s:2:14: this comment does not end: close it with '*/'",
    "model A {\n  id Int @id\n": "s:3:1: the file ends inside a block: close it with '}'",
    "model A {\n  id Int @default(autoincrement()": "s:2:34: the file ends inside a block",
    "model A {\n  id Int @id; b Int\n}": "s:2:13: ';' has no meaning here: remove it, or put it into a string",
    "model A {\n  id Int @id b Int\n}": "s:2:14: 'b' stands where the end of the line should be",
    "model A {\n  id Int @id)\n}": "s:2:13: ')' stands where the end of the line should be",
    "model A {\n  id Int @default(1 2)\n}": "s:2:21: '2' stands where ',' or ')' should be",
    "model A {\n  id Int @default(=)\n}": "s:2:19: '=' stands where a value should be",
    "model A {\n  id\n}": "s:2:5: the line ends where the field's type should be",
    "model A {\n  id Int @\n}": "s:2:11: the line ends where the attribute's name should be",
    "model A {\n  id Int[\n}": "s:2:10: the line ends where ']' should be",
    "model A {\n  @id\n}": "s:2:3: '@' stands where a field's name or '}' should be",
    "model A {\n  x Unsupported(point)\n}": "s:2:17: 'point' stands where the database type, in quotes should be",
    "model {\n}": "s:1:7: '{' stands where the block's name should be",
    "model A\n{\n}": "s:1:8: the line ends where '{' should be",
    "enum E {\n  A B\n}": "s:2:5: 'B' stands where the end of the line should be",
    "enum E {\n  @@map(x:)\n}": "s:2:11: ')' stands where a value should be",
    'datasource db {\n  url: "x"\n}': "s:2:6: ':' stands where '=' should be",
    "table A {\n}": "s:1:1: 'table' stands where model, view, enum, type, datasource or generator should be",
    "}": "s:1:2: the file ends inside a block",
    "model A {\n}\nenum A {\n}": "s:3: A is declared a second time, first in s:1: remove one",
    "model A {\n  id Int @id\n}\nenum Int {\n  X\n}": "s:4: Int is a type of Prisma's own, so that Prisma refuses",
    "\x00": "s:1:1: '\\x00' has no meaning here",
    "model A {\n  id Int @default("
    + "[" * 5000
    + "\n}": "s:2:69: brackets are nested more than 50 deep: close them",
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_said_with_its_place(text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_schema(text, "s")
    assert str(caught.value).startswith(WRONG[text])


@pytest.mark.parametrize("cut", range(0, 1500, 7))
def test_a_file_cut_off_anywhere_is_read_or_refused(cut: int) -> None:
    text = (Path(__file__).parent / "grammar" / "wide.prisma").read_text("utf-8")
    with suppress(SchemaSyntaxError):
        parse_schema(text[:cut], "s")


LAYOUTS = {
    "spaces": 'model A {\n  id Int @id @default(autoincrement()) @map("b")\n}\n',
    "tabs": 'model\tA\t{\n\tid\tInt\t@id\t@default(autoincrement())\t@map("b")\n\t}',
    "Windows": '\ufeffmodel A {\r\n  id Int @id @default(autoincrement()) @map("b")\r\n}\r\n',
    "dense": 'model A{\nid Int@id@default(autoincrement())@map("b")}',
    "comments": (
        '// one\nmodel A { // two\n\n  // three\n  id Int @id @default(autoincrement()) @map("b") // four\n} // five'
    ),
    "lines": 'model A {\n  id Int @id @default(\n    autoincrement(\n    )\n  ) @map(\n name:\n "b",\n)\n}',
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_says_nothing(layout: str) -> None:
    (model,) = parse_schema(LAYOUTS[layout]).models
    (field,) = model.fields
    assert (model.name, field.name, field.type, field.column) == ("A", "id", "Int", "b")
    assert (field.has("id"), field.default) == (True, Call("autoincrement"))


VALUES = {
    '"a\\"b\\\\c\\n\\u00e9"': 'a"b\\c\né',
    '"\\q\\t"': "q\t",
    '"// no comment /* neither */"': "// no comment /* neither */",
    "-1": -1,
    "1.50": Decimal("1.50"),
    "true": Word("true"),
    "[]": (),
    "[A, B,]": (Word("A"), Word("B")),
    "now()": Call("now"),
    'dbgenerated("gen_random_uuid()")': Call("dbgenerated", ("gen_random_uuid()",)),
    "nanoid(16)": Call("nanoid", (16,)),
    '{a: 1, b: "c"}': {"a": 1, "b": "c"},
}


@pytest.mark.parametrize("value", VALUES)
def test_each_kind_of_value_is_read(value: str) -> None:
    (model,) = parse_schema(f"model A {{\n  x Int @default({value})\n}}").models
    assert model.fields[0].attributes[0].argument("value") == VALUES[value]


SEVERAL = {
    "schema.prisma": (
        'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n  relationMode = "prisma"\n'
        '  schemas = ["base", "shop"]\n  extensions = [pgvector(map: "vector", schema: "base"), citext]\n}\n'
        'generator client {\n  provider = "prisma-client"\n  previewFeatures = ["views"]\n}\n'
    ),
    "models/user.prisma": (
        "/// Who signs in.\nmodel User {\n  id Int @id\n  orders Order[] /// All of them.\n"
        '  place Unsupported("point")?\n  tags String[]\n  name String @db.VarChar(20)\n  @@map("users")\n'
        '  @@schema("base")\n  @@unique([id, name(sort: Desc)], map: "both")\n}\n'
    ),
    "models/order.prisma": (
        "model Order {\n  id Int @id\n  user User @relation(fields: [userId], references: [id], onDelete: Cascade)\n"
        '  userId Int\n  kind Kind @default(NEW)\n  @@schema("shop")\n}\nenum Kind {\n  NEW @map("new") /// Just made.\n'
        '  @@map("kinds")\n  @@schema("shop")\n}\nview Total {\n  sum Int @unique\n  @@schema("shop")\n}\n'
        "type Money {\n  sum Int\n}\n"
    ),
    "migrations/old.prisma": "not a schema",
    "node_modules/copy/schema.prisma": "nor this",
    ".hidden/schema.prisma": "nor this",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in SEVERAL.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_several_files_are_one_schema(folder: Path) -> None:
    schema = read_schema(folder)
    assert sorted(model.name for model in schema.models) == ["Order", "Total", "User"]
    assert [kind.name for kind in schema.types] == ["Money"]
    assert schema.settings["datasource.relationMode"] == "prisma"
    assert schema.settings["datasource.url"] == Call("env", ("DATABASE_URL",))
    assert schema.settings["datasource.extensions"] == (
        Call("pgvector", (), {"map": "vector", "schema": "base"}),
        Word("citext"),
    )
    user, order, total = (schema.model(name) for name in ("User", "Order", "Total"))
    assert user
    assert order
    assert total
    assert total.is_view
    assert (user.table, user.database_schema, user.docs) == ("users", "base", "Who signs in.")
    fields = {field.name: field for field in (*user.fields, *order.fields)}
    assert fields["orders"].is_relation
    assert fields["orders"].docs == "All of them."
    assert schema.opposite(user, fields["orders"]) == fields["user"]
    assert schema.opposite(order, fields["user"]) == fields["orders"]
    assert fields["place"].is_unsupported
    assert (fields["place"].arity, fields["tags"].arity) == ("optional", "list")
    assert user.attributes[-1].words("fields") == ("id", "name")
    kind = next(enum for enum in schema.enums if (enum.type_name, enum.database_schema) == ("kinds", "shop"))
    assert [(value.name, value.stored, value.docs) for value in kind.values] == [("NEW", "new", "Just made.")]


def test_plain_comments_of_a_field_are_no_docs() -> None:
    (model,) = parse_schema(
        "model A { // of the model\n  // above\n  // it\n  x Int // beside\n  y Int\n\n  // apart\n\n  z Int\n}"
    ).models
    assert [field.docs for field in model.fields] == ["", "", ""]
    assert [field.comments for field in model.fields] == ["above\nit\nbeside", "", ""]


def test_names_are_as_long_as_postgresql_keeps_them() -> None:
    long = "N" * 62
    schema = parse_schema(
        f"model {long}éé {{\n  {long}xyz Int @id\n  others B[]\n}}\n"
        f'model B {{\n  id Int @id\n  others {long}éé[]\n  x Int @map("{long}xyz")\n}}\nenum {long}xyz {{\n  A\n}}'
    )
    model, other = schema.models
    assert (model.table, model.fields[0].column, other.fields[2].column) == (long, f"{long}x", f"{long}x")
    assert schema.enums[0].type_name == f"{long}x"
    assert {link.join_table for link in find_links(schema)} == {f"_BTo{long[:59]}"}


def test_what_is_no_schema_is_said(tmp_path: Path) -> None:
    with pytest.raises(SchemaNotFoundError, match=r"has no schema\.prisma"):
        read_schema(tmp_path)
    file = tmp_path / "schema.prisma"
    file.write_bytes(b"model A {\n  // caf\xe9\n}")
    with pytest.raises(SchemaError, match=r"schema\.prisma is not UTF-8 \(byte 18\): save it as UTF-8"):
        read_schema(tmp_path)
