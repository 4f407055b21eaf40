"""Relations that Prisma's client alone looks after are named."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from service.dev.adopt.options import Options
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.plans import plan
from service.dev.adopt.report.planned import report_of
from service.dev.schema import parse_schema
from tests.support.own_base import OwnBase

SCHEMA = """
model LooseTeam {
  id      Int           @id
  players LoosePlayer[]
}
model LoosePlayer {
  id      Int           @id
  teamId  Int
  coachId Int
  team    LooseTeam     @relation("team", fields: [teamId], references: [id])
  coach   LooseTeam     @relation("coach", fields: [coachId], references: [id])
  games   LooseGame[]
  clubs   LooseGame[]   @relation("clubs")
}
model LooseGame {
  id      Int           @id
  players LoosePlayer[]
}
model LooseMatch {
  id      Int           @id
  homeId  Int
  gameId  Int
  home    LooseTeam     @relation(fields: [homeId], references: [id])
  game    LooseGame     @relation(fields: [gameId], references: [id])
}
"""


class LooseBase(OwnBase):
    __abstract__ = True
    metadata = sa.MetaData()


loose = sa.Table(
    "_LooseGameToLoosePlayer", LooseBase.metadata, sa.Column("A", sa.Integer), sa.Column("B", sa.Integer)
)
held = sa.Table(
    "_clubs",
    LooseBase.metadata,
    sa.Column("A", sa.Integer, sa.ForeignKey("LooseGame.id")),
    sa.Column("B", sa.Integer, sa.ForeignKey("LoosePlayer.id")),
)


class LooseTeam(LooseBase):
    __tablename__ = "LooseTeam"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)


class LooseGame(LooseBase):
    __tablename__ = "LooseGame"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    players: Mapped[list["LoosePlayer"]] = relationship(
        secondary=loose,
        primaryjoin=lambda: LooseGame.id == foreign(loose.c.A),
        secondaryjoin=lambda: LoosePlayer.id == foreign(loose.c.B),
        back_populates="games",
    )


class LoosePlayer(LooseBase):
    __tablename__ = "LoosePlayer"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    team_id: Mapped[int] = mapped_column("teamId", sa.Integer)
    coach_id: Mapped[int] = mapped_column("coachId", sa.ForeignKey("LooseTeam.id"))
    team: Mapped[LooseTeam] = relationship(
        primaryjoin=lambda: foreign(LoosePlayer.team_id) == LooseTeam.id, viewonly=True
    )
    coach: Mapped[LooseTeam] = relationship(foreign_keys=[coach_id])
    games: Mapped[list[LooseGame]] = relationship(
        secondary=loose,
        primaryjoin=lambda: LoosePlayer.id == foreign(loose.c.B),
        secondaryjoin=lambda: LooseGame.id == foreign(loose.c.A),
        back_populates="players",
    )
    clubs: Mapped[list[LooseGame]] = relationship(secondary=held)


class LooseMatch(LooseBase):
    __tablename__ = "LooseMatch"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    home_id: Mapped[int] = mapped_column("homeId", sa.Integer)
    game_id: Mapped[int] = mapped_column("gameId", sa.Integer)
    home: Mapped[LooseTeam] = relationship(
        primaryjoin=lambda: foreign(LooseMatch.home_id) == LooseTeam.id, viewonly=True
    )
    game: Mapped[LooseGame] = relationship(
        primaryjoin=lambda: foreign(LooseMatch.game_id) == LooseGame.id, viewonly=True
    )


def _said(*models: type[LooseBase]) -> list[str]:
    schema = {model.name: model for model in parse_schema(SCHEMA).models}
    tables = LooseBase.metadata.tables
    sources = [Source(sa.inspect(model), tables[model.__name__], schema[model.__name__]) for model in models]
    return report_of(plan(sources, Options(), {})).without_foreign_key


def test_relations_without_a_foreign_key_are_named_once() -> None:
    assert _said(LooseTeam, LoosePlayer, LooseGame) == ["LoosePlayer.team", "LoosePlayer.games"]


def test_where_no_relation_has_one_that_is_all_that_is_said() -> None:
    assert _said(LooseTeam, LooseMatch) == ["any relation"]
