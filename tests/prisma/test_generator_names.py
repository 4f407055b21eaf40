import pytest

from service.app import create_app, openapi_document
from service.core.http.query import Count
from service.dev.generator.names import (
    OF_THE_DOCUMENT,
    attribute_name,
    class_name,
    class_name_of_table,
    enum_name,
    member_name,
)
from service.settings import load_settings
from tests.support.api import LOCAL


@pytest.mark.parametrize(
    ("prisma", "python"),
    [
        ("createdAt", "created_at"),
        ("userID", "user_id"),
        ("refresh_token", "refresh_token"),
        ("URLPath", "url_path"),
        ("user_Id", "user_id"),
        ("metadata", "metadata_"),
        ("registry", "registry_"),
        ("class", "class_"),
        ("None", "none"),
        ("list", "list_"),
        ("uuid", "uuid"),
        ("text", "text"),
        ("__mapper__", "mapper"),
        ("2fa", "field_2fa"),
        ("with spaces", "with_spaces"),
        ("ação", "acao"),
        ("Straße", "strasse"),
        ("søster", "soster"),
        ("Łódź", "lodz"),
        ("数据", "u6570u636e"),
        ("m²", "m2"),
        ("²", "field_2"),
        ("ﬁle", "file"),
        ("𐄇 lines", "lines"),
        ("___", "field"),
    ],
)
def test_attributes_are_snake_case(prisma: str, python: str) -> None:
    assert attribute_name(prisma) == python


def test_an_enum_is_called_as_nothing_else_in_the_document_whatever_its_case() -> None:
    assert enum_name("Colour", (), ["Size"]) == "Colour"
    assert enum_name("error_code", (), ["Size"]) == "error_code2"
    assert enum_name("size", (), ["Size", "size2"]) == "size22"
    assert enum_name("Base", (), ()) == "Base_"
    assert enum_name("partial", (), ()) == "partial2"
    assert enum_name("record", (), ()) == "record2"


def test_the_names_that_the_document_needs_are_those_that_it_has_without_resources() -> None:
    document = openapi_document(create_app(load_settings(LOCAL), resources=[]), diagnostics=True)
    # What each list takes.
    assert {*OF_THE_DOCUMENT} == document["components"]["schemas"].keys() | {Count.__name__}


def test_a_second_attribute_of_the_same_name_gives_way() -> None:
    assert attribute_name("userId", {"user_id"}) == "user_id_"
    assert attribute_name("userId", {"user_id", "user_id_"}) == "user_id__"


def test_classes_keep_prisma_s_name_unless_the_module_needs_it() -> None:
    assert class_name("Text") == "Text"
    assert class_name("Table") == "Table"
    assert class_name("users") == "users"
    assert class_name("Domain") == "Domain"
    assert class_name("Größe") == "Grosse"
    assert class_name("Größe", {"Grosse"}) == "Grosse_"
    assert class_name("Base") == "Base_"
    assert class_name_of_table("audit_logs") == "AuditLogs"
    assert class_name_of_table("2021 sales") == "Table2021Sales"
    assert class_name_of_table("m² sold") == "M2Sold"


@pytest.mark.parametrize(
    ("value", "member"),
    [
        ("PAST_DUE", "PAST_DUE"),
        ("past-due", "past_due"),
        ("", "EMPTY"),
        ("1st", "VALUE_1st"),
        ("m²", "m2"),
        ("€/m²", "m2"),
        ("\u0301a", "u301a"),
        ("zlá nálada", "zla_nalada"),
        ("mro", "mro_"),
        ("name", "name_"),
        ("value", "value_"),
        ("title", "title_"),
        ("None", "None_"),
        ("_sunder_", "sunder"),
    ],
)
def test_members_leave_what_enum_and_str_own(value: str, member: str) -> None:
    assert member_name(value) == member
