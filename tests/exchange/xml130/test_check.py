"""The whole package. cases.py is the table of what is found; here it is run, and its sets are closed."""

import re
from datetime import date
from string import Formatter

import pytest
from hypothesis import given, settings

from sosuckhoe.exchange.xml130.check import MOST_FINDINGS, check, era_of, is_refused
from sosuckhoe.exchange.xml130.findings import RULES, VALUE_CLASSES, found, sentence, value_words
from sosuckhoe.exchange.xml130.format import TABLES
from sosuckhoe.exchange.xml130.package_rules import remarks
from tests.cheaply import cheaply
from tests.exchange.xml130 import good, strategies
from tests.exchange.xml130.cases import CASES

ON = date(2025, 6, 1)
_CHANGE = re.compile(r"([-+]?)(XML\d+)(?:\[(\d+)\])?(?:\.(\w+))?(?:=(.*))?")


def blocks():
    """Pairs of a change and its findings, as written."""
    pairs = []
    for line in CASES.splitlines():
        if line.startswith("&"):
            pairs[-1][0] += f" {line}"
        elif line.startswith(" "):
            pairs[-1][1].append(line.strip())
        elif line and not line.startswith("#"):
            pairs.append([line, []])
    return [tuple(pair) for pair in pairs]


def changed(text):
    package = good.package()
    for change in text.split(" & "):
        if change.startswith("facility="):
            package.facility = change.removeprefix("facility=")
        else:
            _apply(package, *_CHANGE.fullmatch(change).groups())
    return package


def _apply(package, sign, table, number, tag, text):
    rows = package.tables.setdefault(table, [{}])
    row = rows[int(number or 1) - 1]
    if sign == "+":
        rows.append(dict(rows[-1]))
    elif sign == "-" and tag is None:
        del package.tables[table]
    elif sign == "-":
        del row[tag]
    else:
        row[tag] = text.replace("␠", " ")


def _line(finding):
    table, tag = finding.table or "-", finding.field or "-"
    return f"{finding.level} | {table} | {finding.row} | {tag} | {finding.rule} | {finding.value_class}"


def test_nothing_is_found_in_a_package_in_which_nothing_is_wrong():
    assert good.package().tables.keys() == TABLES.keys() - {"XML0"}
    assert check(good.package(), ON) == []
    assert check(good.check_in(), ON) == []


@pytest.mark.parametrize(("change", "expected"), blocks())
def test_the_table_of_findings(change, expected):
    findings = check(changed(change), ON)
    assert [_line(finding) for finding in findings] == expected
    assert is_refused(findings) is any(line.startswith("refused") for line in expected)


@pytest.mark.parametrize(
    ("tag", "text", "rule"),
    [
        ("MA_LK", "", "no-visit-code"),
        ("MA_CSKCB", "79009", "facility-differs"),
        ("NGAY_VAO", "hôm nay", "no-time"),
        ("NGAY_VAO_NOI_TRU", "202505010700", "date-order"),
        ("TEN_DICH_VU", "", "missing-here"),
    ],
)
def test_a_check_in_is_checked_like_a_summary(tag, text, rule):
    package = good.check_in()
    package.tables["XML0"][0][tag] = text
    assert rule in [finding.rule for finding in check(package, ON)]


def test_a_check_in_of_nobody_is_refused():
    package = good.check_in()
    package.tables["XML0"][0].update(HO_TEN="", MA_BN="")
    assert is_refused(check(package, ON))


def test_a_package_that_is_wrong_everywhere_is_not_described_in_full():
    package = good.package()
    row = dict.fromkeys(package.tables["XML2"][0], "")
    package.tables["XML2"] = [{**row, "MA_LK": "LK9"}, *[dict(row) for _ in range(500)]]
    findings = check(package, ON)
    assert len(findings) == MOST_FINDINGS + 1
    assert findings[0].rule == "visit-differs"
    assert findings[-1].rule == "more-findings"
    assert str(MOST_FINDINGS) in sentence(findings[-1])


@pytest.mark.parametrize(
    ("table", "tag", "text", "rule"),
    [
        ("XML1", "MA_LK", "a" * 601, "far-too-long"),
        ("XML1", "SO_CCCD", "0" * 601, "far-too-long"),
        ("XML1", "HO_TEN", "An " * 300, "far-too-long"),
        ("XML1", "MA_THE_BHYT", "H" * 601, "far-too-long"),
        ("XML1", "MA_THE_BHYT", "HT3797900000001;" * 50, None),
        ("XML2", "MA_BAC_SI", f"{'001234/HCM-CCHN;' * 50}", "too-long"),
        ("XML3", "MA_MAY", "SH.1.79001.A;" * 70, None),
        ("XML4", "GIA_TRI", "dài" * 300, "too-long"),
        ("XML1", "LY_DO_VV", "dài" * 300, None),
    ],
)
def test_a_code_that_can_be_none_is_refused_and_a_long_text_is_not(table, tag, text, rule):
    """An identifier of a megabyte would fit into no index."""
    package = good.package()
    package.tables[table][0][tag] = text
    about = [finding.rule for finding in check(package, ON) if (finding.table, finding.field) == (table, tag)]
    assert [found for found in about if "too-long" in found] == ([rule] if rule else [])


@given(strategies.packages())
@settings(deadline=None, max_examples=60)
def test_any_package_can_be_checked_and_no_finding_holds_a_value(package):
    for finding in check(package, ON):
        assert finding.table == "" or finding.table in package.tables
        assert finding.level == RULES[finding.rule].level
        assert value_words(finding, "vi")
        assert value_words(finding, "en")
        for language in ("vi", "en"):
            assert "{" not in sentence(finding, language)


def test_a_value_never_reaches_a_finding_or_its_sentence():
    """Every field holds one word that is wrong nearly everywhere; nothing that is said about it repeats the word."""
    word = "Zyxwvut"
    package = good.package()
    for rows in package.tables.values():
        for row in rows:
            row.update(dict.fromkeys(row, word))
    findings = check(package, ON)
    assert len(findings) > 200
    for finding in findings:
        told = (*finding, sentence(finding, "vi"), sentence(finding, "en"))
        assert word.lower() not in str(told).lower()


@pytest.mark.parametrize(
    ("on", "era"),
    [
        (date(2020, 1, 1), date(2023, 1, 18)),
        (date(2024, 7, 1), date(2024, 7, 1)),
        (date(2025, 6, 30), date(2025, 1, 1)),
        (date(2025, 7, 1), date(2025, 7, 1)),
        (date(2030, 1, 1), date(2026, 7, 1)),
    ],
)
def test_the_day_since_which_rules_hold(on, era):
    assert era_of(on) == era


def test_a_visit_that_ends_later_is_held_to_the_rules_of_the_day_of_the_check():
    """Medicines taken home end later: MUC_HUONG of four characters is allowed from 1 July 2026 on, not before."""
    package = good.package()
    package.tables["XML1"][0]["NGAY_RA"] = "202607102359"
    package.tables["XML2"][0]["MUC_HUONG"] = "80.0"
    rules = [finding.rule for finding in check(package, date(2026, 6, 20)) if finding.field == "MUC_HUONG"]
    assert rules == ["too-long"]
    assert not [finding for finding in check(package, date(2026, 7, 10)) if finding.field == "MUC_HUONG"]


# ── closed sets ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sentences_hold_the_places_that_they_may_and_all_that_they_need():
    allowed = {"table", "row", "field", "limit"}
    for key, rule in RULES.items():
        places = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (rule.vi, rule.en)]
        assert places[0] == places[1] <= allowed, key
        assert rule.level in ("refused", "noted")
        assert rule.vi.endswith(".")
        assert rule.en.endswith(".")


def test_the_words_of_a_shape_are_in_the_language_of_the_sentence():
    finding = found("XML3", 2, "GOI_VTYT", "wrong-shape", "wrong shape:device_package")
    assert sentence(finding) == "XML3, dòng 2: GOI_VTYT sai dạng; cần chữ G và số từ 1 đến 999."
    assert sentence(finding, "en").endswith("it must be the letter G and a number from 1 to 999.")
    assert value_words(finding) == "sai dạng"
    assert value_words(finding, "en") == "wrong shape"


def test_a_finding_that_stands_for_many_is_told_without_row_and_limit():
    for rule in RULES:
        for language in ("vi", "en"):
            told = sentence(found("XML3", 0, "GOI_VTYT", rule, ""), language)
            assert "dòng 0" not in told
            assert "row 0" not in told
    assert sentence(found("XML1", 0, "HO_TEN", "too-long", "")) == "XML1: HO_TEN dài quá … ký tự."


def test_value_classes_have_words_in_both_languages():
    assert all(words.keys() == {"vi", "en"} and all(words.values()) for words in VALUE_CLASSES.values())


def test_a_table_of_sixty_thousand_rows_is_compared_in_one_pass():
    package = good.package()
    row = package.tables["XML2"][0]
    package.tables["XML2"] = [{"STT": str(number), "MA_LK": row["MA_LK"]} for number in [*range(60_000), 7]]
    told = [one for one in cheaply(lambda: remarks(package), seconds=5) if one.rule == "row-number-repeated"]
    assert [(one.table, one.row) for one in told] == [("XML2", 60_001)]
