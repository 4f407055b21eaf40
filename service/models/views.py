from datetime import datetime
from sqlalchemy import Integer, Text
from sqlalchemy.orm import Mapped, mapped_column
from service.prisma.base import ViewBase
from service.prisma.types import UtcTimestamp


class AuthorStats(ViewBase):
    __tablename__ = "AuthorStats"
    author_id: Mapped[str] = mapped_column("authorId", Text, primary_key=True)
    page_count: Mapped[int] = mapped_column("pageCount", Integer)
    published_count: Mapped[int] = mapped_column("publishedCount", Integer)
    revision_count: Mapped[int] = mapped_column("revisionCount", Integer)
    last_edited_at: Mapped[datetime | None] = mapped_column("lastEditedAt", UtcTimestamp())
