"""Relations that Prisma's client alone looks after are named."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from service.dev.adopt.models import Source
from service.dev.adopt.resource import Choice, plan
from service.dev.adopt.slices import told
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


def test_relations_without_a_foreign_key_are_named_once() -> None:
    schema = {model.name: model for model in parse_schema(SCHEMA).models}
    tables = LooseBase.metadata.tables
    models = (LooseTeam, LoosePlayer, LooseGame)
    sources = [Source(sa.inspect(model), tables[model.__name__], schema[model.__name__]) for model in models]
    said = told(plan(sources, Choice(), {}))
    assert said.without_foreign_key == ["LoosePlayer.team", "LoosePlayer.games"]
