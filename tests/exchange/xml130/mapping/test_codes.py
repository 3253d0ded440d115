"""Our code lists against those of the decisions, both ways."""

import pytest

from sosuckhoe.clinical.terminology.vietnam import table_lists
from sosuckhoe.exchange.xml130.format import TABLES

LISTS = {
    "XML1.GIOI_TINH": "gioi_tinh", "XML1.KET_QUA_DTRI": "ket_qua_dtri", "XML1.MA_LOAI_RV": "loai_rv",
    "XML1.MA_LOAI_KCB": "loai_kcb", "XML2.PHAM_VI": "pham_vi", "XML2.MA_PTTT": "pttt",
    "XML2.NGUON_CTRA": "nguon_ctra",
    "XML3.PP_VO_CAM": "pp_vo_cam", "XML6.MA_BAC_PHAC_DO_BD": "bac_phac_do", "XML6.MA_LYDO_DTRI": "lydo_dtri",
    "XML6.LOAI_DTRI_LAO": "loai_dtri_lao", "XML6.SANG_LOC_LAO": "sang_loc_lao", "XML6.KQ_DTRI_LAO": "kq_dtri_lao",
    "XML6.MA_LYDO_XNTL_VR": "lydo_xntl_vr", "XML6.MA_LOAI_BN": "loai_bn",
    "XML6.GIAI_DOAN_LAM_SANG": "giai_doan_lam_sang",
    "XML6.NHOM_DOI_TUONG": "nhom_doi_tuong", "XML6.MA_TINH_TRANG_DK": "tinh_trang_dk",
    "XML6.LAN_XN_PCR": "lan_xn_pcr",
    "XML6.MA_KQ_XN_PCR": "kq_xn_pcr", "XML6.MA_XU_TRI": "xu_tri", "XML6.LY_DO_CHUYEN_PHAC_DO": "ly_do_chuyen_phac_do",
    "XML9.SINHCON_PHAUTHUAT": "sinhcon_phauthuat", "XML12.CHUC_VU": "chuc_vu_gdyk",
    "XML12.KHAM_GIAM_DINH": "kham_giam_dinh",
    "XML12.DANG_HUONG_CHE_DO": "dang_huong_che_do", "XML12.DANG_KHUYETTAT": "dang_khuyettat",
    "XML13.MA_LYDO_CT": "lydo_ct", "XML15.PHANLOAI_LAO_VITRI": "lao_vitri", "XML15.PHANLOAI_LAO_TS": "lao_ts",
    "XML15.PHANLOAI_LAO_HIV": "lao_hiv", "XML15.PHANLOAI_LAO_VK": "lao_vk", "XML15.PHANLOAI_LAO_KT": "lao_kt",
    "XML15.PHACDO_DTRI_LAO": "phacdo_lao", "XML15.KET_QUA_DTRI_LAO": "ket_qua_dtri_lao",
}  # fmt: skip


@pytest.mark.parametrize("place", LISTS)
def test_a_list_has_the_codes_of_its_field(place):
    table, name = place.split(".")
    assert set(table_lists()[LISTS[place]]) == set(TABLES[table].by_name[name].codes)


def test_every_entry_has_a_word_in_both_languages():
    for entries in table_lists().values():
        assert all(vi and en for vi, en in entries.values())
