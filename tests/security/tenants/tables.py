"""A schema of many tenants: what belongs to a team, through a project, to one user, and to everybody."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.prisma import ids
from tests.support.own_base import OwnBase


class TenantBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData(naming_convention={"fk": "%(table_name)s_%(column_0_name)s_fkey"})


task_tag = sa.Table(
    "_TenantTagToTask",
    TenantBase.metadata,
    sa.Column("A", sa.Integer, sa.ForeignKey("TenantTag.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("B", sa.Integer, sa.ForeignKey("TenantTask.id", ondelete="CASCADE"), primary_key=True),
)


class Team(TenantBase):
    __tablename__ = "TenantTeam"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)


class Project(TenantBase):
    """The slug is unique among all teams: one learns that it is taken."""

    __tablename__ = "TenantProject"
    __table_args__ = (sa.Index("TenantProject_slug_key", "slug", unique=True),)

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=ids.cuid)
    team_id: Mapped[str] = mapped_column("teamId", sa.ForeignKey("TenantTeam.id"))
    name: Mapped[str] = mapped_column(sa.Text)
    slug: Mapped[str] = mapped_column(sa.Text)
    is_shared: Mapped[bool] = mapped_column("isShared", sa.Boolean, server_default=sa.false())
    team: Mapped[Team] = relationship()
    tasks: Mapped[list["Task"]] = relationship(back_populates="project")


class Tag(TenantBase):
    __tablename__ = "TenantTag"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    team_id: Mapped[str] = mapped_column("teamId", sa.ForeignKey("TenantTeam.id"))
    name: Mapped[str] = mapped_column(sa.Text)
    team: Mapped[Team] = relationship()


class Task(TenantBase):
    __tablename__ = "TenantTask"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    project_id: Mapped[str] = mapped_column("projectId", sa.ForeignKey("TenantProject.id"))
    parent_id: Mapped[int | None] = mapped_column(
        "parentId", sa.ForeignKey("TenantTask.id", ondelete="SET NULL")
    )
    title: Mapped[str] = mapped_column(sa.Text)
    project: Mapped[Project] = relationship(back_populates="tasks")
    parent: Mapped["Task | None"] = relationship(remote_side="Task.id", back_populates="parts")
    parts: Mapped[list["Task"]] = relationship(back_populates="parent")
    tags: Mapped[list[Tag]] = relationship(secondary=task_tag)


class Draft(TenantBase):
    """What one user writes for themselves."""

    __tablename__ = "TenantDraft"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=ids.cuid)
    author_id: Mapped[str] = mapped_column("authorId", sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)


class Member(TenantBase):
    """A key of two columns, one of which is the tenant's."""

    __tablename__ = "TenantMember"

    team_id: Mapped[str] = mapped_column("teamId", sa.ForeignKey("TenantTeam.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    rank: Mapped[int] = mapped_column(sa.Integer)
    team: Mapped[Team] = relationship()


class Country(TenantBase):
    __tablename__ = "TenantCountry"

    code: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
