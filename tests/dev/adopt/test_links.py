"""Related rows in what is planned and written: those that payloads name by their ids, and the one that belongs to a row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from service.dev.adopt.options import Options
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.plans import plan
from service.dev.adopt.plan.resource import ResourcePlan
from service.dev.adopt.render.slices import render
from service.dev.adopt.report.planned import report_of
from service.dev.schema import parse_schema

SCHEMA = """
model Recipe {
  id        String   @id
  tagIds    String[]
  likeCount Int
  likes     Like[]
  tags      Tag[]
  cooks     Cook[]
  card      Card?
}

model Card {
  id       Int    @id
  title    String
  recipeId String @unique
  recipe   Recipe @relation(fields: [recipeId], references: [id])
}

model Tag {
  id      BigInt   @id @default(autoincrement())
  recipes Recipe[]
}

model Like {
  id       Int    @id
  recipeId String
  recipe   Recipe @relation(fields: [recipeId], references: [id])
}

model Cook {
  id      Int      @id
  recipes Recipe[]
}
"""


class Base(DeclarativeBase):
    """Apart from the models of this checkout."""


def _join(name: str, target: str, *more: "sa.Column[int]") -> sa.Table:
    first = sa.Column("A", sa.Text, sa.ForeignKey("Recipe.id"), primary_key=True)
    second = sa.Column("B", sa.BigInteger, sa.ForeignKey(f"{target}.id"), primary_key=True)
    return sa.Table(name, Base.metadata, first, second, *more)


with_tags = _join("_RecipeToTag", "Tag")
with_cooks = _join("_CookToRecipe", "Cook", sa.Column("rank", sa.Integer))


class Recipe(Base):
    __tablename__ = "Recipe"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    tag_ids: Mapped[str] = mapped_column("tagIds", sa.Text)
    like_count: Mapped[int] = mapped_column("likeCount", sa.Integer)
    likes: Mapped[list["Like"]] = relationship(back_populates="recipe")
    tags: Mapped[list["Tag"]] = relationship(secondary=with_tags, back_populates="recipes")
    cooks: Mapped[list["Cook"]] = relationship(secondary=with_cooks, back_populates="recipes")
    card: Mapped["Card | None"] = relationship(back_populates="recipe")


class Card(Base):
    __tablename__ = "Card"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    title: Mapped[str] = mapped_column(sa.Text)
    recipe_id: Mapped[str] = mapped_column("recipeId", sa.ForeignKey("Recipe.id"), unique=True)
    recipe: Mapped[Recipe] = relationship(back_populates="card", single_parent=True)


class Tag(Base):
    __tablename__ = "Tag"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=True)
    recipes: Mapped[list[Recipe]] = relationship(secondary=with_tags, back_populates="tags")


class Like(Base):
    __tablename__ = "Like"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    recipe_id: Mapped[str] = mapped_column("recipeId", sa.ForeignKey("Recipe.id"))
    recipe: Mapped[Recipe] = relationship(back_populates="likes")


class Cook(Base):
    __tablename__ = "Cook"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    recipes: Mapped[list[Recipe]] = relationship(secondary=with_cooks, back_populates="cooks")


@dataclass(frozen=True)
class Written:
    """What became of the models above."""

    plans: dict[str, ResourcePlan]
    dto: dict[str, dict[str, str]]
    """The lines of each class of a model's DTOs, by the field."""
    repository: dict[str, str]
    notes: dict[str, list[str]]


def _sources(schema: str = SCHEMA) -> list[Source]:
    by_name = {model.name: model for model in parse_schema(schema).models}
    return [
        Source(each.__mapper__, Base.metadata.tables[each.__tablename__], by_name[each.__name__])
        for each in (Recipe, Card, Tag, Like, Cook)
    ]


@pytest.fixture(scope="module")
def written() -> Written:
    plans = plan(_sources(), Options(read_only=["Cook"]), {})
    slices = render(plans.resources, []).slices
    return Written(
        {each.name: each for each in plans.resources},
        {name: dict(_fields(each.files["dto.py"])) for name, each in slices.items()},
        {name: each.files["repository.py"] for name, each in slices.items()},
        {line.model: line.notes for line in report_of(plans).resources},
    )


@pytest.mark.parametrize("view", ["Like", "Card"])
def test_a_row_shows_and_counts_nothing_of_a_view(view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write would answer with what the view held before it."""
    monkeypatch.setattr(Source, "is_view", property(lambda source: source.name == view))
    (recipe,) = (each for each in plan(_sources(), Options(), {}).resources if each.name == "Recipe")
    assert {each.target.name for each in (*recipe.owned, *recipe.counted)} == {"Card", "Like"} - {view}


def _fields(module: str) -> Iterator[tuple[str, str]]:
    """Each as `Class.field`, and the aliases of types."""
    name = ""
    for line in module.splitlines():
        if line.startswith("class "):
            name = f"{line.removeprefix('class ').partition('(')[0]}."
        elif line.startswith("    ") and ": " in line and name:
            field, _, rest = line.strip().partition(": ")
            yield f"{name}{field}", rest
        elif " = " in line and not line.startswith(" "):
            alias, _, rest = line.partition(" = ")
            yield alias, rest


def test_payloads_name_the_rows_by_their_ids(written: Written) -> None:
    tag = written.dto["Tag"]
    assert tag["RecipeIds"] == "Annotated[list[KeyText], Meta(max_length=10_000)]"
    assert tag["Tag.recipe_ids"] == "list[str]"
    assert tag["TagReplace.recipe_ids"] == "RecipeIds = []"
    assert tag["TagUpdate.recipe_ids"] == "RecipeIds | UnsetType = UNSET"
    assert (
        '"recipe_ids": values_of(tables.Tag.recipes, tables.Recipe.id, most=10_000)'
        in written.repository["Tag"]
    )


@pytest.mark.parametrize("field", ["likes", "tags", "cooks", "card"])
def test_a_relation_that_prismas_client_ignores_is_neither_shown_nor_written(field: str) -> None:
    schema = re.sub(rf"(\n  {field} +\S+)", r"\1 @ignore", SCHEMA)
    plans = plan(_sources(schema), Options(), {})
    (recipe,) = (each for each in plans.resources if each.name == "Recipe")
    names = {each.name for each in (*recipe.owned, *recipe.linked, *recipe.counted)}
    assert names == {"likes", "tags", "cooks", "card"} - {field}
    files = render(plans.resources, []).slices["Recipe"].files
    assert f"tables.Recipe.{field}," not in files["repository.py"]


def test_a_parent_that_prismas_client_ignores_is_not_shown() -> None:
    schema = SCHEMA.replace("references: [id])", "references: [id]) @ignore")
    plans = {each.name: each for each in plan(_sources(schema), Options(), {}).resources}
    assert plans["Card"].parents == plans["Like"].parents == ()
    assert [each.wire for each in plans["Like"].shown] == ["id", "recipeId"]


def test_lists_are_asked_for_what_is_linked_with_a_row(written: Written) -> None:
    assert '"recipe_id": any_related(tables.Tag.recipes, tables.Recipe.id)' in written.repository["Tag"]
    assert "TagQuery.recipe_id" in written.dto["Tag"]
    # Of a join table that holds more, too: nothing is written by it.
    assert '"cook_id": any_related(tables.Recipe.cooks, tables.Cook.id)' in written.repository["Recipe"]


def test_a_row_that_is_a_key_and_its_links_can_be_changed(written: Written) -> None:
    assert written.plans["Tag"].no_change is None
    assert "changed_by=[TagReplace]" in written.repository["Tag"]
    assert written.notes["Tag"] == []


def test_a_field_gives_way_to_a_column_of_that_name(written: Written) -> None:
    recipe = written.dto["Recipe"]
    assert recipe["RecipeReplace.tag_ids"] == "Text"
    assert recipe["TagIdsLinked"] == "Annotated[list[BigInt], Meta(max_length=10_000)]"
    assert recipe["RecipeReplace.tag_ids_linked"] == "TagIdsLinked = []"
    assert recipe["RecipeItem.like_count"] == "Int"
    assert recipe["Recipe.like_count_linked"] == "RowCount"


def test_a_join_table_that_holds_more_is_only_shown(written: Written) -> None:
    recipe = written.dto["Recipe"]
    assert recipe["Recipe.cook_ids"] == "list[Int]"
    assert "RecipeReplace.cook_ids" not in recipe
    assert written.notes["Recipe"] == ["no ids in writes: cooks"]


def test_what_is_only_read_takes_none(written: Written) -> None:
    assert "RecipeIds" not in written.dto["Cook"]
    assert written.notes["Cook"] == []


def test_the_one_row_that_belongs_to_a_row_is_shown_alone(written: Written) -> None:
    recipe = written.dto["Recipe"]
    assert recipe["Recipe.card"] == "RecipeCard | None"
    assert (recipe["RecipeCard.id"], recipe["RecipeCard.title"]) == ("Int", "str")
    assert "RecipeItem.card" not in recipe
    assert "card_count" not in written.repository["Recipe"]
    assert (
        '"card": to_one(tables.Recipe.card, Mapping(RecipeCard, tables.Card))' in written.repository["Recipe"]
    )
