"""What is planned and written for the models of this checkout, whichever they are, and for the example's."""

import ast
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeEngine

from service.dev.adopt import slices
from service.dev.adopt.adopted import Adopted, Kept, KeptSlice
from service.dev.adopt.merge.outcome import Outcome
from service.dev.adopt.options import ModelOptionError, Options
from service.dev.adopt.plan.annotations import taken
from service.dev.adopt.plan.columns import ColumnPlan
from service.dev.adopt.plan.decided import decided_now
from service.dev.adopt.plan.labels import label_of, place_of
from service.dev.adopt.plan.models import sources_of
from service.dev.adopt.plan.names import new_one_of, one_of
from service.dev.adopt.plan.paths import folder, path_of, paths
from service.dev.adopt.plan.plans import Inputs, Plans, plan_all, why_no_change
from service.dev.adopt.plan.plurals import singular
from service.dev.adopt.plan.resource import ResourcePlan
from service.dev.adopt.render.class_names import ClassNames
from service.dev.adopt.render.fields import Fields
from service.dev.adopt.render.imports import with_imports
from service.dev.adopt.render.queries import default_sort
from service.dev.adopt.render.slices import render
from service.dev.adopt.render.text import docstring, quoted
from service.dev.adopt.report.changes import new_models, perhaps_renamed
from service.dev.adopt.report.planned import report_of
from service.dev.adopt.report.summary import summary
from service.dev.adopt.stage import NotCleanError, check_clean
from service.dev.schema import Field, parse_schema, read_schema
from service.prisma import ids
from service.prisma.base import Base, ViewBase
from service.prisma.enums import PrismaEnum
from service.prisma.migrations import MIRROR
from service.prisma.types import ScalarList, UtcTimestamp

ROOT = Path(__file__).parents[3]
SOURCES = list(sources_of(read_schema(MIRROR)))
OF_THE_EXAMPLE = pytest.mark.skipif(
    not (ROOT / "tests/example").is_dir(), reason="the models are others here"
)


def test_paths_never_meet() -> None:
    found = paths(
        ["Health", "Data", "Sheep", "Session", "Resource", "Person", "People", "User", "Users", "Doc"]
    )
    assert found["Health"] == "health"
    assert found["Data"] == "data"
    assert found["Person"] == "people"
    assert len(set(found.values())) == len(found)
    assert "docs" not in found.values()


@pytest.mark.parametrize(
    ("model", "path"),
    [
        *(("Todo", "todos"), ("Promo", "promos"), ("Hero", "heroes"), ("UserInfo", "user-infos")),
        *(("Status", "statuses"), ("Alias", "aliases"), ("CanvasAgenda", "canvas-agendas")),
        *(("FAQ", "faqs"), ("FAQs", "faqs"), ("UserURLs", "user-urls"), ("HTTPStatus", "http-statuses")),
        *(("OAuthApp", "oauth-apps"), ("oAuthCode", "oauth-codes"), ("UserOAuth", "user-oauths")),
        *(("PhotoAuthor", "photo-authors"), ("IoTDevice", "iot-devices"), ("SaaSPlan", "saas-plans")),
        *(("Monarch", "monarchs"), ("Loch", "lochs"), ("ChatPersona", "chat-personas"), ("Opera", "operas")),
        *(("Middleware", "middleware"), ("News", "news"), ("Epoch", "epochs"), ("German", "germans")),
        *(("UnitOfMeasure", "units-of-measure"), ("ProofsOfAddress", "proofs-of-address")),
        *(("UserBillOfMaterials", "user-bills-of-materials"), ("OutOfOffice", "out-of-offices")),
    ],
)
def test_a_path_is_the_plural_that_people_write(model: str, path: str) -> None:
    assert paths([model]) == {model: path}


def test_a_path_that_callers_know_stays_whatever_comes() -> None:
    known = {"Data": "data", "Todo": "todoes"}
    assert paths(["Todo", "Todoe", "Datum", "Data"], known) == {
        "Todo": "todoes",
        "Todoe": "todoes-list",
        "Datum": "data-list",
        "Data": "data",
    }
    for path in ("todo-lists", "2-fas", "import"):
        assert path_of(folder(path)) == path


def test_classes_that_are_made_give_way_to_models() -> None:
    names = ClassNames(["PageItem"])
    assert names.give("Page") == "Page"
    assert names.give("PageItem") == "PageItem2"
    assert names.give("PageItem", "PageListItem") == "PageListItem"
    assert names.give("PageItem", "PageListItem") == "PageListItem2"
    # The document calls a list of pages so.
    assert names.give("PageList") == "PageList2"
    # So the client for Python calls what holds an answer; Go's calls something APIKey, and this otherwise.
    assert names.give("Response") == "Response2"
    assert names.give("ApiKey") == "ApiKey"
    # What orval and Kubb write in TypeScript uses these for things of their own.
    assert [names.give(name) for name in ("Headers", "Omit", "Partial")] == ["Headers2", "Omit2", "Partial2"]
    # Generators call both so, and have one file for them.
    assert names.give("Url_map") == "Url_map"
    assert names.give("URLMap") == "URLMap2"


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("topics", "topic"),
        ("sub_tasks", "sub_task"),
        ("address", "address"),
        ("event_data", "event_data"),
        ("", ""),
    ],
)
def test_singular(many: str, one: str) -> None:
    assert singular(many) == one


@pytest.mark.parametrize(
    ("name", "is_set_once"),
    [("created_at", True), ("date_created", True), ("last_seen_at", False), ("valid_from", False)],
)
def test_a_time_that_begins_as_now_can_change_but_for_that_of_creation(
    name: str, *, is_set_once: bool
) -> None:
    assert _column(name, UtcTimestamp(3), default=ids.now).is_set_once is is_set_once


@pytest.mark.parametrize(
    ("times", "first"),
    [
        ({"created_at": None}, "-created_at"),
        ({"date_created": None}, "-date_created"),
        ({"creation_time": None}, "-creation_time"),
        ({"inserted_at": ids.now}, "-inserted_at"),
        ({"account_created_at": ids.now}, "-account_created_at"),
        ({"account_created_at": ids.now, "created_at": ids.now}, "-created_at"),
        ({"account_created_at": None}, "id"),
        ({"seen_at": ids.now}, "id"),
    ],
)
def test_a_list_begins_with_the_newest_row_whatever_its_time_is_called(
    times: dict[str, Any], first: str
) -> None:
    key = replace(_column("id", sa.Integer()), is_key=True)
    columns = [key, *(_column(name, UtcTimestamp(3), default=now) for name, now in times.items())]
    source = Mock(table=sa.Table("things", sa.MetaData()))
    plan = ResourcePlan(source, "things", tuple(columns), None, None)
    assert default_sort(plan) == first


@pytest.mark.parametrize("always", [True, False])
def test_a_number_that_is_always_counted_is_nobodys_to_give(*, always: bool) -> None:
    assert _column("serial", sa.Integer(), identity=always).is_created is not always


@pytest.mark.parametrize(("name", "is_large"), [("html_content", True), ("source", False)])
def test_what_lists_leave_out(name: str, *, is_large: bool) -> None:
    assert _column(name, sa.Text()).is_large is is_large


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("a String?", "Text | None = None"),
        ("a String? @default(cuid())", "Text | §UnsetType | None = §UNSET"),
        ('a String? @default(dbgenerated("now()"))', "Text | §UnsetType | None = §UNSET"),
        ('a String? @default("b")', 'Text | None = "b"'),
        ("a String @default(cuid())", "Text | §UnsetType = §UNSET"),
        ("a String[]", "= []"),
        ("a String[] @default([])", "= []"),
        ('a String[] @default(["b"])', "| §UnsetType = §UNSET"),
    ],
)
def test_what_a_new_row_leaves_out_is_for_its_default_to_fill(column: str, said: str) -> None:
    model = parse_schema(f"model M {{\n  id Int @id\n  {column}\n}}").models[0]
    field = model.fields[1]
    options: dict[str, Any] = {"nullable": field.arity != "required"}
    if "dbgenerated" in column:
        options["server_default"] = sa.text("now()")
    elif field.default is not None:
        options["default"] = "b"
    kind = ScalarList(sa.Text) if field.arity == "list" else sa.Text()
    fields = Fields((plan := _column("a", kind, field=field, **options),), {}, set())
    assert fields.created(plan).endswith(said)
    assert fields.replaced(plan) == fields.created(plan)


@pytest.mark.parametrize(
    ("field", "model", "is_label"),
    [
        ("name", "User", True),
        ("displayName", "User", True),
        ("productName", "Product", True),
        ("category_title", "ProductCategory", True),
        ("razaoSocial", "Empresa", True),
        ("libellé", "Article", True),
        ("username", "User", True),
        ("invoiceNumber", "Invoice", True),
        ("supplierName", "Product", False),
        ("userName", "ApiUserKey", False),
        ("phoneNumber", "User", False),
        ("number", "Phone", False),
        ("phoneNumber", "UserPhone", False),
        ("title", "Card", True),
    ],
)
def test_people_know_a_row_by_its_name(field: str, model: str, *, is_label: bool) -> None:
    assert (place_of(field, model) is not None) is is_label


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        (["lastName", "email", "firstName", "title"], ("firstName", "lastName")),
        (["firstName", "lastName", "name"], ("name",)),
        (["firstName", "title"], ("title",)),
        (["apellidos", "nombre", "telefono"], ("nombre", "apellidos")),
        (["memberFirstName", "memberLastName"], ("memberFirstName", "memberLastName")),
        (["username", "displayName"], ("displayName",)),
        (["username", "email"], ("username",)),
        (["subject", "code"], ("subject",)),
        (["email", "phone"], ()),
    ],
)
def test_people_are_known_by_both_names(fields: list[str], label: tuple[str, ...]) -> None:
    assert label_of(fields, "Member") == label


def test_a_row_of_what_is_many_by_its_name_is_one_of_them() -> None:
    assert (one_of("InvoiceLine"), new_one_of("InvoiceLine")) == ("an invoice line", "a new invoice line")
    many = "one of the user settings"
    assert (one_of("UserSettings"), new_one_of("UserSettings")) == (many, f"a new {many}")


def test_an_enums_default_is_found_by_prismas_word_for_it() -> None:
    class Billing(PrismaEnum):
        NONE_ = "None"
        PAST_DUE = "past-due", "past due"
        true = "true"

    enum = "enum Billing {\n  None\n  past-due\n  true\n}\n"
    for word, member in (("None", Billing.NONE_), ("past-due", Billing.PAST_DUE), ("true", Billing.true)):
        field = (
            parse_schema(f"{enum}model M {{\n  id Int @id\n  a Billing @default({word})\n}}")
            .models[0]
            .fields[1]
        )
        assert _column("a", sa.Enum(Billing), field=field, default=member).literal is member


def test_null_is_a_value_inside_of_a_list_of_documents() -> None:
    assert taken(ScalarList(pg.JSONB)).startswith("§Annotated[list[§JsonValue | None], ")
    assert taken(ScalarList(sa.Text)).startswith("§Annotated[list[§Text], ")


@pytest.mark.parametrize(("base", "annotation"), [(Base, "list[str]"), (ViewBase, "list[str | None]")])
def test_views_may_put_null_into_lists(
    base: type[Base | ViewBase], annotation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "metadata", metadata := sa.MetaData())
    column = _column("titles", ScalarList(sa.Text))
    sa.Table("AuthorTitles", metadata, column.column)
    shown = Fields((column,), {}, set()).shown(column)
    assert shown == f"    titles: {annotation}"


@pytest.mark.parametrize(
    ("kind", "annotation"),
    [
        (sa.String(20), "Said"),
        (sa.Numeric(9, 2), "Said"),
        (sa.Text(), '§Annotated[str, §Meta(description="What was said.")]'),
        (sa.LargeBinary(), '§Annotated[bytes, §Meta(description="What was said.")]'),
        (ScalarList(sa.Integer), '§Annotated[list[§Int], §Meta(description="What was said.")]'),
        (ScalarList(sa.String(20)), '§Annotated[list[str], §Meta(description="What was said.")]'),
    ],
)
def test_answers_have_the_limits_of_their_columns_alone(kind: TypeEngine[Any], annotation: str) -> None:
    """Prisma stores more than a payload of this service may hold, and a generated client may check what it is answered."""
    column = replace(_column("said", kind, nullable=False), docs="What was said.")
    sa.Table("Said", sa.MetaData(), column.column)
    fields = Fields((column,), {}, set())
    assert fields.shown(column) == f"    said: {annotation}"
    assert fields.replaced(column).startswith("    said: Said")


@pytest.mark.parametrize("nullable", [True, False])
def test_payloads_take_jsons_null(*, nullable: bool) -> None:
    """A required column shows null where it holds JSON's own, which has to be taken back."""
    column = _column("facts", pg.JSONB(), nullable=nullable)
    fields = Fields((column,), {}, set())
    assert "§JsonValue | None" in fields.created(column)
    assert "§JsonValue | None" in fields.replaced(column)
    assert "§JsonValue | §UnsetType | None" in fields.updated(column)
    assert "list[§JsonValue | None]" in taken(ScalarList(pg.JSONB()))


def _column(
    name: str,
    kind: TypeEngine[Any],
    *,
    identity: bool | None = None,
    field: Field | None = None,
    **more: Any,
) -> ColumnPlan:
    counted = [] if identity is None else [sa.Identity(always=identity)]
    column: sa.Column[Any] = sa.Column(name, kind, *counted, **more)
    return ColumnPlan(name, name, column, field=field, is_key=False, foreign=False, hidden=None)


def _inputs(adopted: Adopted | None = None) -> Inputs:
    return Inputs(read_schema(MIRROR), SOURCES, adopted or Adopted())


def _plans(
    options: Options, adopted: Adopted | None = None, renamed: Mapping[str, str] | None = None
) -> Plans:
    return plan_all(_inputs(adopted), options, renamed)


@OF_THE_EXAMPLE
def test_the_plan_of_the_example() -> None:
    plans = _plans(Options(tenant="User", read_only=["Subscription"], leave_out=["PageRevision"]))
    by_name = {plan.name: plan for plan in plans.resources}
    assert plans.left_out == {
        "Session": "its key sessionToken is a secret by its name: token",
        "VerificationToken": "its key token is a secret by its name: token",
        "PageRevision": "--except",
    }
    assert {column.wire for column in by_name["User"].hidden} == {"passwordHash"}
    assert by_name["Page"].readable
    assert by_name["Page"].readable.endswith('Page.author_id == §claim("tenant")')
    assert by_name["Topic"].readable is None
    assert by_name["Subscription"].read_only == "--read-only"
    assert by_name["AuthorStats"].read_only == "a view"
    assert {column.wire for column in by_name["Page"].alone} == {"content", "metadata"}
    said = summary(report_of(plans))
    assert "User.passwordHash: a secret by its name: password" in said
    assert "whose rows" not in said


@OF_THE_EXAMPLE
@pytest.mark.parametrize("former", ["User", "Person"])
def test_a_column_that_is_not_hidden_any_more_is_told(former: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would be shown, and written, without anybody's having decided so. Also under a new name of the model."""
    written = render(_plans(Options()).resources, []).slices["User"]
    kept = KeptSlice("users", files={name: Kept(text, name) for name, text in written.files.items()})
    for name, value in {
        "read_adopted": Adopted(slices={former: kept}),
        "renamed_models": {"User": former} if former != "User" else {},
        "merge": Outcome(),
        "write_options": None,
        "correct": None,
    }.items():
        monkeypatch.setattr(slices, name, Mock(return_value=value))

    def said() -> str:
        return summary(slices.write_slices(Options(tenant="authorId"), []))

    assert "until now" not in said()
    monkeypatch.setattr("service.dev.adopt.plan.columns.SecretWords.why", Mock(return_value=None))
    now = said()
    assert "User.passwordHash: it was hidden until now" in now
    assert now.count("until now") == 1
    assert "--tenant authorId is a field" in now


@OF_THE_EXAMPLE
def test_a_resource_that_was_adopted_keeps_its_path() -> None:
    adopted = Adopted(slices={"Topic": KeptSlice("service/api/v1/topices_")})
    found = {plan.name: plan.path for plan in _plans(Options(), adopted).resources}
    assert (found["Topic"], found["Page"]) == ("topices", "pages")
    found = {plan.name: plan.path for plan in _plans(Options(), adopted, {"Page": "Topic"}).resources}
    assert found["Page"] == "topices"


@OF_THE_EXAMPLE
def test_what_is_written_is_python() -> None:
    rendered = render(_plans(Options()).resources, [])
    for slice_ in rendered.slices.values():
        for name, text in slice_.files.items():
            ast.parse(text, name)
    assert "password" not in "".join(rendered.slices["User"].files["dto.py"])


@OF_THE_EXAMPLE
@pytest.mark.parametrize(
    ("tenant", "annotation"), [("User", "KeyText | UnsetType = UNSET"), (None, "KeyText")]
)
def test_what_a_token_says_of_a_new_row_may_be_left_out(tenant: str | None, annotation: str) -> None:
    dto = render(_plans(Options(tenant=tenant)).resources, []).slices["Page"].files["dto.py"]
    payload = dto.partition("class PageReplace")[2].partition("class ")[0]
    assert f"author_id: {annotation}\n" in payload


def test_a_sign_in_a_text_of_the_schema_is_no_mark_of_an_import() -> None:
    """Laws have paragraphs: `§28` in a comment was taken for a name to import, and ended adoption."""
    assert with_imports("Laws.", f"class Law:\n    {docstring('As §28, §§ 3 and §Text say')}\n", set()) == (
        '"""Laws."""\n\n\n\nclass Law:\n    """As §28, §§ 3 and §Text say."""\n'
    )
    assert with_imports("Laws.", f"law: §Text = {quoted('§28')}", set()) == (
        '"""Laws."""\n\nfrom service.core.schema import Text\n\nlaw: Text = "§28"'
    )


def test_why_no_row_is_changed() -> None:
    key = replace(_column("id", sa.Text()), is_key=True)
    created = _column("created_at", UtcTimestamp(3), default=ids.now)
    secret = replace(_column("hash", sa.Text()), hidden="a secret")
    assert why_no_change((key,)) == "all of a row is its key"
    for column in (created, secret):
        why = why_no_change((key, column))
        assert why == "what a row has beside its key is hidden, or nobody's to change"
    assert why_no_change((key, _column("note", sa.Text()))) is None


@OF_THE_EXAMPLE
def test_what_triggers_refuse_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit log was offered with a PUT and a PATCH that the database refused each time."""
    refusals = dict.fromkeys(("UPDATE", "DELETE"), "trigger keep")
    monkeypatch.setattr("service.models.tables.Topic.__refusals__", refusals)
    plans = _plans(Options())
    topic = next(plan for plan in plans.resources if plan.name == "Topic")
    assert topic.no_change == "trigger keep refuses it"
    assert not topic.no_create
    files = render(plans.resources, []).slices["Topic"].files
    assert "TopicReplace" not in files["dto.py"]
    payload = files["dto.py"].partition("class TopicCreate(Payload")[2].partition("\n\n\n")[0]
    assert "name: " in payload, "the payload of a new row says all of it"
    said = summary(report_of(plans))
    assert "no update: trigger keep refuses it; a DELETE fails: trigger keep refuses it" in said
    monkeypatch.setattr("service.models.tables.Topic.__refusals__", refusals | {"INSERT": "trigger more"})
    topic = next(plan for plan in _plans(Options()).resources if plan.name == "Topic")
    assert topic.read_only == "trigger keep refuses it"


@OF_THE_EXAMPLE
def test_a_new_column_is_nobodys_until_somebody_decides() -> None:
    columns = {"Topic": ["id"], "User": ["id"]}
    plans = {plan.name: plan for plan in _plans(Options(columns=columns)).resources}
    assert plans["Topic"].undecided == ("name",)
    assert plans["Topic"].no_create == "name is new and required"
    assert {column.name for column in plans["Topic"].columns} == {"id"}


@OF_THE_EXAMPLE
@pytest.mark.parametrize("taken", ["", "class PageReplace(Payload):\n    topic_ids: TopicIds = []\n"])
def test_the_ids_of_a_new_relation_are_shown_and_no_write_takes_them(
    taken: str,
) -> None:
    text = f"class Page(Resource):\n    id: str\n\nclass PageUpdate(Payload):\n    name: str\n\n{taken}"
    folder = "service/api/v1/pages"
    known = Adopted(slices={"Page": KeptSlice(folder, files={f"{folder}/dto.py": Kept(text, "")})})
    plans = _plans(Options(columns={"Page": ["id"]}), known)
    (page,) = (plan for plan in plans.resources if plan.name == "Page")
    assert [(each.beside, each.is_written) for each in page.linked] == [("topic_ids", bool(taken))]
    (line,) = (line for line in report_of(plans).resources if line.model == "Page")
    assert line.waiting == ([] if taken else ["topicIds"])
    # A resource that was asked for is written as a new one.
    (page,) = (plan for plan in _plans(Options(), known).resources if plan.name == "Page")
    assert page.linked[0].is_written


@OF_THE_EXAMPLE
@pytest.mark.parametrize("mapping", ["", "    whole = Mapping(Topic, tables.Topic)\n"])
def test_lists_and_single_rows_keep_to_one_dto_when_a_relation_comes(
    mapping: str,
) -> None:
    folder = "service/api/v1/topics"
    text = f"class TopicRepository(Repository[tables.Topic, Topic]):\n{mapping}    reader = ListReader()\n"
    known = Adopted(slices={"Topic": KeptSlice(folder, files={f"{folder}/repository.py": Kept(text, "")})})
    plans = _plans(Options(columns={"Topic": ["id", "name"]}), known)
    (topic,) = (plan for plan in plans.resources if plan.name == "Topic")
    assert topic.has_item == bool(mapping)
    (line,) = (line for line in report_of(plans).resources if line.model == "Topic")
    assert line.unshown == ([] if mapping else ["pageIds"])
    assert ("not shown yet: pageIds" in summary(report_of(plans))) == bool(line.unshown)
    # A resource that was asked for is written as a new one.
    (topic,) = (plan for plan in _plans(Options(), known).resources if plan.name == "Topic")
    assert topic.has_item


@OF_THE_EXAMPLE
def test_a_new_column_of_a_key_is_shown_since_without_it_no_row_is_found() -> None:
    plans = {plan.name: plan for plan in _plans(Options(columns={"Topic": ["name"]})).resources}
    assert plans["Topic"].undecided == ()
    assert {column.name for column in plans["Topic"].columns} == {"id", "name"}


@OF_THE_EXAMPLE
def test_a_model_under_a_new_name_has_the_columns_that_it_had() -> None:
    known = Adopted(slices={"Subject": KeptSlice("service/api/v1/subjects")})
    options, renamed = Options(columns={"Subject": ["id"]}), {"Topic": "Subject"}
    plans = _plans(options, known, renamed)
    assert next(plan.undecided for plan in plans.resources if plan.name == "Topic") == ("name",)
    assert decided_now(options, SOURCES, {"Topic"}, renamed)["Topic"] == ["id"]


@OF_THE_EXAMPLE
def test_models_that_came_are_named_where_others_were_there() -> None:
    plans = _plans(Options(only=["Topic", "User", "Page"]))
    assert new_models(plans, _inputs(), {}) == []
    known = Adopted(slices={"Topic": KeptSlice("service/api/v1/topics")})
    assert new_models(plans, _inputs(known), {"Page": "Text"}) == ["New, each with a resource now: User."]


@OF_THE_EXAMPLE
def test_a_column_that_may_be_one_which_went_is_told() -> None:
    options = Options(columns={"Topic": ["id", "title"]})
    plans = _plans(options)
    text = "class Topic(Resource):\n    id: Int\n    title: str\n"
    known = Adopted(slices={"Topic": KeptSlice("service/api/v1/topics", files={"dto.py": Kept(text, "")})})
    (said,) = perhaps_renamed(plans, _inputs(known), options, {})
    assert said.startswith("Topic.name is new, and the only one of the type of title, which is gone.")
    assert perhaps_renamed(_plans(Options()), _inputs(known), Options(), {}) == []


def _planned(options: Options) -> set[str]:
    return {each.name for each in _plans(options).resources}


@OF_THE_EXAMPLE
def test_a_column_that_went_and_comes_again_is_new() -> None:
    options = Options(columns={"Topic": ["id", "slug"], "Gone": ["id"]})
    found = decided_now(options, SOURCES, _planned(options), {})
    assert found["Topic"] == ["id"]
    assert "Gone" not in found
    assert "name" in decided_now(Options(), SOURCES, _planned(Options()), {})["Topic"]


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelOptionError, match="no model Nobody"):
        _plans(Options(only=["Nobody"]))


@OF_THE_EXAMPLE
def test_a_tenant_has_one_key() -> None:
    with pytest.raises(ModelOptionError, match="key of several columns"):
        _plans(Options(tenant="Account"))


def test_what_is_not_committed_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotCleanError, match="no git checkout"):
        check_clean(tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    check_clean(tmp_path)
    (tmp_path / "new.py").touch()
    with pytest.raises(NotCleanError, match=r"new\.py"):
        check_clean(tmp_path)


def test_in_a_larger_repository_its_own_folder_alone_has_to_be_clean(tmp_path: Path) -> None:
    root = tmp_path / "services" / "data"
    (root / "service").mkdir(parents=True)
    (tmp_path / "web.ts").touch()
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    check_clean(root)
    for number in range(12):
        (root / "service" / f"{number:02}.py").touch()
    with pytest.raises(NotCleanError) as refused:
        check_clean(root)
    said = str(refused.value)
    assert "services/data/service/00.py" in said
    assert "and 2 more" in said
    assert "web.ts" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "required"),
        (["--only", "Page", "here"], "before the options"),
        (["--resource"], "nox -s resource"),
        # What nobody would look at is no success.
        (["--resource", "Page", "--tenant", "User"], "--tenant"),
        (["here", "--resource", "Page"], "--resource"),
        (["here", "--name", 'a "quoted" one'], "letters, digits"),
        # In a copy without git that is what is said.
        (
            ["nowhere", "--dry-run"],
            "nowhere does not exist" if (ROOT / ".git").exists() else "no git checkout",
        ),
    ],
)
def test_a_wrong_call_changes_nothing(arguments: list[str], said: str) -> None:
    command = [sys.executable, "-O", "-m", "service.dev.adopt", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
