"""From text to tree, by the normative grammar. https://hl7.org/fhirpath/grammar.html"""

from __future__ import annotations

from decimal import Decimal

from sosuckhoe.clinical.fhirpath.faults import SyntaxProblem
from sosuckhoe.clinical.fhirpath.lexer import Token, tokens
from sosuckhoe.clinical.fhirpath.moment import parse_literal
from sosuckhoe.clinical.fhirpath.quantity import CALENDAR, Quantity
from sosuckhoe.clinical.fhirpath.syntax import (
    Binary,
    Call,
    Index,
    Literal,
    Member,
    OfType,
    Special,
    Tree,
    Unary,
    Variable,
)

MOST_DEPTH = 100
_BINDS = {
    "implies": 1,
    **dict.fromkeys(("or", "xor"), 2),
    "and": 3,
    **dict.fromkeys(("in", "contains"), 4),
    **dict.fromkeys(("=", "~", "!=", "!~"), 5),
    **dict.fromkeys(("<=", "<", ">", ">="), 6),
    "|": 7,
    **dict.fromkeys(("is", "as"), 8),
    **dict.fromkeys(("+", "-", "&"), 9),
    **dict.fromkeys(("*", "/", "div", "mod"), 10),
}
_KEYWORDS = {"and", "div", "implies", "mod", "or", "xor", "true", "false"}


def parse(text: str) -> Tree:
    """The tree of an expression. SyntaxProblem when it does not follow the grammar."""
    parser = _Parser(tokens(text))
    tree = parser.expression(0)
    if parser.here.kind != "end":
        raise SyntaxProblem(parser.here.at)
    return tree


class _Parser:
    def __init__(self, words: list[Token]) -> None:
        self.words = words
        self.place = 0
        self.depth = 0

    @property
    def here(self) -> Token:
        return self.words[self.place]

    def take(self) -> Token:
        token = self.here
        self.place += 1
        return token

    def is_mark(self, text: str) -> bool:
        return self.here.kind == "mark" and self.here.text == text

    def accept(self, text: str) -> bool:
        found = self.is_mark(text)
        self.place += found
        return found

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise SyntaxProblem(self.here.at)

    def expression(self, least: int) -> Tree:
        """What binds tighter than `least`."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise SyntaxProblem(self.here.at)
        left = self.polarity()
        while self.here.kind in {"mark", "word"} and _BINDS.get(self.here.text, 0) > least:
            operator = self.take().text
            if operator in {"is", "as"}:
                left = OfType(operator, left, self.type_specifier())
            else:
                left = Binary(operator, left, self.expression(_BINDS[operator]))
        self.depth -= 1
        return left

    def type_specifier(self) -> str:
        name = self.identifier()
        return f"{name}.{self.identifier()}" if self.accept(".") else name

    def polarity(self) -> Tree:
        signs = []
        while self.is_mark("-") or self.is_mark("+"):
            signs.append(self.take().text)
        tree = self.invocations(self.term())
        for sign in reversed(signs):
            tree = Unary(sign, tree)
        return tree

    def invocations(self, tree: Tree) -> Tree:
        while True:
            if self.accept("."):
                tree = self.invocation(tree)
            elif self.accept("["):
                tree = Index(tree, self.expression(0))
                self.expect("]")
            else:
                return tree

    def invocation(self, left: Tree | None) -> Tree:
        if self.here.kind == "special":
            return Special(self.take().text)
        name = self.identifier() if left is None else self.member_name()
        return Call(left, name, self.arguments()) if self.accept("(") else Member(left, name)

    def identifier(self) -> str:
        token = self.take()
        if token.kind == "delimited" or (token.kind == "word" and token.text not in _KEYWORDS):
            return token.text
        raise SyntaxProblem(token.at)

    def member_name(self) -> str:
        """After a point no operator can stand: HL7 itself writes `text.div`, though `div` is a keyword."""
        return self.take().text if self.here.kind == "word" else self.identifier()

    def arguments(self) -> tuple[Tree, ...]:
        if self.accept(")"):
            return ()
        found = [self.expression(0)]
        while self.accept(","):
            found.append(self.expression(0))
        self.expect(")")
        return tuple(found)

    def term(self) -> Tree:
        token = self.here
        if token.kind in {"word", "delimited", "special"} and token.text not in {"true", "false"}:
            return self.invocation(None)
        self.take()
        if token.kind == "mark":
            return self.marked(token)
        return self.literal(token)

    def marked(self, token: Token) -> Tree:
        if token.text == "(":
            tree = self.expression(0)
            self.expect(")")
            return tree
        if token.text == "{":
            self.expect("}")
            return Literal(())
        if token.text == "%":
            return Variable(self.take().text if self.here.kind == "string" else self.identifier())
        raise SyntaxProblem(token.at)

    def literal(self, token: Token) -> Tree:
        if token.kind == "word":
            return Literal((token.text == "true",))
        if token.kind == "string":
            return Literal((token.text,))
        if token.kind == "moment":
            moment = parse_literal(token.text)
            if moment is not None:
                return Literal((moment,))
        if token.kind == "number":
            return Literal((self.number(token.text),))
        raise SyntaxProblem(token.at)

    def number(self, text: str) -> int | Decimal | Quantity:
        if self.here.kind == "string":
            return Quantity(Decimal(text), self.take().text)
        if self.here.kind == "word" and self.here.text in CALENDAR:
            return Quantity(Decimal(text), self.take().text, is_calendar=True)
        return Decimal(text) if "." in text else int(text)
