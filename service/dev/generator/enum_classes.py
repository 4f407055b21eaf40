"""Python's enums for PostgreSQL's: the database says which values there are, schema.prisma how they are called."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from service.dev.generator.enrich import ONLY_IN_PRISMA
from service.dev.generator.names import class_name_of_table, enum_name, member_name, renamed
from service.dev.generator.reflect import Reflection
from service.dev.schema import Enum, Schema
from service.prisma.names import folded

EnumKey = tuple[str, str]
"""The schema and the name of an enum type in the database."""


@dataclass(frozen=True)
class Member:
    name: str
    value: str
    stored: str


@dataclass(frozen=True)
class EnumClass:
    """An enum to write. `schema` is None in the default schema."""

    name: str
    type_name: str
    schema: str | None
    members: list[Member]
    docs: str = ""

    @property
    def is_crossed(self) -> bool:
        """Whether some member is stored as the text that is another member's name."""
        names = {member.value for member in self.members}
        return any(member.stored in names - {member.value} for member in self.members)

    @property
    def sql_type(self) -> str:
        schema = f", schema={self.schema!r}" if self.schema else ""
        if self.is_crossed:
            return f"CrossedEnum({self.name}, {self.type_name!r}{schema})"
        return f"sa.Enum({self.name}, name={self.type_name!r}{schema}, values_callable=stored_values)"


def build_enums(
    reflection: Reflection, schema: Schema, used: AbstractSet[EnumKey], taken: set[str], notes: list[str]
) -> dict[EnumKey, EnumClass]:
    """A class for each enum of schema.prisma that the database has, then for each other enum that a column uses."""
    classes: dict[EnumKey, EnumClass] = {}
    stored = reflection.catalogue.enums
    for enum in schema.enums:
        key = (reflection.schema_of(enum.database_schema), enum.type_name)
        if key not in stored:
            notes.append(f"enum {enum.name} {ONLY_IN_PRISMA}")
            continue
        name = _name(enum.name, classes.values(), taken, notes)
        members = _members(stored[key], enum, notes)
        classes[key] = EnumClass(name, key[1], _schema(reflection, key), members, enum.docs)
    for key in sorted(used - classes.keys()):
        name = _name(class_name_of_table(key[1]), classes.values(), taken, notes)
        notes.append(f"enum {key[1]} is in the database only: its names are made up from the database's")
        classes[key] = EnumClass(name, key[1], _schema(reflection, key), _members(stored[key], None, []))
    return classes


def _name(wished: str, others: Iterable[EnumClass], taken: set[str], notes: list[str]) -> str:
    name = enum_name(wished, taken, [each.name for each in others])
    taken.add(name)
    if folded(name) != folded(wished):
        why = "the API document or generated clients have another of its name"
        notes.append(f"enum {renamed(wished, name, why)}")
    return name


def _schema(reflection: Reflection, key: EnumKey) -> str | None:
    return None if key[0] == reflection.default_schema else key[0]


def _members(stored: list[str], enum: Enum | None, notes: list[str]) -> list[Member]:
    names = {value.stored: value.name for value in enum.values} if enum else {}
    members: list[Member] = []
    taken: set[str] = set()
    for text in stored:
        value = names.pop(text, None)
        if enum and value is None:
            notes.append(f"value {text!r} of enum {enum.name} is in the database only")
        name = member_name(text if value is None else value, taken)
        taken.add(name)
        members.append(Member(name, text if value is None else value, text))
    if enum:
        notes += [f"value {name} of enum {enum.name} {ONLY_IN_PRISMA}" for name in names.values()]
    return members


def render_enum(enum: EnumClass) -> str:
    """The source of the class."""
    lines = [f"class {enum.name}(PrismaEnum):"]
    if enum.docs:
        lines.append(f"    {docstring(enum.docs)}")
    for member in enum.members:
        value = repr(member.value)
        lines.append(
            f"    {member.name} = {value if member.stored == member.value else f'{value}, {member.stored!r}'}"
        )
    return "\n".join(lines)


def docstring(docs: str) -> str:
    """`///` docs as the source of a docstring."""
    text = docs.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').strip()
    lines = text.splitlines() or [""]
    if len(lines) == 1 and not text.endswith('"'):
        return f'"""{text}"""'
    return '"""' + "\n    ".join(lines) + '\n    """'
