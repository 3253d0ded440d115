"""The tree of one table's file → its rows. Any shape that says the same as the published one is read too."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sosuckhoe.exchange.xml130 import guard
from sosuckhoe.exchange.xml130.package import Row, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    from sosuckhoe.exchange.xml130.format import Table

SIGNATURE = "CHUKYDONVI"
_LONGEST_NAME = 100  # in a finding


class Damage(Exception):  # noqa: N818 -- it is what the file has, not an error of ours
    """A table that cannot be read. `rule` and `value_class` are those of the finding, `row` and `field` its place."""

    def __init__(self, rule: str, value_class: str, row: int = 0, field: str = "") -> None:
        super().__init__(rule)
        self.rule = rule
        self.value_class = value_class
        self.row = row
        self.field = field


class Remark(NamedTuple):
    """Something that was read all the same: rule, value class and place of a finding to be noted."""

    rule: str
    value_class: str
    row: int = 0
    field: str = ""


class Rows(NamedTuple):
    """The rows of a table, what is to be noted, and the element names of an unknown table."""

    rows: list[Row]
    remarks: list[Remark]
    shape: Shape | None


def rows_of(root: Element, table: Table | None, limits: guard.Limits) -> Rows:
    """The rows of a table's file. Damage where it holds something that rows cannot hold."""
    remarks: list[Remark] = []
    total = len(list(root.iter()))
    total -= _take_off_signature(root, remarks)
    containers, elements, shape = _find(root, table, remarks)
    if len(containers) + sum(len(element) + 1 for element in elements) != total:
        raise _nested(elements)
    _refuse_stray_text(containers, elements)
    rows = [_row(element, number, remarks) for number, element in enumerate(elements, 1)]
    _refuse_long(rows, limits)
    return Rows(rows, remarks, shape)


def _take_off_signature(root: Element, remarks: list[Remark]) -> int:
    """Remove the unit's signature of a single table, which the rows cannot hold; the number of elements removed."""
    signatures = [child for child in root if child.tag == SIGNATURE]
    gone = sum(1 for signature in signatures for _ in signature.iter())
    for signature in signatures:
        root.remove(signature)
    if gone > len(signatures) or any((signature.text or "").strip() for signature in signatures):
        remarks.append(Remark("table-signature", "signature", 0, SIGNATURE))
    return gone


Found = tuple[list["Element"], list["Element"], Shape | None]
"""The containers, the elements that are rows, and the names where the table is not known."""


def _find(root: Element, table: Table | None, remarks: list[Remark]) -> Found:
    if table is None:
        return _find_by_shape(root)
    containers, rows = _find_many(root, table) if table.repeats else _find_one(root)
    names = {container.tag for container in containers} | {row.tag for row in rows}
    if not names <= {table.root, table.listing, table.row}:
        remarks.append(Remark("table-elements", "other element names"))
    return containers, rows, None


def _find_one(root: Element) -> tuple[list[Element], list[Element]]:
    """A table of one row: the root is the row, unless somebody put rows into a root."""
    return ([root], list(root)) if _is_container(root) else ([], [root])


def _find_many(root: Element, table: Table) -> tuple[list[Element], list[Element]]:
    """A table of many rows: root/list/row, root/row, or a row alone."""
    if len(root) and root[0].tag not in (table.listing, table.row) and not any(len(child) for child in root):
        return [], [root]
    lists = [child for child in root if child.tag == table.listing or any(len(row) for row in child)]
    if not lists:
        return [root], list(root)
    if len(lists) != len(root):
        raise Damage("table-nested", "nested")
    return [root, *lists], [row for listing in lists for row in listing]


def _is_container(root: Element) -> bool:
    """Whether everything in it holds elements in turn, as a list of rows does and a row does not."""
    return len(root) > 0 and all(len(child) for child in root)


def _find_by_shape(root: Element) -> Found:
    """The rows of an unknown table: root, root/row or root/list/row, of one name each, to be written again."""
    if not _is_container(root):
        return [], [root], Shape(root.tag, "", "")
    if len(root) == 1 and _is_container(root[0]):
        return [root, root[0]], list(root[0]), Shape(root.tag, root[0].tag, _one_name(root[0]))
    return [root], list(root), Shape(root.tag, "", _one_name(root))


def _one_name(container: Element) -> str:
    names = {child.tag for child in container}
    if len(names) != 1:
        raise Damage("table-nested", "nested")
    return names.pop()


def _row(element: Element, number: int, remarks: list[Remark]) -> Row:
    row = {field.tag: field.text or "" for field in element}
    return row if len(row) == len(element) else _row_with_repeats(element, number, remarks)


def _refuse_long(rows: list[Row], limits: guard.Limits) -> None:
    """Names and values that no hospital writes."""
    tags = set().union(*rows)
    if tags and max(map(len, tags)) > limits.tag_characters:
        number = next(n for n, row in enumerate(rows, 1) if any(len(tag) > limits.tag_characters for tag in row))
        raise Damage("tag-too-long", "too long", number)
    for number, row in enumerate(rows, 1):
        if row and max(map(len, row.values())) > limits.value_characters:
            tag = next(tag for tag, text in row.items() if len(text) > limits.value_characters)
            raise Damage("value-too-long", "too long", number, tag)


def _row_with_repeats(element: Element, number: int, remarks: list[Remark]) -> Row:
    """A tag that is there twice with one value is noted; with two values, nobody can say which is meant."""
    row: Row = {}
    repeated: dict[str, None] = {}
    for field in element:
        text, before = field.text or "", row.get(field.tag)
        if before is not None:
            repeated[field.tag] = None
            if text and before and text != before:
                raise Damage("tag-contradicts", "two values", number, field.tag[:_LONGEST_NAME])
        row[field.tag] = text or before or ""
    remarks += [Remark("tag-repeated", "repeated", number, tag[:_LONGEST_NAME]) for tag in repeated]
    return row


def _nested(elements: Iterable[Element]) -> Damage:
    """Where elements stand within a field."""
    for number, element in enumerate(elements, 1):
        for field in element:
            if len(field):
                return Damage("field-nested", "nested", number, field.tag[:_LONGEST_NAME])
    return Damage("table-nested", "nested")


def _refuse_stray_text(containers: list[Element], rows: list[Element]) -> None:
    """Text between elements belongs to no field and would be lost."""
    for element in containers:
        if not _is_blank_between(element):
            raise Damage("table-text", "text between elements")
    for number, element in enumerate(rows, 1):
        if not _is_blank_between(element):
            raise Damage("stray-text", "text between elements", number)


def _is_blank_between(element: Element) -> bool:
    texts = [element.text, *[child.tail for child in element]]
    between = "".join([text for text in texts if text])
    return not between or between.isspace()
