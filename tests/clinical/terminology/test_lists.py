"""No list is missing and no code of one: those of QĐ 130, the bindings of R4, places, the rules of ICD-10."""

from datetime import date
from pathlib import Path

import pytest

from sosuckhoe.clinical import terminology
from sosuckhoe.clinical.terminology import library, maps, vietnam
from sosuckhoe.exchange.xml130.format import TABLES
from sosuckhoe.identity import places
from tests.exchange.xml130.mapping.test_codes import LISTS

ICD10 = "http://hl7.org/fhir/sid/icd-10"
CASES = Path(__file__).parents[2] / "cases" / "terminology"
BINDINGS = [line for line in (CASES / "required_bindings.txt").read_text().splitlines() if line[0] != "#"]
MORE_LISTS = {
    "XML0.GIOI_TINH": "gioi_tinh", "XML0.MA_DOITUONG_KCB": "doituong_kcb", "XML0.MA_LOAI_KCB": "loai_kcb",
    "XML1.MA_DOITUONG_KCB": "doituong_kcb", "XML1.MA_KHUVUC": "khuvuc", "XML2.VET_THUONG_TP": "vet_thuong_tp",
    "XML3.PHAM_VI": "pham_vi", "XML3.MA_PTTT": "pttt", "XML3.VET_THUONG_TP": "vet_thuong_tp",
    "XML3.TAI_SU_DUNG": "tai_su_dung", "XML6.GIOI_TINH": "gioi_tinh", "XML6.KQ_XNTL_VR": "kq_xntl_vr",
    "XML6.MA_BAC_PHAC_DO": "bac_phac_do", "XML7.MA_DINH_CHI_THAI": "dinh_chi_thai", "XML8.MA_LOAI_KCB": "loai_kcb",
    "XML8.KET_QUA_DTRI": "ket_qua_dtri", "XML9.GIOI_TINH_CON": "gioi_tinh",
    "XML9.SINHCON_DUOI32TUAN": "sinhcon_duoi32tuan", "XML11.MA_DINH_CHI_THAI": "dinh_chi_thai",
    "XML12.MA_DOI_TUONG": "doi_tuong_gdyk", "XML12.MUC_DO_KHUYETTAT": "muc_do_khuyettat",
    "XML13.GIOI_TINH": "gioi_tinh", "XML13.MA_LOAI_RV": "loai_rv", "XML14.GIOI_TINH": "gioi_tinh",
    "XML14.MA_DOITUONG_KCB": "doituong_kcb", "XML15.LOAI_DTRI_LAO": "loai_dtri_lao",
}  # fmt: skip
NO_CODES = {"CT07": "the number of the form", "bệnh tật tái phát": "the meaning of 1, cut from the field's text"}
LL379_9 = "http://loinc.org/vs/LL379-9"
"""An answer list of LOINC, which FHIR names and does not publish."""


def coded_fields():
    for table, shape in TABLES.items():
        for name, field in shape.by_name.items():
            if codes := set(field.codes or ()) - set(NO_CODES):
                yield pytest.param(f"{table}.{name}", codes, id=f"{table}.{name}")


@pytest.mark.parametrize(("place", "codes"), list(coded_fields()))
def test_every_coded_field_of_the_circular_has_a_system_with_its_codes(place, codes):
    system = vietnam.table_url({**LISTS, **MORE_LISTS}[place])
    assert {code for code in codes if not terminology.validate(system, code)} == set()


def test_every_list_of_the_circular_has_titles_and_a_value_set():
    for name in vietnam.table_lists():
        members = terminology.codes_in(vietnam.table_url(name).replace(":cs:", ":vs:"))
        assert {one.code for one in members} >= set(vietnam.table_lists()[name])
        assert " / " in terminology.BUILT_IN.system(vietnam.table_url(name)).about.title


@pytest.mark.parametrize("url", BINDINGS)
def test_every_required_binding_has_its_codes(url):
    members = terminology.codes_in(url)
    if url == LL379_9:
        assert members is None
        return
    assert not members.unknown
    assert not members.is_finite or any(True for _ in members)


def test_every_system_says_where_it_is_from():
    for url in library.system_urls():
        about = terminology.BUILT_IN.system(url).about
        assert about.source
        assert about.title


@pytest.mark.parametrize(
    ("day", "system", "count"),
    [
        (date(2025, 6, 30), "province", 63),
        (date(2025, 7, 1), "province", 34),
        (date(2025, 6, 30), "district", 705),
        (date(2025, 6, 30), "commune", 10_595),
        (date(2025, 7, 1), "commune", 3_321),
    ],
)
def test_places_by_day(day, system, count):
    url = f"urn:sosuckhoe:cs:{system}"
    assert len(terminology.BUILT_IN.system(url, vietnam.editions_on(day)[url]).codes) == count


def test_every_old_commune_goes_somewhere_and_only_undivided_ones_are_the_same():
    (group,) = maps.built_in(maps.COMMUNES)["group"]
    new = terminology.BUILT_IN.system(group["target"], group["targetVersion"])
    for element in group["element"]:
        assert all(new.has(target["code"]) for target in element["target"])
        if places.is_divided(element["code"]):
            assert {target["equivalence"] for target in element["target"]} <= {"relatedto", "narrower"}
        else:
            assert {target["equivalence"] for target in element["target"]} <= {"equivalent", "wider"}


@pytest.mark.parametrize(
    ("rule", "code", "holds"),
    [
        ("main", "A00.1", True),
        ("main", "B95.0", False),
        ("main", "A00-A09", False),
        ("main", "I", False),
        ("women", "C53.0", True),
        ("women", "C61", False),
        ("men", "C61", True),
        ("men", "C53.0", False),
        ("newborns", "P00.0", True),
        ("newborns", "A00", False),
    ],
)
def test_the_rules_of_coding(rule, code, holds):
    assert ((ICD10, code) in terminology.codes_in(f"urn:sosuckhoe:vs:icd-10-{rule}")) is holds


def test_every_category_of_icd10_stands_in_a_chapter():
    system = terminology.BUILT_IN.system(ICD10)
    chapters = {code for row, code in enumerate(system.codes) if not system.parents_of(row)}
    assert len(chapters) == 22
    assert all(system.above(code) & chapters for code in system.codes)
    assert all(system.is_abstract(system.row(code)) for code in chapters)
