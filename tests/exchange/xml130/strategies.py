"""Packages as hospitals might write them: mostly good values, some fields absent or empty, some text awkward."""

from random import Random

from hypothesis import strategies as st

from sosuckhoe.exchange.xml130.format import CHECK_IN, SUMMARY, TABLES
from sosuckhoe.exchange.xml130.package import Package, Shape

FACILITY = "79001"
VISIT = "LK 0001/2025"

# What a value may look like and still be XML: markup, line ends, spaces at the ends, decomposed and rare letters.
AWKWARD = (
    "", " ", "  Nguyễn   Văn A  ", "\tdòng một\ndòng hai\n", "a\rb\r\nc", "<b>đậm</b> & <M75_T37>", "]]>",
    "<![CDATA[x]]>", "&amp;lt;", '"\'', "Nguyê\u0303n Thi\u0323", "\u00a0\u200b\ufeff", "😷🩺",
    "\U00010000\ud7ff\ue000\ufffd", "<!-- -->", "<?pi?>", "<!DOCTYPE a>", "%s {field} \\", "a=b", "\u0085\u2028",
)  # fmt: skip
STRANGE_TAGS = ("LẠ", "MA_BN_2", "Ghi-chu.1", "_x", "ma_lk", "MA_CSKCB_DI")

_BY_PATTERN = {
    "identity_number": "079061000001", "insurance_card": "HT3797900000001", "insurance_number": "7900000001",
    "ten_digits": "7900000002", "facility": "79001", "icd10": "J18.9", "icd9_procedure": "47.09", "province": "79",
    "district": "760", "commune": "26734", "department": "K03", "device_package": "G1", "bed": "H012",
    "kilograms": "60.5", "grams": "3200", "telephone": "0901234567",
}  # fmt: skip
_AS_ONE = {"MA_LK": VISIT, "MA_CSKCB": FACILITY}


def good_value(field, random):
    """A value that the field allows by itself."""
    if field.name in _AS_ONE:
        return _AS_ONE[field.name]
    if field.codes is not None:
        return random.choice(list(field.codes))
    if field.date_format:
        return f"2025{random.randint(1, 5):02}{random.randint(1, 28):02}0830"[: len(field.date_format)]
    if field.pattern:
        return _BY_PATTERN[field.pattern]
    if field.number:
        return str(int(field.smallest or 0) + random.randint(0, 9))
    return "Chữ thường 12"[: field.length]


def good_row(table, number, seed):
    """A row with every field of a table filled."""
    random = Random(seed)
    row = {field.name: good_value(field, random) for field in TABLES[table].fields}
    if "STT" in row:
        row["STT"] = str(number)
    return row


def awkward_text():
    """Text that only some of the letters of XML would carry unharmed."""
    letters = st.characters(exclude_categories=("Cs",), exclude_characters=_not_xml())
    return st.sampled_from(AWKWARD) | st.text(letters, max_size=12)


@st.composite
def rows(draw, table, number=1):
    """A row: good values, but some fields absent, some empty, some awkward, perhaps a strange tag."""
    row = good_row(table, number, draw(st.integers(0, 1 << 16)))
    tags = st.sampled_from(sorted(row))
    for tag in draw(st.lists(tags, max_size=6)):
        row.pop(tag, None)
    for tag in draw(st.lists(tags, max_size=6)):
        row[tag] = ""
    row.update(draw(st.dictionaries(tags | st.sampled_from(STRANGE_TAGS), awkward_text(), max_size=6)))
    return row


def _not_xml():
    controls = [chr(code) for code in range(32) if chr(code) not in "\t\n\r"]
    return [*controls, "\ufffe", "\uffff"]


@st.composite
def tables(draw, name):
    """The rows of one table; a list may be empty."""
    table = TABLES[name]
    fewest = 0 if table.repeats else 1
    most = 1 if name == SUMMARY else 3
    count = draw(st.integers(fewest, most))
    return [draw(rows(name, number)) for number in range(1, count + 1)]


UNKNOWN_SHAPES = (Shape("BANG_MOI", "", ""), Shape("BANG_MOI", "", "DONG"), Shape("BANG_MOI", "DSACH", "DONG"))


@st.composite
def unknown_tables(draw):
    """The rows and the element names of a table that no edition has."""
    shape = draw(st.sampled_from(UNKNOWN_SHAPES))
    count = draw(st.integers(1, 3)) if shape.row else 1
    field = st.dictionaries(st.sampled_from(("MA_LK", "A", "B")), awkward_text(), min_size=1)
    return [draw(field) for _ in range(count)], shape


@st.composite
def packages(draw, others=tuple(name for name in TABLES if name not in (SUMMARY, CHECK_IN))):
    """One HOSO: XML1, some of the other tables, perhaps one that nobody knows."""
    package = Package(FACILITY, {SUMMARY: draw(tables(SUMMARY))})
    for name in draw(st.lists(st.sampled_from(others), unique=True, max_size=3)) if others else ():
        package.tables[name] = draw(tables(name))
    if draw(st.integers(0, 4)) == 0:
        package.tables["XML99"], package.shapes["XML99"] = draw(unknown_tables())
    return package


@st.composite
def check_ins(draw):
    """The rows of a check-in file, each as a package."""
    made = [draw(rows(CHECK_IN, number)) for number in range(1, draw(st.integers(1, 4)) + 1)]
    return [Package(FACILITY, {CHECK_IN: [{**row, "MA_CSKCB": FACILITY}]}) for row in made]
