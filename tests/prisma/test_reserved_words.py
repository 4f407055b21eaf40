"""Tables and columns may be called as any word of SQL's."""

from sqlalchemy import Column, Integer, MetaData, Table, select

from service.dev.postgres import EmbeddedPostgres
from service.prisma.base import Base
from tests.prisma.support.engines import engine_of


class _OfModels(Base):
    __abstract__ = True
    metadata = MetaData()


async def test_every_word_of_postgresql_s_is_quoted_where_it_has_to_be(postgres: EmbeddedPostgres) -> None:
    """SQLAlchemy's list of them is not whole: `base`, which all models stand on, adds to it."""
    engine = engine_of(await postgres.create_database("reserved_words"))
    async with engine.begin() as connection:
        words = [word for (word,) in await connection.exec_driver_sql("SELECT word FROM pg_get_keywords()")]
        table = Table("lateral", _OfModels.metadata, *(Column(word, Integer) for word in words))
        await connection.run_sync(table.create)
        await connection.execute(table.insert().values(dict.fromkeys(words, 1)))
        (row,) = await connection.execute(select(table))
        assert len(row) == len(words) > 400
    await engine.dispose()
