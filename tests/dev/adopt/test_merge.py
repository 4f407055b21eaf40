"""Examples of what a merge does to a team's files."""

import ast
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from service.dev.adopt.adopted import FOLDER, MANIFEST, Adopted, Kept, KeptSlice
from service.dev.adopt.errors import MergeError
from service.dev.adopt.merge.merging import merge
from service.dev.adopt.merge.outcome import Outcome
from service.dev.adopt.merge.python.imports import Binding
from service.dev.adopt.merge.python.modules import merge_sources
from service.dev.adopt.merge.renamed import renamed_columns, renamed_models
from service.dev.adopt.merge.ruff import Ruff
from service.dev.adopt.render.rendered import Rendered, Slice
from tests.dev.adopt.stand_in import Schema, render

COLUMNS = {"id": "Int", "name": "Text", "note": "Text", "price": "Decimal", "paid_at": "Timestamp"}
DTO = "service/api/v1/invoices/dto.py"
REPOSITORY = "service/api/v1/invoices/repository.py"
RESOURCES = "service/resources.py"


class Team:
    """A team's checkout of two models."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.length(110)
        (root / "service/api").mkdir(parents=True, exist_ok=True)
        (root / "service/__init__.py").touch()
        self.schema = Schema({"Invoice": dict(COLUMNS), "Tag": {"id": "Int", "name": "Text"}}, root=root)
        self.adopt()

    def adopt(self) -> Outcome:
        return merge(self.root, render(self.schema))

    def length(self, line_length: int) -> None:
        (self.root / "pyproject.toml").write_text(f"[tool.ruff]\nline-length = {line_length}\n")

    def read(self, path: str = DTO) -> str:
        return (self.root / path).read_bytes().decode()

    def edit(self, old: str, new: str, path: str = DTO) -> None:
        text = self.read(path)
        assert old in text
        (self.root / path).write_bytes(text.replace(old, new).encode())

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def kinds(outcome: Outcome) -> set[str]:
    return {event.kind for event in outcome.events}


def test_first_everything_is_written_and_then_nothing(team: Team) -> None:
    before = team.files()
    assert f"{FOLDER}/{DTO}.base" in before
    again = team.adopt()
    assert (again.events, again.clashes) == ([], [])
    assert team.files() == before


def test_a_checkout_may_lie_in_a_folder_of_any_name(tmp_path: Path) -> None:
    root = tmp_path / 'it\'s "größe" [1]'
    root.mkdir()
    team = Team(root)
    assert team.adopt().events == []


def test_neighbouring_edits_do_not_clash(team: Team) -> None:
    team.edit("    note: Annotated[Text", "    note: Annotated[Text | None", DTO)
    team.edit('"note": one_of(tables.Invoice.note)', '"note": like(tables.Invoice.note)', REPOSITORY)
    team.schema.models["Invoice"] |= {"name": "Int", "price": "Text", "after": "Date"}
    outcome = team.adopt()
    assert outcome.clashes == []
    text = team.read()
    assert "    note: Annotated[Text | None" in text
    assert "    name: Annotated[Int" in text
    assert "    after: Annotated[Date" in text
    assert "import Date," in text
    assert '"note": like(tables.Invoice.note)' in team.read(REPOSITORY)
    assert '"after": one_of(tables.Invoice.after)' in team.read(REPOSITORY)


def as_it_is(binding: Binding) -> Binding:
    return binding


@pytest.mark.parametrize(
    ("base", "now", "theirs", "merged"),
    [
        ("a: Color", "a: Shade | None", "a: Annotated[Color, Words('Ours.')]", "a: Annotated[Shade | None, Words('Ours.')]"),
        ("a: list[Tag]", "a: list[Label]", "a: Annotated[list[Tag], 1, 2]", "a: Annotated[list[Label], 1, 2]"),
        ("a: int = 1", "a: int = 2", "a: Annotated[int, 'é', Words()] = 1", "a: Annotated[int, 'é', Words()] = 2"),
        ("a = {'b': b}", "a = {'b': b, 'c': c}", "a: dict[str, F] = {'o': o, 'b': b}", "a: dict[str, F] = {'o': o, 'b': b, 'c': c}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("inside", [False, True])
def test_what_the_team_wrote_around_a_type_clashes_with_no_change_of_it(
    base: str, now: str, theirs: str, merged: str, *, inside: bool
) -> None:
    head = "class It:\n    first: int\n    " if inside else ""
    sides, left_out = merge_sources(f"{head}{base}\n", f"{head}{now}\n", f"{head}{theirs}\n", as_it_is)
    assert (sides.clash, left_out) == (False, [])
    assert ast.dump(ast.parse(sides.theirs)) == ast.dump(ast.parse(f"{head}{merged}\n"))


@pytest.mark.parametrize(
    ("base", "now", "theirs", "merged"),
    [
        ("m = M(a, hidden=[b])", "m = M(a)", "m = M(a, hidden=[b, o])", "m = M(a, hidden=[o])"),
        ("m = M(a, hidden=[b, c])", "m = M(a)", "m = M(a, hidden=[b])", "m = M(a)"),
        (
            "I = {'b': b(c)}\nO = I | {'d': d}\nm = M(a, fields=I)\nn = M(a, fields=O)",
            "O = {'d': d, 'e': e}\nm = M(a)\nn = M(a, fields=O)",
            "I = {'o': o(1), 'b': b(c)}\nO = I | {'d': d}\nm = M(a, fields=I)\nn = M(a, fields=O)",
            "I = {'o': o(1)}\nO = I | {'d': d, 'e': e}\nm = M(a, fields=I)\nn = M(a, fields=O)",
        ),
    ],
)
def test_entries_of_the_teams_stay_when_the_last_that_was_written_goes(
    base: str, now: str, theirs: str, merged: str
) -> None:
    sides, _ = merge_sources(f"{base}\n", f"{now}\n", f"{theirs}\n", as_it_is)
    assert not sides.clash
    assert ast.dump(ast.parse(sides.theirs)) == ast.dump(ast.parse(merged))


@pytest.mark.parametrize("theirs", ["a: int  # ours", "# ours\n    a: int", "a: int\n    # ours"])
def test_a_comment_of_the_teams_on_what_goes_clashes(theirs: str) -> None:
    base, now = "class It:\n    a: int\n    b: int\n", "class It:\n    b: int\n"
    sides, _ = merge_sources(base, now, f"class It:\n    {theirs}\n    b: int\n", as_it_is)
    assert "ours" in sides.theirs


@pytest.mark.parametrize(
    ("entry", "theirs"),
    [("b(2)", "[b(1)]"), ("b", "o"), ("b", "[b] + o"), ("b", "[\n    b,  # ours\n]")],
)
def test_what_the_team_made_of_an_entry_that_goes_clashes(entry: str, theirs: str) -> None:
    sides, _ = merge_sources(
        f"m = M(a, hidden=[{entry}])\n", "m = M(a)\n", f"m = M(a, hidden={theirs})\n", as_it_is
    )
    assert sides.clash


def test_a_type_that_both_changed_clashes() -> None:
    base, now = "class It:\n    a: Color\n", "class It:\n    a: Shade\n"
    assert merge_sources(base, now, "class It:\n    a: Annotated[Hue, 1]\n", as_it_is)[0].clash


def test_both_add_at_the_same_place(team: Team) -> None:
    team.edit("        sorts={", "        most=7,\n        sorts={", REPOSITORY)
    team.edit("\n\nclass InvoiceReplace", "    ours: Text\n\n\nclass InvoiceReplace")
    team.schema.models["Invoice"]["after"] = "Date"
    assert team.adopt().clashes == []
    assert "    ours: Text\n" in team.read()
    assert "    after: Annotated[Date" in team.read()
    assert "most=7" in team.read(REPOSITORY)


def test_a_new_field_comes_before_what_the_team_wrote_behind_the_fields(team: Team) -> None:
    """A field that the team gave a default would be followed by one without, which is no Struct."""
    method = "    ours: int = 0\n\n    def is_ours(self) -> bool:\n        return True\n"
    team.edit("\n\nclass InvoiceReplace", f"{method}\n\nclass InvoiceReplace")
    team.schema.models["Invoice"]["after"] = "Date"
    assert team.adopt().clashes == []
    text = team.read()
    assert (
        text.index("    paid_at: ") < text.index("    after: ") < text.index(method) < text.index("Replace(")
    )


def test_what_is_still_used_stays_imported(team: Team) -> None:
    team.edit(
        "class InvoiceCreate(InvoiceReplace):", "class InvoiceCreate(InvoiceReplace):\n    ours: Decimal\n"
    )
    del team.schema.models["Invoice"]["price"]
    assert team.adopt().clashes == []
    assert "Decimal" in team.read().partition("class")[0]


def test_what_is_needed_again_is_imported_again(team: Team) -> None:
    for line in ("import Decimal, ",):
        team.edit(line, "import ")
    for text in [line for line in team.read().splitlines(keepends=True) if "Decimal" in line]:
        team.edit(text, "")
    team.schema.models["Invoice"]["tax"] = "Decimal"
    assert team.adopt().clashes == []
    assert "Decimal" in team.read().partition("class")[0]
    assert "price" not in team.read().partition("class InvoiceQuery")[0]


def test_a_true_clash_is_marked_and_named(team: Team) -> None:
    team.edit("    price: Annotated[Decimal", "    price: Annotated[Money")
    team.schema.models["Invoice"]["price"] = "Int"
    (clash,) = team.adopt().clashes
    assert clash.path == DTO
    lines = team.read().splitlines()
    assert [lines[line - 1] for line in clash.lines] == ["<<<<<<< the team's"]
    assert "    price: Annotated[Money" in team.read()
    assert "    price: Annotated[Int" in team.read()
    before = team.files()
    assert [clash.path for clash in team.adopt().clashes] == [DTO]
    assert team.files() == before


def test_what_the_schema_drops_and_the_team_edited_clashes(team: Team) -> None:
    team.edit("    price: Annotated[Decimal", "    price: Annotated[Money")
    del team.schema.models["Invoice"]["price"]
    assert [clash.path for clash in team.adopt().clashes] == [DTO]
    assert "    price: Annotated[Money" in team.read()


def test_a_docstring_that_both_changed_is_the_teams(team: Team) -> None:
    team.edit('"""A invoice."""', '"""What is owed."""')
    team.schema.generator = "2"
    assert team.adopt().clashes == []
    assert '"""What is owed."""' in team.read()
    assert "to callers" in team.read()


def test_what_the_team_took_out_stays_out_and_that_is_said(team: Team) -> None:
    team.edit("    note: Text | UnsetType = UNSET\n", "")
    team.schema.models["Invoice"]["note"] = "Int"
    outcome = team.adopt()
    assert outcome.clashes == []
    assert "InvoiceUpdate.note is written differently now, but was taken out" in str(outcome)
    assert "note: Int | UnsetType" not in team.read()


def test_functions_are_merged_line_by_line(team: Team) -> None:
    path = "service/rules.py"
    lines = [f"    line_{number} = {number}\n" for number in range(9)]
    base = "".join(["def rule() -> None:\n", *lines])
    merge(team.root, replace(render(team.schema), loose={path: base}))
    team.edit("line_1 = 1", "line_1 = 10", path)
    outcome = merge(team.root, replace(render(team.schema), loose={path: base.replace("= 7", "= 70")}))
    assert outcome.clashes == []
    assert "line_1 = 10\n" in team.read(path)
    assert "line_7 = 70\n" in team.read(path)


def test_windows_line_endings_stay(team: Team) -> None:
    for path, content in team.files().items():
        if path.startswith("service/"):
            (team.root / path).write_bytes(content.replace(b"\n", b"\r\n"))
    before = team.files()
    team.adopt()
    assert team.files() == before
    team.edit("    name: Annotated[Text", "    name: Annotated[Text | None")
    team.schema.models["Invoice"]["after"] = "Date"
    assert team.adopt().clashes == []
    assert "    name: Annotated[Text | None" in team.read()
    assert "    after: Annotated[Date" in team.read()
    assert team.read().count("\r\n") == team.read().count("\n")


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\x0c", "\x1c"])
def test_what_only_some_take_for_the_end_of_a_line_is_none(team: Team, mark: str) -> None:
    team.edit("A invoice", f"A{mark} bill")
    team.edit("class InvoiceQuery", f"# ours{mark}too\nclass InvoiceQuery")
    team.edit("    q: Search", f'    ours: str = "a{mark}b"\n    q: Search')
    team.schema.models["Invoice"]["extra"] = "Int"
    outcome = team.adopt()
    assert outcome.clashes == []
    text = team.read()
    ast.parse(text)
    for words in (f"A{mark} bill", f"# ours{mark}too", f'ours: str = "a{mark}b"', "extra: Annotated[Int"):
        assert words in text


@pytest.mark.parametrize(
    "ours",
    ["{name: name for name in COLUMNS}", "{a: b for a, b in PAIRS.items() if f(a, b)}", "dict(x for x in y)"],
)
def test_nothing_is_put_into_a_comprehension(team: Team, ours: str) -> None:
    text = team.read(REPOSITORY)
    sorts = text[text.index("sorts={") + 6 : text.index("}", text.index("sorts={")) + 1]
    team.edit(sorts, ours, REPOSITORY)
    assert team.adopt().clashes == []
    team.schema.models["Invoice"]["extra"] = "Int"
    outcome = team.adopt()
    assert [clash.path for clash in outcome.clashes] == [REPOSITORY]
    assert f"sorts={ours}" in team.read(REPOSITORY)


def test_an_import_of_everything_stays(team: Team) -> None:
    team.edit("from typing import", "from service.ours import *\nfrom typing import")
    team.schema.models["Invoice"]["extra"] = "Int"
    assert team.adopt().clashes == []
    assert "from service.ours import *\n" in team.read()
    assert "extra: Annotated[Int" in team.read()


def test_another_line_length_is_no_edit(team: Team) -> None:
    team.length(60)
    texts = {
        path: content.decode() for path, content in team.files().items() if path.startswith("service/api")
    }
    done = render(team.schema)
    for each in done.slices.values():
        for name, text in each.files.items():
            (team.root / each.folder / name).write_text(text)
    assert team.read() != texts[DTO]
    team.length(60)
    assert team.adopt().events == []
    team.schema.models["Invoice"]["after"] = "Date"
    outcome = team.adopt()
    assert kinds(outcome) == {"updated"}
    del team.schema.models["Tag"]
    assert kinds(team.adopt()) == {"removed", "updated"} or not (team.root / "service/api/v1/tags").exists()


def test_a_deleted_slice_stays_deleted_and_that_is_said_once(team: Team) -> None:
    for path in team.files():
        if "/invoices/" in path and "adopted" not in path:
            (team.root / path).unlink()
    team.edit("    InvoiceController,\n", "", RESOURCES)
    team.edit("from service.api.v1.invoices.controller import InvoiceController\n", "", RESOURCES)
    assert kinds(team.adopt()) == {"deleted"}
    team.schema.models["Invoice"]["after"] = "Date"
    assert team.adopt().events == []
    assert not (team.root / DTO).exists()
    assert "Invoice" not in team.read(RESOURCES)


def test_a_deleted_slice_that_is_asked_for_is_written_and_listed_again(team: Team) -> None:
    whole = team.files()
    test_a_deleted_slice_stays_deleted_and_that_is_said_once(team)
    team.schema.models["Invoice"] = dict(COLUMNS)
    team.edit("RESOURCES = (", "# Ours.\nRESOURCES = (", RESOURCES)
    assert merge(team.root, render(team.schema), anew=["Invoice"]).clashes == []
    assert "# Ours." in team.read(RESOURCES)
    team.edit("# Ours.\n", "", RESOURCES)
    assert team.files() == whole
    assert team.adopt().events == []


def test_a_resource_that_is_only_no_longer_listed_is_listed_when_it_is_asked_for(team: Team) -> None:
    whole = team.files()
    team.edit("    InvoiceController,\n", "", RESOURCES)
    team.edit("from service.api.v1.invoices.controller import InvoiceController\n", "", RESOURCES)
    team.adopt()
    assert "Invoice" not in team.read(RESOURCES)
    merge(team.root, render(team.schema), anew=["Invoice"])
    assert team.files() == whole
    merge(team.root, render(team.schema), anew=["Invoice"])
    assert team.files() == whole


def test_a_model_that_is_left_out_is_not_said_to_be_gone_from_the_schema(team: Team) -> None:
    team.edit("    note: ", "    our_note: ", "service/api/v1/invoices/dto.py")
    del team.schema.models["Invoice"], team.schema.models["Tag"]
    outcome = merge(team.root, render(team.schema), {"Invoice": "--except", "Tag": "not among --only"})
    said = str(outcome)
    assert "Invoice is left out (--except), but service/api/v1/invoices was edited." in said
    assert "Tag is left out (not among --only), and service/api/v1/tags is gone." in said
    assert "schema" not in said


def test_a_deleted_file_stays_deleted(team: Team) -> None:
    (team.root / REPOSITORY).unlink()
    assert kinds(team.adopt()) == {"deleted"}
    team.schema.models["Invoice"]["after"] = "Date"
    assert kinds(team.adopt()) == {"updated"}
    assert not (team.root / REPOSITORY).exists()


def test_a_moved_slice_is_merged_where_it_is(team: Team) -> None:
    (team.root / "service/api/v1/invoices").rename(team.root / "service/api/v1/billing")
    for name in ("repository", "controller"):
        team.edit("v1.invoices.", "v1.billing.", f"service/api/v1/billing/{name}.py")
    team.edit("v1.invoices.", "v1.billing.", RESOURCES)
    team.schema.models |= {"Bill": {"id": "Int", "much": "Decimal"}}
    team.schema.models["Invoice"]["after"] = "Date"
    outcome = team.adopt()
    assert "moved" in kinds(outcome)
    assert outcome.clashes == []
    assert not (team.root / "service/api/v1/invoices").exists()
    assert "    after: Annotated[Date" in team.read("service/api/v1/billing/dto.py")
    assert "v1.invoices" not in "".join(map(str, team.files().get(RESOURCES, b"").splitlines()))
    assert "BillController" in team.read(RESOURCES)
    assert "v1.invoices" not in team.read("service/api/v1/billing/controller.py")
    assert team.adopt().events == []


def test_a_class_is_merged_where_the_team_put_it_under_the_name_that_it_got(team: Team) -> None:
    text = team.read()
    head, query = text.split("class InvoiceQuery")
    (team.root / DTO).write_text(head)
    imports = "from typing import Annotated, Literal\n\nfrom service.core.schema import ListQuery\n\n\n"
    own = "service/api/v1/invoices/query.py"
    (team.root / own).write_text(f"{imports}class InvoiceQuery{query}")
    team.edit("InvoiceUpdate", "InvoicePatch")
    team.schema.models["Invoice"]["after"] = "Date"
    assert team.adopt().clashes == []
    assert "after: Date | None = None" in team.read(own)
    assert "Date" in team.read(own).partition("class")[0]
    assert "InvoiceQuery" not in team.read()
    assert "after: Date | UnsetType" in team.read().partition("class InvoicePatch")[2]
    assert team.adopt().events == []


def test_a_renamed_model_keeps_what_the_team_wrote(team: Team) -> None:
    team.edit("    name: Annotated[Text", "    name: Annotated[Text | None")
    (team.root / "service/api/v1/invoices/rules.py").write_text("class InvoiceRules: ...\n")
    team.schema.models = {"Bill": {**COLUMNS, "after": "Date"}, "Tag": team.schema.models["Tag"]}
    outcome = team.adopt()
    assert outcome.clashes == []
    assert "renamed" in kinds(outcome)
    text = team.read("service/api/v1/bills/dto.py")
    assert "    name: Annotated[Text | None" in text
    assert "    after: Annotated[Date" in text
    assert "Invoice" not in text
    assert "BillRules" in team.read("service/api/v1/bills/rules.py")
    assert not (team.root / "service/api/v1/invoices").exists()
    assert "Invoice" not in team.read(RESOURCES)
    assert team.adopt().events == []


def test_a_renamed_model_is_listed_under_its_new_name_with_what_the_team_listed_beside_it(team: Team) -> None:
    slice_ = "service/api/v1/invoices"
    team.edit(
        "class InvoiceController",
        "class InvoiceExportController:\n    ours = 1\n\n\nclass InvoiceController",
        f"{slice_}/controller.py",
    )
    (team.root / slice_ / "own.py").write_text("class InvoiceOwnController:\n    ours = 1\n")
    (team.root / "service/api/v1/invoice_reports.py").write_text("class InvoiceReportController: ...\n")
    listed = f"from {slice_.replace('/', '.')}.controller import InvoiceController"
    own = f"from {slice_.replace('/', '.')}.own import InvoiceOwnController"
    report = "from service.api.v1.invoice_reports import InvoiceReportController"
    team.edit(listed, f"{report}\n{listed}, InvoiceExportController\n{own}", RESOURCES)
    beside = "# Ours.\n    InvoiceController,\n    InvoiceExportController,\n    InvoiceOwnController,\n"
    team.edit("InvoiceController,\n", f"{beside}    InvoiceReportController,\n", RESOURCES)
    team.schema.models["Bill"] = team.schema.models.pop("Invoice")
    assert team.adopt().clashes == []
    found = bound(team.read(RESOURCES))
    assert found == {
        "BillController": "service.api.v1.bills.controller",
        "BillExportController": "service.api.v1.bills.controller",
        "BillOwnController": "service.api.v1.bills.own",
        "InvoiceReportController": "service.api.v1.invoice_reports",
        "TagController": "service.api.v1.tags.controller",
    }
    for name, module in found.items():
        assert f"class {name}" in team.read(f"{module.replace('.', '/')}.py")
        assert f"    {name},\n" in team.read(RESOURCES)
    assert "# Ours." in team.read(RESOURCES)
    assert team.adopt().events == []


def bound(source: str) -> dict[str, str]:
    """The names that a source imports, each with its module."""
    imports = (each for each in ast.parse(source).body if isinstance(each, ast.ImportFrom))
    return {name.name: each.module or "" for each in imports for name in each.names}


def test_a_slice_that_was_deleted_stays_so_when_its_model_is_renamed(team: Team) -> None:
    test_a_deleted_slice_stays_deleted_and_that_is_said_once(team)
    team.schema.models["Bill"] = team.schema.models.pop("Invoice")
    for _ in range(2):
        assert team.adopt().clashes == []
        assert "Bill" not in team.read(RESOURCES)
        assert not (team.root / "service/api/v1/bills").exists()


def test_a_renamed_model_may_keep_its_folder(team: Team) -> None:
    team.edit("    name: Annotated[Text", "    name: Annotated[Text | None")
    rules = "service/api/v1/invoices/rules.py"
    (team.root / rules).write_text("class InvoiceRules: ...\n")
    team.schema.models = {"Bill": dict(COLUMNS), "Tag": team.schema.models["Tag"]}
    done = render(team.schema)
    files = {
        name: text.replace("bills", "invoices").replace("Bills", "Invoices")
        for name, text in done.slices["Bill"].files.items()
    }
    now = Rendered(
        done.generator,
        {**done.slices, "Bill": Slice("service/api/v1/invoices", files)},
        {path: text.replace("v1.bills", "v1.invoices") for path, text in done.loose.items()},
    )
    outcome = merge(team.root, now)
    assert outcome.clashes == []
    text = team.read()
    assert "    name: Annotated[Text | None" in text
    assert "class BillUpdate" in text
    assert "class Invoice" not in text
    assert "class BillRepository" in team.read(REPOSITORY)
    assert "BillRules" in team.read(rules)
    assert "from service.api.v1.invoices.controller import BillController" in team.read(RESOURCES)
    assert merge(team.root, now).events == []


def test_models_are_one_by_what_their_items_show_too() -> None:
    def dto(model: str, fields: str) -> str:
        return f"class {model}Item(R):\n    {fields}\n\n\nclass {model}({model}Item):\n    post_count: Int\n"

    user, member, tag = (
        dto("User", "id: Int; email: Text; name: Text"),
        dto("Member", "id: Int; email: Text; name: Text"),
        dto("Tag", "label: Text; colour: Text"),
    )
    folder = "service/api/v1/users"
    adopted = Adopted(slices={"User": KeptSlice(folder, files={f"{folder}/dto.py": Kept(user, "")})})
    for model, text, expected in (("Member", member, {"Member": "User"}), ("Tag", tag, {})):
        now = Rendered("", {model: Slice("", {"dto.py": text})})
        assert renamed_models(adopted, now, dict[str, str]().get) == expected
    # Classes that are made for it are called after it.
    adopted.slices["User"].files[f"{folder}/dto.py"].text = dto("User", "id: Int; team: UserTeam | None")
    now = Rendered("", {"Member": Slice("", {"dto.py": dto("Member", "id: Int; team: MemberTeam | None")})})
    assert renamed_models(adopted, now, dict[str, str]().get) == {"Member": "User"}
    # Two of its columns came later, and were shown by hand.
    now = Rendered("", {"Member": Slice("", {"dto.py": dto("Member", "id: Int; a: Text; b: Text")})})
    adopted.slices["User"].files[f"{folder}/dto.py"].text = dto("User", "id: Int")
    team = {"": dto("User", "id: Int; a: Text; b: Text")}
    assert renamed_models(adopted, now, team.get) == {"Member": "User"}
    assert renamed_models(adopted, now, {"": "class User(:"}.get) == {}


def test_a_column_may_be_the_only_one_of_its_type_that_went() -> None:
    def dto(fields: str) -> str:
        return f"class Item(Resource):\n    id: Int\n    post_count: RowCount\n    {fields}\n"

    def guessed(before: str, after: str) -> dict[str, str]:
        old = KeptSlice("", files={"dto.py": Kept(dto(before), "")})
        return renamed_columns(old, Slice("", {"dto.py": dto(after)}), "Item", "Item")

    assert guessed("start: Timestamp", "start_time: Annotated[Timestamp, Meta(examples=[])]") == {
        "start_time": "start"
    }
    assert guessed("start: Timestamp", "start_time: Timestamp | None") == {}
    assert guessed("start: Timestamp", "a: Timestamp; b: Timestamp") == {}
    assert guessed("a: Timestamp; b: Timestamp", "start: Timestamp") == {}
    assert guessed("a: Text; b: Int", "c: Text; d: Int") == {"c": "a", "d": "b"}
    assert guessed("post_count: RowCount", "view_count: RowCount") == {}


def test_columns_with_bounds_are_of_one_type_where_these_are_the_same() -> None:
    def dto(**columns: int) -> str:
        types = "".join(
            f"{name.title()} = Annotated[str, Meta(max_length={most})]\n" for name, most in columns.items()
        )
        fields = "".join(f"    {name}: {name.title()} | None\n" for name in columns)
        return f"{types}\n\nclass Item(Resource):\n    id: Int\n{fields}"

    old = KeptSlice("", files={"dto.py": Kept(dto(host=100, subdivision=20), "")})
    now = Slice("", {"dto.py": dto(region=20, number=50)})
    assert renamed_columns(old, now, "Item", "Item") == {"region": "subdivision"}


def test_a_small_model_with_a_parent_is_taken_for_the_one_that_it_was() -> None:
    def dto(model: str) -> str:
        return (
            f"class {model}Team(Resource):\n    id: Int\n    name: str\n\n\nclass {model}(Resource):\n"
            f"    id: Int\n    number: str\n    state: {model}State\n    team_id: Int\n    team: {model}Team | None\n"
        )

    tag = "class Tag(Resource):\n    id: Int\n    name: str\n    team: TagTeam | None\n"
    kept = Kept(dto("Invoice"), "")
    adopted = Adopted(slices={"Invoice": KeptSlice("", files={"dto.py": kept})})
    for came, expected in (({"Tag": tag, "Bill": dto("Bill")}, {"Bill": "Invoice"}), ({"Tag": tag}, {})):
        now = Rendered("", {model: Slice(model, {"dto.py": text}) for model, text in came.items()})
        assert renamed_models(adopted, now, dict[str, str]().get) == expected


def test_a_model_that_is_gone_takes_its_untouched_slice_with_it(team: Team) -> None:
    del team.schema.models["Invoice"]
    outcome = team.adopt()
    assert "removed" in kinds(outcome)
    assert not (team.root / "service/api/v1/invoices").exists()
    assert not (team.root / FOLDER / DTO).with_suffix(".py.base").exists()
    assert "Invoice" not in team.read(RESOURCES)


def test_a_model_that_is_gone_leaves_its_edited_slice(team: Team) -> None:
    team.edit("    name: Annotated[Text", "    name: Annotated[Text | None")
    before = team.read()
    del team.schema.models["Invoice"]
    assert "left" in kinds(team.adopt())
    assert team.read() == before
    assert "Invoice" not in team.read(RESOURCES)
    assert team.adopt().events == []
    team.schema.models["Invoice"] = {**COLUMNS, "after": "Date"}
    assert team.adopt().clashes == []
    assert "    after: Annotated[Date" in team.read()


def test_what_was_there_before_is_left(tmp_path: Path) -> None:
    (tmp_path / DTO).parent.mkdir(parents=True)
    (tmp_path / DTO).write_text("class Invoice: ...\n")
    team = Team(tmp_path)
    assert team.read() == "class Invoice: ...\n"
    assert (team.root / REPOSITORY).exists()


def test_resources_that_were_registered_before_stay_registered(tmp_path: Path) -> None:
    registered = (
        "from service.api.v1.pages.controller import PageController\n\n"
        "RESOURCES = (\n    # the first\n    PageController,\n)\n"
    )
    (tmp_path / RESOURCES).parent.mkdir(parents=True)
    (tmp_path / RESOURCES).write_text(registered)
    team = Team(tmp_path)
    outcome = team.adopt()
    assert (outcome.events, outcome.clashes) == ([], [])
    listed = team.read(RESOURCES)
    assert "# the first\n    PageController,\n    InvoiceController,\n    TagController,\n)" in listed
    assert "from service.api.v1.pages.controller import PageController\n" in listed


@pytest.mark.parametrize(
    ("now", "theirs"),
    [
        ("LIMITS = (1,)\n", "LIMITS: tuple[int, ...] = (1,)\n"),
        ("LIMITS = most(1, 2)\n", "LIMITS = most(1, 3)\n"),
        ("LIMITS = 1\n", "LIMITS = 2\n"),
    ],
)
def test_what_both_wrote_on_their_own_clashes_where_more_than_the_entries_differs(
    now: str, theirs: str
) -> None:
    sides, _ = merge_sources("", now, theirs, lambda binding: binding)
    assert sides.clash


def test_what_is_no_python_is_named_and_left(team: Team) -> None:
    team.edit("class Invoice(", "class Invoice((")
    before = team.read()
    team.schema.models["Invoice"]["after"] = "Date"
    (clash,) = team.adopt().clashes
    line = before.splitlines().index("class Invoice((Resource):") + 1
    assert str(clash).startswith(f"{DTO} at line {line}: this is no Python")
    assert "marker" not in str(clash)
    assert team.read() == before
    team.edit("class Invoice((", "class Invoice(")
    team.adopt()
    assert "    after: Annotated[Date" in team.read()


@pytest.mark.parametrize("path", [MANIFEST, f"{FOLDER}/{DTO}.base"])
def test_without_its_base_nothing_is_merged(team: Team, path: str) -> None:
    (team.root / path).write_text("{")
    before = team.files()
    with pytest.raises(MergeError, match="Bring it back from git"):
        team.adopt()
    assert team.files() == before


def test_two_branches_that_adopted_are_merged_with_what_either_adopted(team: Team) -> None:
    """What git makes of both bases is neither's, and the message says what to do, which is enough."""

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=team", "-c", "user.email=team@localhost", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=team.root, check=True, capture_output=True)

    def adopt(branch: str, column: str, kind: str) -> None:
        git("checkout", "--quiet", "-b", branch, "first")
        team.schema.models["Invoice"] = COLUMNS | {column: kind}
        assert team.adopt().clashes == []
        git("commit", "--quiet", "--all", "-m", branch)

    team.edit("    note: Annotated[Text", "    # Ours.\n    note: Annotated[Text")
    for arguments in (
        ("init", "--quiet"),
        ("add", "--all"),
        ("commit", "--quiet", "-m", "first"),
        ("tag", "first"),
    ):
        git(*arguments)
    adopt("one", "name", "Int")
    adopt("two", "paid_at", "Decimal")
    # Of the lines of the manifest, which both changed, a person takes one side's; the bases git merges by itself.
    git("merge", "--no-commit", "-X", "ours", "one")
    git("commit", "--quiet", "--all", "-m", "both")
    team.schema.models["Invoice"] = COLUMNS | {"name": "Int", "paid_at": "Decimal"}
    with pytest.raises(MergeError, match="of two branches") as caught:
        team.adopt()
    said = re.search("`git (checkout) BRANCH (--) (.+?)`", str(caught.value))
    assert said
    git(said[1], "one", said[2], said[3])
    assert team.adopt().clashes == []
    for field in ("name: Annotated[Int", "paid_at: Annotated[Decimal"):
        assert f"    {field}" in team.read()
    assert "# Ours." in team.read()
    assert team.adopt().events == []


def test_a_slice_that_was_moved_and_whose_model_is_gone_is_named_where_it_is(team: Team) -> None:
    old, new = team.root / "service/api/v1/invoices", team.root / "service/api/v1/bills"
    old.rename(new)
    for path in [*new.glob("*.py"), team.root / RESOURCES]:
        path.write_text(path.read_text().replace("api.v1.invoices", "api.v1.bills"))
    team.edit("class InvoiceReplace", "# Ours.\nclass InvoiceReplace", "service/api/v1/bills/dto.py")
    assert "api.v1.bills.controller" in team.read(RESOURCES)
    del team.schema.models["Invoice"]
    for _ in range(2):
        outcome = team.adopt()
        assert outcome.gone == {"service/api/v1/bills": "Invoice"}
        assert "Invoice" not in team.read(RESOURCES)
        assert "Invoice is gone" not in str(outcome) or "service/api/v1/bills was edited" in str(outcome)


def test_counts_of_other_rows_are_no_columns_by_which_a_model_is_known() -> None:
    def sources(model: str, other: str) -> str:
        counts = "".join(f"    {other}_{number}_count: RowCount\n" for number in range(9))
        return f"class {model}(Resource):\n    id: int\n    name: str\n{counts}"

    gone = KeptSlice("olds", files={"olds/dto.py": Kept(sources("Old", "event"), "olds/dto.py")})
    now = Rendered("1", {"New": Slice("news", {"dto.py": sources("New", "action")})}, {})
    assert renamed_models(Adopted(slices={"Old": gone}), now, lambda _: None) == {"New": "Old"}


def test_a_slice_that_was_moved_and_whose_model_is_renamed_is_followed(team: Team) -> None:
    old, new = team.root / "service/api/v1/invoices", team.root / "service/api/v1/ours"
    old.rename(new)
    for path in [*new.glob("*.py"), team.root / RESOURCES]:
        path.write_text(path.read_text().replace("api.v1.invoices", "api.v1.ours"))
    (new / "own.py").write_text("from service.models import tables\n\nOURS = tables.Invoice.id\n")
    team.schema.models["Bill"] = team.schema.models.pop("Invoice")
    outcome = team.adopt()
    assert outcome.clashes == []
    assert "what the team changed in service/api/v1/ours stays" in str(outcome)
    assert "tables.Bill.id" in team.read("service/api/v1/ours/own.py")
    assert "class Bill(" in team.read("service/api/v1/ours/dto.py")
    assert "service.api.v1.ours.controller import BillController" in team.read(RESOURCES)


@pytest.mark.parametrize("name", ["Bill", "InvoiceOfOneOfTheCompanies"])
def test_what_holds_a_new_name_is_laid_out_and_sorted_as_it_was(team: Team, name: str) -> None:
    """A longer one needs more lines, and one that comes earlier another place among the imports."""
    controller, own = (f"service/api/v1/invoices/{each}.py" for each in ("controller", "own"))
    team.edit('path = "/invoices"\n', 'path = "/invoices"\n    ours = True\n', controller)
    uses = ", ".join(["HouseRule", *["Invoice"] * 9])
    sorted_before = f"from service.api.v1.invoices.dto import HouseRule, Invoice\n\nOURS = ({uses})\n"
    (team.root / own).write_text(sorted_before)
    unsorted = (
        "from service.models import tables\nfrom msgspec import Meta\n\nOURS = (Meta, tables.Invoice)\n"
    )
    (team.root / "service/api/v1/invoices/other.py").write_text(unsorted)
    team.schema.models[name] = team.schema.models.pop("Invoice")
    assert team.adopt().clashes == []
    texts = {path: path.read_text() for path in (team.root / "service/api").rglob("*.py")}
    formatted = Ruff(team.root).format(texts.values(), sort=False)
    assert [path.name for path, text in texts.items() if formatted[text] != text] == []
    found = {path.name for path, text in texts.items() if f"class {name}Controller" in text}
    assert found == {"controller.py"}
    in_order = Ruff(team.root).sorted({path.name: text for path, text in texts.items() if name in text})
    assert "own.py" in in_order
    assert "other.py" not in in_order


@pytest.mark.parametrize("module", ["tables", "views"])
def test_a_model_whose_classes_begin_otherwise_than_its_name_keeps_what_the_team_wrote(
    team: Team, module: str
) -> None:
    """As `prisma db pull` calls models after their tables: Python's classes of `invoices` are called Invoices."""
    team.edit("    name: Annotated[Text", "    name: Annotated[Text | None")
    own = "service/api/v1/invoices/own.py"
    (team.root / own).write_text(f"from service.models import {module}\n\nOURS = {module}.Invoice.id\n")
    done = render(team.schema)

    def pulled(text: str) -> str:
        text = text.replace("tables.Invoice", f"{module}.invoices")
        return re.sub(r"\bInvoice", "Invoices", text)

    slices = {
        "Tag": done.slices["Tag"],
        "invoices": Slice(
            "service/api/v1/invoices",
            {name: pulled(text) for name, text in done.slices["Invoice"].files.items()},
        ),
    }
    outcome = merge(
        team.root, Rendered("1", slices, {path: pulled(text) for path, text in done.loose.items()})
    )
    assert outcome.clashes == []
    assert "renamed" in kinds(outcome)
    assert "class Invoices(Resource)" in team.read()
    assert "    name: Annotated[Text | None" in team.read()
    assert f"{module}.invoices.id" in team.read(own)
    for path in (DTO, REPOSITORY, own, "service/api/v1/invoices/controller.py"):
        assert not re.search(r"\bInvoice(?!s)|class invoices|invoicesRep", team.read(path)), path


def test_a_word_of_a_text_is_no_name_that_stays(tmp_path: Path) -> None:
    """What a renamed model's files say of its rows may begin with its former name: "Media items" of a `MediaItem`."""
    team = Team(tmp_path)
    team.schema.models = {"Bills": dict(COLUMNS)}
    team.adopt()
    dto = "service/api/v1/billss/dto.py"
    team.edit("    name: Annotated[Text", "    name: Annotated[Text | None", dto)
    team.schema.models = {"Bill": dict(COLUMNS)}
    assert '"""Bills in the database."""' in "".join(render(team.schema).slices["Bill"].files.values())
    outcome = team.adopt()
    assert outcome.clashes == []
    text = team.read("service/api/v1/bills/dto.py")
    assert "class Bill(Resource)" in text
    assert "    name: Annotated[Text | None" in text


def test_of_a_folder_that_is_of_a_model_that_went_and_of_one_that_came_both_are_one(team: Team) -> None:
    """However few columns they share: a folder is only one's, and what the team changed in it stood in the new one's way."""
    team.edit("    name: Annotated[Text", "    name: Annotated[Text | None")
    team.schema.models["invoice"] = {
        "id": "Int",
        "name": "Text",
        "one": "Date",
        "two": "Date",
        "three": "Date",
    }
    del team.schema.models["Invoice"]
    outcome = team.adopt()
    assert outcome.clashes == []
    assert outcome.gone == {}
    assert "    name: Annotated[Text | None" in team.read()
    assert "class invoice(Resource)" in team.read()
    assert "    three: Annotated[Date" in team.read()
    assert "Invoice" not in team.read(RESOURCES)
    assert team.adopt().events == []
