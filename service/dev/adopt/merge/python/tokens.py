"""Parses what stands between brackets: elements, their names and their comments."""

import io
import keyword
import tokenize
from tokenize import TokenInfo

from service.dev.adopt.merge.python.nodes import COMMA, Group, Kind, Node, lines_of, unique_key

CLOSING = {"(": ")", "[": "]", "{": "}"}
SETS = {"Literal", "Union"}  # subscripts in which the order means nothing
SKIPPED = {
    tokenize.ENCODING,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.NEWLINE,
}
BLANK = {tokenize.NL, tokenize.COMMENT}
# Tokens that need round brackets around them even where these hold a whole value.
BRACKETED = {",", ":=", "*", "**", "for", "async", "yield"}


def words_of(source: str) -> list[TokenInfo]:
    """Split a statement into tokens, of which an f-string is one."""
    lines = lines_of(source)
    words: list[TokenInfo] = []
    starts: list[TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = tokenize.tok_name[token.type]
        if kind in {"FSTRING_START", "TSTRING_START"}:
            starts.append(token)
        elif kind in {"FSTRING_END", "TSTRING_END"}:
            start = starts.pop()
            if not starts:
                words.append(
                    TokenInfo(tokenize.STRING, _between(lines, start, token), start.start, token.end, "")
                )
        elif not starts and token.type not in SKIPPED:
            words.append(token)
    return words


def _between(lines: list[str], start: TokenInfo, end: TokenInfo) -> str:
    (first, left), (last, right) = start.start, end.end
    if first == last:
        return lines[first - 1][left:right]
    return lines[first - 1][left:] + "".join(lines[first : last - 1]) + lines[last - 1][:right]


class Reader:
    """Walks over the tokens of one statement."""

    def __init__(self, words: list[TokenInfo]) -> None:
        self.words = words
        self.at = 0
        self.closed_by = _pairs(words)
        self.bare: set[int] = set()  # positions of closing brackets that could be left out

    def pieces(self, *, inside: bool) -> tuple[str | Group, ...]:
        """Read up to the comma or bracket that ends an element, or to the end."""
        pieces: list[str | Group] = []
        literal: list[str] = []
        lambdas = 0
        while self.at < len(self.words):
            word = self.words[self.at]
            if self.at in self.bare or word.type == tokenize.NL:
                self.at += 1
            elif word.string in CLOSING and word.type == tokenize.OP:
                if self._says_nothing(start=not literal and not pieces):
                    self.bare.add(self.closed_by[self.at])
                    self.at += 1
                    continue
                if self._is_comprehension():
                    literal += self._whole()
                    continue
                before = literal[-1] if literal else ""
                if literal:
                    pieces.append(" ".join(literal))
                    literal = []
                pieces.append(self._group(before))
            elif (
                (inside and word.type == tokenize.OP and word.string in ")]}")
                or (inside and word.string == "," and not lambdas)
                or (not inside and word.type == tokenize.COMMENT)
            ):
                break
            else:
                lambdas += (word.string == "lambda") - (bool(lambdas) and word.string == ":")
                literal.append(_text(word))
                self.at += 1
        if literal:
            pieces.append(" ".join(literal))
        return tuple(pieces)

    def comment(self) -> str:
        """Read the comment at this place, if there is one."""
        if self.at < len(self.words) and self.words[self.at].type == tokenize.COMMENT:
            self.at += 1
            return f"  {self.words[self.at - 1].string}\n"
        return ""

    def _is_comprehension(self) -> bool:
        """Whether these brackets hold a comprehension, to which nothing can be added behind a comma."""
        return "for" in _at_level(self.words[self.at + 1 : self.closed_by[self.at]])

    def _whole(self) -> list[str]:
        """Read up to the bracket that closes this one."""
        start, self.at = self.at, self.closed_by[self.at] + 1
        return [_text(word) for word in self.words[start : self.at] if word.type != tokenize.NL]

    def _group(self, before: str) -> Group:
        opening = self.words[self.at].string
        kind = self._kind(opening, before)
        self.at += 1
        first = self.comment()
        nodes: list[Node] = []
        comma = False
        while True:
            lead = self._lead()
            if self.words[self.at].string == CLOSING[opening] and self.words[self.at].type == tokenize.OP:
                break
            if self.words[self.at].string == ",":  # `[, ]` is no Python; left to whoever runs it
                self.at += 1
                continue
            start = self.at
            pieces = self.pieces(inside=True)
            key = self._key(kind, opening, start, len(nodes), pieces)
            comma = self.words[self.at].string == ","
            self.at += comma
            key = unique_key(key, {node.key for node in nodes})
            nodes.append(Node(key, lead, pieces, COMMA + self.comment()))
        if kind == "tuple" and len(nodes) == 1 and not comma:
            kind = "alone"
        self.at += 1
        return Group(kind, f"{opening}{first}", CLOSING[opening], tuple(nodes), comma, lead)

    def _lead(self) -> str:
        lines: list[str] = []
        while self.words[self.at].type in BLANK:
            if self.words[self.at].type == tokenize.COMMENT:
                lines.append(f"\n{self.words[self.at].string}\n")
            self.at += 1
        return "".join(lines)

    def _kind(self, opening: str, before: str) -> Kind:
        last = self.words[self.at - 1] if self.at else None
        trailer = last is not None and (
            (last.type == tokenize.NAME and not keyword.iskeyword(last.string))
            or last.type == tokenize.STRING
            or last.string in {")", "]", "}"}
        )
        if opening == "(":
            if last is not None and last.string == "import":
                return "named"
            return "placed" if trailer else "tuple"
        return "placed" if opening == "[" and trailer and before not in SETS else "named"

    def _key(
        self, kind: Kind, opening: str, start: int, position: int, pieces: tuple[str | Group, ...]
    ) -> str:
        first = self.words[start].string
        if kind == "placed":
            follows = self.words[start + 1].string
            return f"{first}=" if follows == "=" else "**" if first == "**" else str(position)
        text = pieces[0] if pieces and isinstance(pieces[0], str) else first
        if opening == "{" and " : " in text:
            return text.partition(" : ")[0]
        return text if len(pieces) == 1 else f"{text}("

    def _says_nothing(self, *, start: bool) -> bool:
        """Whether these round brackets could be left out: they hold a whole element or value that needs none."""
        if self.words[self.at].string != "(" or not self.at:
            return False
        end = self.closed_by[self.at]
        before = self.words[self.at - 1].string
        if not (start or before in {"=", "return"}) or before == "import":
            return False
        behind = next((word.string for word in self.words[end + 1 :] if word.type not in BLANK), ",")
        if behind not in {",", ")", "]", "}"}:
            return False
        inner = self.words[self.at + 1 : end]
        if any(word.type == tokenize.COMMENT for word in inner):
            return False
        return bool(inner) and BRACKETED.isdisjoint(_at_level(inner))


def _at_level(words: list[TokenInfo]) -> set[str]:
    """The tokens outside all brackets."""
    found: set[str] = set()
    depth = 0
    for word in words:
        depth += (word.string in CLOSING) - (word.string in {")", "]", "}"})
        if not depth:
            found.add(word.string)
    return found


def _text(word: TokenInfo) -> str:
    return f"{word.string}\n" if word.type == tokenize.COMMENT else word.string


def _pairs(words: list[TokenInfo]) -> dict[int, int]:
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for position, word in enumerate(words):
        if word.type == tokenize.OP and word.string in CLOSING:
            opened.append(position)
        elif word.type == tokenize.OP and word.string in {")", "]", "}"}:
            pairs[opened.pop()] = position
    return pairs
