"""From text to nodes."""

from typing import Literal

from service.prisma.schema.lexer import SchemaSyntaxError, Token, tokenize, unquote
from service.prisma.schema.nodes import (
    Attribute,
    Call,
    Enum,
    EnumValue,
    Expression,
    Field,
    Model,
    Schema,
    Word,
)

MODELS = frozenset({"model", "view"})
SETTINGS = frozenset({"datasource", "generator"})


def parse_schema(text: str, file: str = "schema.prisma") -> Schema:
    """The nodes of one file. Raises `SchemaSyntaxError`. Composite types are skipped: SQL has none of them."""
    return _Parser(text, file).parse()


class _Parser:
    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.tokens = list(tokenize(text, file))
        self.position = 0

    def parse(self) -> Schema:
        models: list[Model] = []
        enums: list[Enum] = []
        settings: dict[str, Expression] = {}
        docs = self._docs()
        while self._peek().kind != "end":
            keyword = self._take("word").text
            name = self._take("word").text
            self._take_mark("{")
            if keyword in MODELS:
                models.append(self._model(name, docs, is_view=keyword == "view"))
            elif keyword == "enum":
                enums.append(self._enum(name, docs))
            elif keyword in SETTINGS:
                settings.update(self._settings(keyword))
            else:
                self._model(name, docs, is_view=False)
            docs = self._docs()
        return Schema(tuple(models), tuple(enums), settings)

    def _model(self, name: str, docs: str, *, is_view: bool) -> Model:
        fields: list[Field] = []
        attributes: list[Attribute] = []
        while True:
            field_docs = self._docs()
            if self._skip_mark("}"):
                break
            if self._is_mark("@@"):
                attributes.append(self._attribute())
            else:
                fields.append(self._field(field_docs))
        return Model(name, tuple(fields), tuple(attributes), docs, is_view)

    def _field(self, docs: str) -> Field:
        name = self._take("word").text
        self._skip_mark(":")
        kind = self._take("word").text
        if kind == "Unsupported" and self._skip_mark("("):
            kind = f'Unsupported("{unquote(self._take("string").text)}")'
            self._take_mark(")")
        arity: Literal["required", "optional", "list"] = "required"
        if self._skip_mark("["):
            self._take_mark("]")
            arity = "list"
        if self._skip_mark("?") and arity != "list":
            arity = "optional"
        attributes, trailing = self._field_attributes()
        return Field(name, kind, arity, attributes, "\n".join(part for part in (docs, trailing) if part))

    def _enum(self, name: str, docs: str) -> Enum:
        values: list[EnumValue] = []
        attributes: list[Attribute] = []
        while True:
            value_docs = self._docs()
            if self._skip_mark("}"):
                break
            if self._is_mark("@@"):
                attributes.append(self._attribute())
            else:
                value = self._take("word").text
                marks, _ = self._field_attributes()
                values.append(EnumValue(value, marks, value_docs))
        return Enum(name, tuple(values), tuple(attributes), docs)

    def _settings(self, keyword: str) -> dict[str, Expression]:
        settings: dict[str, Expression] = {}
        while True:
            self._docs()
            if self._skip_mark("}"):
                return settings
            name = self._take("word").text
            self._take_mark("=")
            settings[f"{keyword}.{name}"] = self._expression()

    def _field_attributes(self) -> tuple[tuple[Attribute, ...], str]:
        """The attributes to the end of the line, and docs that stand behind them."""
        attributes: list[Attribute] = []
        while self._is_mark("@"):
            attributes.append(self._attribute())
        trailing = ""
        if self._peek().kind == "docs":
            trailing = self._next().text.removeprefix("///").strip()
        return tuple(attributes), trailing

    def _attribute(self) -> Attribute:
        self.position += 1
        name = self._take("word").text
        if not self._is_mark("("):
            return Attribute(name)
        args, named = self._arguments()
        return Attribute(name, args, named)

    def _arguments(self) -> tuple[tuple[Expression, ...], dict[str, Expression]]:
        self._take_mark("(")
        args: list[Expression] = []
        named: dict[str, Expression] = {}
        while not self._skip_mark(")", over_lines=True):
            value = self._expression()
            if isinstance(value, Word) and self._skip_mark(":", over_lines=True):
                named[value.text] = self._expression()
            else:
                args.append(value)
            self._skip_mark(",", over_lines=True)
        return tuple(args), named

    def _expression(self) -> Expression:
        self._skip_lines()
        token = self._next()
        match token.kind:
            case "string":
                return unquote(token.text)
            case "number":
                return float(token.text) if "." in token.text else int(token.text)
            case "word":
                if not self._is_mark("("):
                    return Word(token.text)
                args, named = self._arguments()
                return Call(token.text, args, named)
            case _ if token.text == "[":
                return self._list()
            case _:
                raise self._error(token, "a value")

    def _list(self) -> list[Expression]:
        items: list[Expression] = []
        while not self._skip_mark("]", over_lines=True):
            items.append(self._expression())
            self._skip_mark(",", over_lines=True)
        return items

    def _docs(self) -> str:
        """Skip empty lines; the docs right above what comes next."""
        lines: list[str] = []
        while self._peek().kind in {"newline", "docs"}:
            token = self._next()
            if token.kind == "docs":
                lines.append(token.text.removeprefix("///").strip())
            elif self._peek().kind == "newline":
                lines.clear()
        return "\n".join(lines)

    def _skip_lines(self) -> None:
        while self._peek().kind in {"newline", "docs"}:
            self.position += 1

    def _is_mark(self, text: str, *, over_lines: bool = False) -> bool:
        if over_lines:
            self._skip_lines()
        token = self._peek()
        return token.kind == "mark" and token.text == text

    def _skip_mark(self, text: str, *, over_lines: bool = False) -> bool:
        """Whether the mark stands here, and step over it."""
        found = self._is_mark(text, over_lines=over_lines)
        self.position += found
        return found

    def _peek(self) -> Token:
        return self.tokens[self.position]

    def _next(self) -> Token:
        token = self._peek()
        if token.kind == "end":
            raise self._error(token, "more: a block is not closed")
        self.position += 1
        return token

    def _take(self, kind: str) -> Token:
        token = self._next()
        if token.kind != kind:
            raise self._error(token, f"a {kind}")
        return token

    def _take_mark(self, text: str) -> None:
        token = self._next()
        if token.text != text:
            raise self._error(token, f"{text!r}")

    def _error(self, token: Token, wanted: str) -> SchemaSyntaxError:
        return SchemaSyntaxError(
            self.file, token.line, token.column, f"expected {wanted}, found {token.text!r}"
        )
