"""The demo's rows, the same every time: users, topics, pages in a tree, tags, revisions."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from service.dev.demo.text import Article, articles
from service.models import PageStatus

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PAST_53_BITS = 2**53 + 1

USERS = [
    ("demo-user-editor", "Ada Örn", "ada@example.com", "EDITOR"),
    ("demo-user-member", "小林 さくら", "sakura@example.com", "MEMBER"),
    ("demo-user-admin", "Zoë Çelik", "zoe@example.com", "ADMIN"),
    ("demo-user-silent", None, "silent@example.com", "MEMBER"),
]
TOPICS = ["Basics", "Classes", "Expressions", "Language reference", "Statements", "Типы данных"]
TAGS = ["python", "reference", "syntax", "très utile", "入門", "advanced"]
GREETINGS = [
    ("bienvenue", "Bienvenue à la rédaction", "Où l'on écrit, relit et publie les pages du site."),
    ("yokoso", "ようこそ", "このページはエディターの文書の例です。"),
    ("dobro-pozhalovat", "Добро пожаловать", "Эта страница показывает текст кириллицей."),
    ("marhaban", "مرحبا", "هذه الصفحة تعرض نصا من اليمين إلى اليسار."),
]


def user_rows() -> list[dict[str, Any]]:
    return [
        {"id": identity, "name": name, "email": email, "role": role, "created_at": BEGAN, "updated_at": BEGAN}
        for identity, name, email, role in USERS
    ]


def topic_rows() -> list[dict[str, Any]]:
    return [{"name": name} for name in TOPICS]


def page_rows() -> list[dict[str, Any]]:
    """The rows of pages, parents before their children."""
    greetings = [
        Article(slug, title, text, {"blocks": [{"type": "paragraph", "text": text}]})
        for slug, title, text in GREETINGS
    ]
    return [_page(number, article) for number, article in enumerate(greetings + articles())]


def revision_rows(pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The revisions of every fourth page: one to three of each."""
    return [
        {
            "page_id": page["id"],
            "number": number,
            "title": f"{page['title']} (draft {number})"[:200],
            "content": {"blocks": page["content"]["blocks"][:number]},
            "editor_id": page["author_id"],
            "created_at": page["created_at"] + timedelta(minutes=number),
        }
        for index, page in enumerate(pages)
        if index % 4 == 0
        for number in range(1, 2 + index % 3)
    ]


def _page(number: int, article: Article) -> dict[str, Any]:
    status = list(PageStatus)[number % 7 % 3] if number % 7 else PageStatus.PUBLISHED
    created = BEGAN + timedelta(hours=7 * number)
    author = USERS[number % 3][0]
    return {
        "id": _page_id(number),
        "slug": f"{article.key.replace('_', '-')}",
        "title": article.title,
        "summary": article.summary,
        "content": article.content,
        "metadata_": {"seo": {"title": article.title}} if number % 2 else None,
        "status": status,
        "tags": TAGS[number % 3 : number % 3 + number % 4],
        "position": number % 9,
        "view_count": PAST_53_BITS if number == 0 else number * 37,
        "rating": Decimal(number % 10) / 2 if number % 3 else None,
        "author_id": author,
        "last_editor_id": author if number % 2 else None,
        "parent_id": _page_id(number // 9) if number >= len(GREETINGS) else None,
        "published_at": created + timedelta(hours=1) if status is not PageStatus.DRAFT else None,
        "created_at": created,
        "updated_at": created + timedelta(hours=2),
    }


def _page_id(number: int) -> str:
    return f"cdemo{number:020d}"
