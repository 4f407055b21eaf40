"""Columns that public schemas hold, and which of them are taken for secrets."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeEngine

from service.dev.adopt.plan.columns import columns_of
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.secret_words import WORDS, Entry, SecretWords, SecretWordsError, split_words
from service.dev.adopt.plan.secrets import (
    can_hold_secret,
    counts_attempts,
    is_guessed,
    says_encrypted,
    spoken_of,
)
from service.dev.adopt.report.as_written import with_reasons
from service.dev.schema import parse_schema
from service.prisma.types import AsText, ExactDecimal, ScalarList, UtcTimestamp
from tests.dev.adopt.names import OPEN, SECRET
from tests.support.own_base import OwnBase

LABELLED = Path(__file__).with_name("labelled_columns.tsv")
KINDS: dict[str, TypeEngine[Any]] = {
    "String": sa.Text(),
    "Bytes": sa.LargeBinary(),
    "Json": pg.JSONB(),
    "Int": sa.Integer(),
    "BigInt": sa.BigInteger(),
    "Float": sa.Float(),
    "Decimal": ExactDecimal(),
    "Boolean": sa.Boolean(),
    "DateTime": UtcTimestamp(),
}
MISSED = {
    "AdminRequest.code",  # a code in a request is often its number; this one is told, since attempts at it are counted
    "DailyEventReference.dailytoken",  # two words in one, and the first is a product's name
}
FALSE_ALARMS = {
    # A hash says nothing of what it is of, and in another model it may be a password's.
    "Chat.hash",
    "ResourceOverride.hash",
    "Trending.hash",
    "WebhookEndpoint.secretProvisioning",  # a state, but nothing in the name says so
}
RECALL = 0.99
ALARMS = 0.01


class Column(NamedTuple):
    name: str
    kind: str
    label: str

    def found(self, words: SecretWords) -> str | None:
        model, _, field = self.name.partition(".")
        return words.find(field, model)

    def can_hold(self) -> bool:
        kind = KINDS[self.kind.removesuffix("[]")]
        return can_hold_secret(ScalarList(kind) if self.kind.endswith("[]") else kind)

    def hidden(self, words: SecretWords) -> bool:
        return self.can_hold() and self.found(words) is not None


@pytest.fixture(scope="module")
def words() -> SecretWords:
    return SecretWords.read()


@pytest.fixture(scope="module")
def columns() -> list[Column]:
    lines = LABELLED.read_text(encoding="utf-8").splitlines()
    return [Column(*line.split("\t")) for line in lines if not line.startswith("#")]


def test_the_list_is_long_and_names_each_column_once(columns: list[Column]) -> None:
    assert len(columns) >= 500
    assert len({column.name for column in columns}) == len(columns)
    assert {column.label for column in columns} == {"secret", "open"}
    assert sum(column.label == "secret" for column in columns) >= 150


def test_secrets_are_found(words: SecretWords, columns: list[Column]) -> None:
    secrets = [column for column in columns if column.label == "secret"]
    missed = {column.name for column in secrets if not column.hidden(words)}
    assert missed == MISSED, f"missed though not named: {sorted(missed ^ MISSED)}"
    assert len(missed) <= (1 - RECALL) * len(secrets)


def test_what_is_open_raises_no_alarm(words: SecretWords, columns: list[Column]) -> None:
    opened = [column for column in columns if column.label == "open"]
    alarms = {column.name: column.found(words) for column in opened if column.hidden(words)}
    assert alarms.keys() == FALSE_ALARMS, f"alarms though not named: {alarms}"
    assert len(alarms) <= ALARMS * len(opened)


def test_each_entry_is_needed(words: SecretWords, columns: list[Column]) -> None:
    """Without it some name would be judged otherwise."""
    columns = [*columns, *(Column(f".{name}", "String", "") for name in (*SECRET, *OPEN))]
    found = {column: column.found(words) for column in columns}
    bare = SecretWords(tuple(entry for entry in words.entries if not entry.harmless))
    near = {column for column in columns if column.found(bare)}

    def changes(entry: Entry) -> bool:
        without = SecretWords(tuple(other for other in words.entries if other is not entry))
        judged = None if entry.harmless else entry.text
        return any(
            (column.found(without) is None) is not (before is None)
            for column, before in found.items()
            if before == judged and (not entry.harmless or column in near)
        )

    needless = [entry.text for entry in words.entries if not changes(entry)]
    assert needless == [], f"nothing in {LABELLED.name}, and no name above, needs {needless}"


@pytest.mark.parametrize("name", SECRET)
def test_a_secret_in_any_case_style(name: str, words: SecretWords) -> None:
    assert words.find(name) is not None


@pytest.mark.parametrize("name", OPEN)
def test_no_secret(name: str, words: SecretWords) -> None:
    assert words.find(name) is None


def test_a_secret_beside_harmless_words_stays_one(words: SecretWords) -> None:
    assert words.find("tokenCountSecret") == "secret"
    assert words.find("contentHashSalt") == "salt"


def test_a_model_tells_what_a_field_is(words: SecretWords) -> None:
    assert words.find("key", "ApiKey") == "ApiKey.key"
    assert words.find("key", "UserApiKey") == "ApiKey.key"
    assert words.find("keyPrefix", "ApiKey") is None
    assert words.find("key", "Setting") is None
    assert words.find("name", "PasswordReset") is None
    assert words.find("hash", "Transaction") is None
    assert words.find("hash", "User") == "hash"


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("APIKeys", ["api", "key"]),
        ("is2FAEnabled", ["is", "2", "fa", "enabled"]),
        ("user_password2", ["user", "password", "2"]),
        ("hashes", ["hash"]),
        ("_MFA__pass", ["mfa", "pass"]),
        ("größenÄnderung", ["grossen", "anderung"]),
        ("старыйПароль2", ["старый", "пароль", "2"]),  # noqa: RUF001  # Cyrillic is meant
        ("user密码", ["user", "密", "码"]),
    ],
)
def test_words_of_a_name(name: str, split: list[str]) -> None:
    assert split_words(name) == split


def test_a_list_of_ones_own() -> None:
    own = SecretWords.parse(
        ["# ours", "", "house number  # of all things", "!old ...", "! ... was", "Flat.door"]
    )
    assert own.find("houseNumbers") == "house number"
    assert own.find("houseNumber2") == "house number"
    assert own.find("oldHouseNumber") is None
    assert own.find("houseNumberWas") is None
    assert own.find("house") is None
    assert own.find("door", "BigFlat") == "Flat.door"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("!", "2: '' is no words"),
        ("api-key", "2: 'api-key' is no words"),
        ("...", "2: '...' is no words"),
        ("token ...", "2: 'token ...' has '...', which only a line with a leading '!' may have"),
        ("! Token.value ...", "2: 'Token.value ...' names a whole field"),
        ("__", "2: '__' is no words"),
        ("PassWords", "2: 'PassWords' says what 'pass word' says already"),
    ],
)
def test_a_broken_list_says_which_line(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text(f"pass word\n{line}\n")
    with pytest.raises(SecretWordsError, match="^" + re.escape(f"{path}:{message}")):
        SecretWords.read(path)


def test_the_file_explains_itself() -> None:
    head = WORDS.read_text(encoding="utf-8").split("\n\n")[0]
    assert all(line.startswith("#") for line in head.splitlines())


@pytest.mark.parametrize(
    ("kind", "can"),
    [
        *((KINDS[name], name in {"String", "Bytes", "Json"}) for name in KINDS),
        (sa.String(9), True),
        (pg.BYTEA(), True),
        (sa.Uuid(), True),
        (pg.CITEXT(), True),
        (AsText("xml"), True),
        (ScalarList(sa.Text), True),
        (ScalarList(AsText("xml")), True),
        (ScalarList(sa.Integer), False),
        (pg.DOMAIN("secret", sa.Text()), True),
        (sa.Enum("a", name="e"), False),
        (pg.ENUM("a", name="e"), False),
        (ScalarList(pg.ENUM("a", name="e")), False),
    ],
    ids=str,
)
def test_types_that_can_hold_a_secret(kind: TypeEngine[Any], *, can: bool) -> None:
    assert can_hold_secret(kind) is can


@pytest.mark.parametrize(
    ("docs", "word"),
    [
        ("Encrypted JSON of the whole transport.", "Encrypted"),
        ("encrypt before storage", "encrypt"),
        ("The client's secret, and its id.", "secret"),
        ("Plain text, non-secret.", None),
        ("This is not a secret.", None),
        ("How an app signs.", None),
    ],
)
def test_what_docs_say_makes_a_column_one_to_look_at(docs: str, word: str | None) -> None:
    assert spoken_of(docs) == word


@pytest.mark.parametrize(
    ("name", "says"), [("isEncrypted", True), ("encrypted", True), ("is_active", False), ("encoded", False)]
)
def test_what_says_of_a_row_that_something_in_it_is_encrypted(name: str, *, says: bool) -> None:
    assert says_encrypted(name) is says


@pytest.mark.parametrize(
    ("name", "counts"),
    [("codeAttempts", True), ("attempt_count", True), ("attemptedAt", False), ("retries", False)],
)
def test_what_counts_attempts(name: str, *, counts: bool) -> None:
    assert counts_attempts(name) is counts


@pytest.mark.parametrize(
    ("name", "guessed"),
    [
        ("code", True),
        ("nonceValue", True),
        ("codes", True),
        ("codeOwner", False),
        ("lastErrorCode", False),
        ("_", False),
    ],
)
def test_what_is_guessed(name: str, *, guessed: bool) -> None:
    assert is_guessed(name) is guessed


class LookedAtBase(OwnBase):
    __abstract__ = True
    metadata = sa.MetaData()


class VaultRow(LookedAtBase):
    __tablename__ = "TestVault"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    is_encrypted: Mapped[bool] = mapped_column("isEncrypted", sa.Boolean)
    value: Mapped[str] = mapped_column(sa.Text)
    size: Mapped[int] = mapped_column(sa.Integer)


class PlainRow(LookedAtBase):
    __tablename__ = "TestPlain"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    team: Mapped[str] = mapped_column(sa.Text)
    note: Mapped[str] = mapped_column(sa.Text)
    config: Mapped[str] = mapped_column(sa.Text)
    rest: Mapped[str] = mapped_column(sa.Text)
    value: Mapped[str] = mapped_column(sa.Text)


class TriedRow(LookedAtBase):
    __tablename__ = "TestTried"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    code: Mapped[str] = mapped_column(sa.Text)
    email: Mapped[str] = mapped_column(sa.Text)
    code_attempts: Mapped[int] = mapped_column("codeAttempts", sa.Integer)


def test_columns_to_look_at() -> None:
    schema = parse_schema(
        'model Vault {\nid Int @id\nisEncrypted Boolean\nvalue String\nsize Int\n@@map("TestVault")\n}\n'
        "model Plain {\nid Int @id\n// What was installed (encrypted)\nteam String // Whose it is\n\n/// Credentials of a bank.\nnote String\n"
        "// Where mails go.\nconfig String // Encrypted JSON blob\n// A password, as it is.\n/// What is left.\nrest String\n"
        '// The secrets of others.\n\nvalue String\n@@map("TestPlain")\n}\n'
        'model Tried {\nid Int @id\ncode String\nemail String\ncodeAttempts Int\n@@map("TestTried")\n}\n'
    )
    looked_at = {
        f"{model.name}.{column.name}": column.doubt
        for row, model in zip((VaultRow, PlainRow, TriedRow), schema.models, strict=True)
        for column in columns_of(
            Source(sa.inspect(row), LookedAtBase.metadata.tables[row.__tablename__], model),
            SecretWords.read(),
        )
        if column.doubt
    }
    assert looked_at == {
        "Vault.value": "isEncrypted says that something in the row is encrypted",
        "Plain.team": "a comment at it, or at the group that it begins, says encrypted",
        "Plain.note": "its docs say Credentials",
        "Plain.config": "a comment at it, or at the group that it begins, says Encrypted",
        "Plain.rest": "a comment at it, or at the group that it begins, says password",
        "Tried.code": "codeAttempts counts how often something in the row is tried",
    }


class MappedBase(OwnBase):
    __abstract__ = True
    metadata = sa.MetaData()


class LoginRow(MappedBase):
    __tablename__ = "Login"

    digest: Mapped[str] = mapped_column("password_digest", sa.Text, primary_key=True)
    reference: Mapped[str] = mapped_column(sa.ForeignKey("Login.password_digest"))
    login: Mapped["LoginRow"] = relationship(remote_side=[digest])


def test_a_column_tells_of_a_secret_that_its_field_does_not_name() -> None:
    (model,) = parse_schema("""
        model Login {
          digest    String @id @map("password_digest")
          reference String
        }
    """).models
    source = Source(sa.inspect(LoginRow), MappedBase.metadata.tables["Login"], model)
    found = {column.wire: column.hidden for column in columns_of(source, SecretWords.read())}
    why = "a secret by its column's name, password_digest: password"
    assert found == {"digest": why, "reference": f"LoginRow.digest, {why}"}


class ReferringBase(OwnBase):
    __abstract__ = True
    metadata = sa.MetaData()


class TicketRow(ReferringBase):
    __tablename__ = "Ticket"
    token: Mapped[str] = mapped_column(sa.Text, primary_key=True)


class UseRow(ReferringBase):
    __tablename__ = "Use"
    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    ticket_id: Mapped[str] = mapped_column("ticketId", sa.ForeignKey("Ticket.token"))
    ticket: Mapped[TicketRow] = relationship()


def test_what_holds_a_secret_of_another_row_is_one() -> None:
    schema = parse_schema("""
        model Use {
          id       String @id
          ticketId String
          ticket   Ticket @relation(fields: [ticketId], references: [token])
        }
        model Ticket {
          token String @id
          uses  Use[]
        }
    """)
    source = Source(sa.inspect(UseRow), ReferringBase.metadata.tables["Use"], schema.models[0])
    found = {column.name: column.hidden for column in columns_of(source, SecretWords.read())}
    assert found == {"id": None, "ticket_id": "TicketRow.token, a secret by its name: token"}
    assert with_reasons(["UseRow.ticketId", "UseRow.id"], [source]) == [
        "UseRow.ticketId (TicketRow.token, a secret by its name: token)",
        "UseRow.id",
    ]
