"""Makes names for Python from those of Prisma and PostgreSQL."""

import re
import unicodedata
from collections.abc import Collection
from contextlib import suppress
from keyword import iskeyword

from service.prisma.base import Base, ViewBase
from service.prisma.enums import PrismaEnum
from service.prisma.names import folded

WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

IMPORTED_MODULES = frozenset({"dt", "ids", "pg", "sa"})
IMPORTED_CLASSES = frozenset({"Any", "Base", "Decimal", "Mapped", "TYPE_CHECKING", "UUID", "ViewBase"})
PRISMA_TYPES = frozenset(
    {
        "AsText",
        "CrossedEnum",
        "ExactDecimal",
        "ExactMoney",
        "PrismaEnum",
        "ScalarList",
        "SqlDomain",
        "UtcTimestamp",
    }
)
FUNCTIONS = frozenset({"foreign", "literal_sql", "mapped_column", "relationship", "remote", "stored_values"})

ANNOTATIONS = frozenset({"bool", "bytes", "dict", "float", "int", "list", "str", "tuple"})

RESERVED_CLASSES = IMPORTED_MODULES | IMPORTED_CLASSES | PRISMA_TYPES | FUNCTIONS | ANNOTATIONS
OF_THE_DOCUMENT = (
    *("Count", "ErrorCode", "FieldCode", "FieldError", "Health", "Problem"),
    *("DatabaseDiagnostics", "DriftFigures", "MigrationFigures", "PoolFigures", "ServerDiagnostics"),
)
"""Names of schemas in the API document that belong to no resource and no enum."""
OF_CLIENTS = frozenset(
    [
        # In Python
        *("Any", "AuthenticatedClient", "Client", "Generator", "HTTPStatus"),
        *("Mapping", "Response", "TypeVar", "Unset"),
        # in Go
        *("APIClient", "APIKey", "APIResponse", "BasicAuth", "Configuration", "GenericOpenAPIError"),
        *("MappedNullable", "ServerConfiguration", "ServerConfigurations", "ServerVariable"),
        *("Bool", "Float32", "Float64", "Int", "Int32", "Int64", "String", "Time"),
        # and in TypeScript.
        *("Array", "Awaited", "DataTag", "FetchError", "Headers", "Iterable", "Json"),
        *("MutationFunction", "NonNullable", "Omit", "Partial", "Pick", "Promise"),
        *("QueryClient", "QueryKey", "Record", "RequestInit", "ResponseError", "ReturnType"),
        *("Set", "UseQueryOptions", "UseQueryResult"),
    ]
)
"""Names that generated clients use for things of their own: with a schema of that name they do not compile."""
OF_DTOS = frozenset({"msgspec", "stored_before", "stored_row_hash"})
"""Names that the classes of DTOs use beside their fields."""
CALLED_ON_MODELS = frozenset({"to_dict"})  # Advanced Alchemy calls it where a model has one
RESERVED_ATTRIBUTES = (
    IMPORTED_MODULES
    | FUNCTIONS
    | ANNOTATIONS
    | OF_DTOS
    | CALLED_ON_MODELS
    | frozenset(dir(Base))
    | frozenset(dir(ViewBase))
)
RESERVED_MEMBERS = frozenset(dir(PrismaEnum)) | frozenset(dir(str)) | {"mro", "name", "value", "stored"}


def renamed(wished: str, name: str, reason: str) -> str:
    """A note why a class has another name than in schema.prisma: letters beyond ASCII, or else `reason`."""
    reason = reason if wished.isascii() else "names in the API document have no other letters"
    return f"{wished} is class {name}: {reason}"


def attribute_name(name: str, taken: Collection[str] = ()) -> str:
    """An attribute in snake_case; a trailing underscore tells it from names that Python and SQLAlchemy have."""
    snake = WORD_START.sub("_", _identifier(name)).lower().strip("_") or "field"
    return free_name(snake if snake.isidentifier() else f"field_{snake}", RESERVED_ATTRIBUTES, taken)


def class_name(name: str, taken: Collection[str] = ()) -> str:
    """The name of a model's class: as Prisma calls the model, with a trailing underscore where that is reserved."""
    return free_name(_identifier(name), RESERVED_CLASSES, taken)


def enum_name(name: str, taken: Collection[str], enums: Collection[str]) -> str:
    """The name of an enum's class, which is its name in the API document too, where generators ignore case."""
    used = {folded(each) for each in (*OF_THE_DOCUMENT, *enums)}
    while folded(name) in used or pascal(name) in OF_CLIENTS:
        name += "2"
    return class_name(name, taken)


def class_name_of_table(name: str, taken: Collection[str] = ()) -> str:
    """The name of a class for a table that Prisma does not name: `audit_logs` gives `AuditLogs`."""
    found = pascal(name) or "Table"
    return class_name(found if found.isidentifier() else f"Table{found}", taken)


def pascal(name: str) -> str:
    """A name in PascalCase: `user_account` and `userAccount` give `UserAccount`."""
    return "".join(part[:1].upper() + part[1:] for part in _identifier(name).split("_"))


def member_name(name: str, taken: Collection[str] = ()) -> str:
    """The name of an enum's member; a trailing underscore tells it from attributes of enums and strings."""
    member = _identifier(name).strip("_") or "EMPTY"
    return free_name(member if member.isidentifier() else f"VALUE_{member}", RESERVED_MEMBERS, taken)


def table_variable(name: str, taken: Collection[str] = ()) -> str:
    """The name of the variable for a table without a class."""
    return free_name(f"t_{attribute_name(name)}", (), taken)


def free_name(name: str, reserved: Collection[str], taken: Collection[str]) -> str:
    """The name, with as many underscores behind it as it takes to be free."""
    while iskeyword(name) or name in reserved or name in taken:
        name += "_"
    return name


def plain_letters(name: str) -> str:
    """The name with plain Latin letters in place of those with marks: `Größe` gives `Grosse`; other scripts stay."""
    return "".join(map(_plain, unicodedata.normalize("NFKC", name)))


def _identifier(name: str) -> str:
    """What Python accepts of a name, in the ASCII that the API document and ruff ask for: `Größe` gives `Grosse`."""
    return re.sub(" +", "_", "".join(map(_in_ascii, plain_letters(name))))


def _in_ascii(letter: str) -> str:
    if not f"_{letter}".isidentifier():
        return " "
    # Letters of other scripts are told apart by their code points.
    return letter if letter.isascii() else f"u{ord(letter):x}"


def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    with suppress(LookupError, ValueError):  # `ø` is not composed of an o, but its Unicode name says o
        base = unicodedata.lookup(unicodedata.name(base).partition(" WITH ")[0])
    plain = base if base.isascii() else base.casefold()
    return plain if plain.isascii() else letter
