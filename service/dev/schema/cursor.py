"""The parser's position among the tokens of a file."""

from collections.abc import Generator
from contextlib import contextmanager

from service.dev.schema.errors import SchemaSyntaxError
from service.dev.schema.lexer import Token, tokenize

MAX_DEPTH = 50


class Cursor:
    """Steps through one file's tokens; its errors name the file, the line and the column."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        tokens = tokenize(text, file)
        self._tokens = [token for token in tokens if token.kind != "comment"]
        self._comments = {token.line: token.text for token in tokens if token.kind == "comment"}
        said = {token.line for token in tokens if token.kind not in {"comment", "docs", "newline"}}
        self._lines_of_comments = {
            token.line for token in tokens if token.kind in {"comment", "docs"} and token.line not in said
        }
        self._position = 0
        self._depth = 0

    @property
    def place(self) -> str:
        return f"{self.file}:{self._token.line}"

    def at(self, kind: str) -> bool:
        return self._token.kind == kind

    def at_mark(self, text: str) -> bool:
        return self._token.kind == "mark" and self._token.text == text

    def next(self) -> Token:
        token = self._token
        if token.kind == "end":
            raise SchemaSyntaxError(
                self.file, token.line, token.column, "the file ends inside a block: close it with '}'"
            )
        self._position += 1
        return token

    def take(self, kind: str, wanted: str) -> str:
        """Step over a token of that kind and return its text."""
        token = self.next()
        if token.kind != kind:
            raise self.unexpected(token, wanted)
        return token.text

    def take_mark(self, text: str) -> None:
        if not self.skip_mark(text):
            raise self.unexpected(self.next(), repr(text))

    def skip_mark(self, text: str) -> bool:
        """Step over the mark if it stands here, and say whether it did."""
        found = self.at_mark(text)
        self._position += found
        return found

    @contextmanager
    def nested(self) -> Generator[None]:
        """Count one more level of brackets. Raises `SchemaSyntaxError` where there are more than `MAX_DEPTH`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            token = self._token
            message = f"brackets are nested more than {MAX_DEPTH} deep: close them"
            raise SchemaSyntaxError(self.file, token.line, token.column, message)
        yield
        self._depth -= 1

    def skip_lines(self) -> None:
        while self._token.kind in {"newline", "docs"}:
            self._position += 1

    def docs_above(self, *, over_empty_lines: bool) -> str:
        """Step over empty lines and docs; return the last group of docs above the next token.

        A group with an empty line below it counts only where `over_empty_lines`.
        """
        group: list[str] = []
        ended = False
        while self._token.kind in {"newline", "docs"}:
            token = self.next()
            if token.kind == "docs":
                group = [token.text] if ended else [*group, token.text]
                ended = False
            elif self.at("newline"):
                ended = True
        return "" if ended and not over_empty_lines else "\n".join(group)

    def comments(self) -> str:
        """The plain `//` comments on this line and directly above it, which are not docs for Prisma."""
        line = self._token.line
        found = [self._comments.get(line, "")]
        while (line := line - 1) in self._lines_of_comments:
            found.insert(0, self._comments.get(line, ""))
        return "\n".join(filter(None, found))

    def docs_behind(self) -> str:
        """Return the docs on the rest of this line."""
        return self.next().text if self.at("docs") else ""

    def unexpected(self, token: Token, wanted: str) -> SchemaSyntaxError:
        found = "the line ends" if token.kind == "newline" else f"{token.text!r} stands"
        return SchemaSyntaxError(self.file, token.line, token.column, f"{found} where {wanted} should be")

    @property
    def _token(self) -> Token:
        return self._tokens[self._position]
