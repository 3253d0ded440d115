"""What `check` finds, as a table to be read: a change to a package in which nothing is wrong, and what is found then.

A line that begins at the margin is the change, the indented lines below it are the findings: level, table, row, field,
rule, value class (after a colon what the rule asks for). No line below: nothing is found.
`XML1.HO_TEN=An` writes a value into the first row of a table, `XML2[2].STT=1` into another row; `-XML1.HO_TEN` takes a
field away, `-XML1` a table; `+XML8` repeats a table's last row; ` & ` joins changes, also on the next line; `␠` is a
space.
The package is good.package(), visited 1 to 5 May 2025 (edition 3176) and checked on 1 June 2025.
"""

CASES = """
# Refused: it is not certain whose the package is, of which visit, when, or from whom

-XML1
    refused | - | 0 | - | no-summary | absent
+XML1
    refused | XML1 | 0 | - | several-summaries | several
    noted | XML1 | 2 | STT | row-number-repeated | repeated
-XML1.MA_LK
    refused | XML1 | 1 | MA_LK | no-visit-code | absent
    noted | XML1 | 1 | MA_LK | missing | absent
XML4[2].MA_LK=LK2
    refused | XML4 | 2 | MA_LK | visit-differs | differs
XML1.MA_CSKCB=79009 & -XML6 & -XML13 & -XML15
    refused | XML1 | 1 | MA_CSKCB | facility-differs | differs
    noted | XML14 | 1 | MA_CSKCB | differs-from-summary | differs:MA_CSKCB
facility=
    refused | - | 0 | - | no-facility | empty
XML1.HO_TEN= & XML1.SO_CCCD= & XML1.MA_THE_BHYT= & XML1.MA_BN= & -XML13 & -XML14 & -XML15
    refused | XML1 | 1 | HO_TEN | nobody | empty
    noted | XML1 | 1 | MA_BN | missing | empty
    noted | XML1 | 1 | HO_TEN | missing | empty
XML1.NGAY_VAO=1/5/2025 & XML1.NGAY_RA= & -XML13 & -XML14
    refused | XML1 | 1 | NGAY_VAO | no-time | not a date
    noted | XML1 | 1 | NGAY_VAO | not-a-date | not a date:yyyyMMddHHmm
    noted | XML1 | 1 | NGAY_RA | missing | empty
XML14.HO_TEN=Trần Văn Ba & XML14.NGAY_SINH=196105020000
    refused | XML14 | 1 | HO_TEN | another-person | differs
    noted | XML14 | 1 | HO_TEN | differs-from-summary | differs:HO_TEN
    noted | XML14 | 1 | NGAY_SINH | differs-from-summary | differs:NGAY_SINH
XML15.HO_TEN=Trần Văn Ba & XML15.SO_CCCD=079061000009
    refused | XML15 | 1 | HO_TEN | another-person | differs
    noted | XML15 | 1 | HO_TEN | differs-from-summary | differs:HO_TEN
    noted | XML15 | 1 | SO_CCCD | differs-from-summary | differs:SO_CCCD

# Not refused: a code with spaces around it; a name or a number alone; a birth known by its year only

XML4[2].MA_LK=␠LK1
XML4[2].MA_LK=
    noted | XML4 | 2 | MA_LK | missing | empty
XML14.HO_TEN=Trần Văn Ba
    noted | XML14 | 1 | HO_TEN | differs-from-summary | differs:HO_TEN
XML14.HO_TEN=NGUYEN THI AN & XML14.NGAY_SINH=199000000000
    noted | XML14 | 1 | HO_TEN | differs-from-summary | differs:HO_TEN
    noted | XML14 | 1 | NGAY_SINH | differs-from-summary | differs:NGAY_SINH
XML14.HO_TEN=Trần Văn Ba & XML14.NGAY_SINH=
    noted | XML14 | 1 | HO_TEN | differs-from-summary | differs:HO_TEN
XML1.HO_TEN= & -XML13 & -XML15
    noted | XML14 | 1 | HO_TEN | differs-from-summary | differs:HO_TEN
    noted | XML1 | 1 | HO_TEN | missing | empty
XML1.NGAY_VAO=
    noted | XML13 | 1 | NGAY_VAO | differs-from-summary | differs:NGAY_VAO
    noted | XML14 | 1 | NGAY_VAO | differs-from-summary | differs:NGAY_VAO
    noted | XML1 | 1 | NGAY_VAO | missing | empty

# One field by itself (test_field_rules.py has a table of values)

-XML1.LY_DO_VV
    noted | XML1 | 1 | LY_DO_VV | missing | absent
XML1.LY_DO_VV=␠
    noted | XML1 | 1 | LY_DO_VV | missing | empty
XML2[2].SO_LUONG=10,0
    noted | XML2 | 2 | SO_LUONG | not-a-number | decimal comma
XML1.GIOI_TINH=␠2
    noted | XML1 | 1 | GIOI_TINH | spaces-around | spaces
XML1.NHOM_MAU=nhóm máu O dương
    noted | XML1 | 1 | NHOM_MAU | too-long | too long:10
XML7[2].TUOI_THAI=50
    noted | XML7 | 2 | TUOI_THAI | out-of-range | out of range:1–42
XML1.MA_KHUVUC=K9
    noted | XML1 | 1 | MA_KHUVUC | unknown-code | unknown code
XML3.GOI_VTYT=1
    noted | XML3 | 1 | GOI_VTYT | wrong-shape | wrong shape:device_package
XML5.THOI_DIEM_DBLS=20250502
    noted | XML5 | 1 | THOI_DIEM_DBLS | not-a-date | date of another form:yyyyMMddHHmm
XML1.MA_BENH_KT=A00;A01;A02;A03;A04;A05;A06;A07;A08;A09;B00;B01;B02 & -XML13 & -XML14
    noted | XML1 | 1 | MA_BENH_KT | too-many-values | too many:12

# Obligation that depends on the row

XML3[2].TEN_VAT_TU=
    noted | XML3 | 2 | TEN_VAT_TU | missing-here | empty
XML3.MA_DICH_VU= & XML3.TEN_DICH_VU=
    noted | XML3 | 1 | MA_DICH_VU | missing-here | empty
    noted | XML3 | 1 | MA_VAT_TU | missing-here | empty
XML3.NGUOI_THUC_HIEN=
    noted | XML3 | 1 | NGUOI_THUC_HIEN | missing-here | empty
XML2.TT_THAU=
    noted | XML2 | 1 | TT_THAU | missing-here | empty
XML2.TT_THAU= & XML2.MA_NHOM=7
XML2.SO_DANG_KY=
    noted | XML2 | 1 | SO_DANG_KY | missing-here | empty
XML2.SO_DANG_KY= & XML2.MA_THUOC=40.17
XML4.NGAY_KQ=
    noted | XML4 | 1 | NGAY_KQ | missing-here | empty
XML4.NGAY_KQ= & XML4.GIA_TRI=
XML6.NGAY_BAT_DAU_XU_TRI=
    noted | XML6 | 1 | NGAY_BAT_DAU_XU_TRI | missing-here | empty
XML6.MA_TINH_TRANG_DK=1;3
    noted | XML6 | 1 | LAN_XN_PCR | missing-here | empty
    noted | XML6 | 1 | NGAY_XN_PCR | missing-here | empty
    noted | XML6 | 1 | NGAY_KQ_XN_PCR | missing-here | empty
    noted | XML6 | 1 | MA_KQ_XN_PCR | missing-here | empty
XML7.MA_DINH_CHI_THAI=1 & XML7.TUOI_THAI=8
    noted | XML7 | 1 | NGUYENNHAN_DINHCHI | missing-here | empty
    noted | XML7 | 1 | THOIGIAN_DINHCHI | missing-here | empty
XML7.SO_NGAY_NGHI=
    noted | XML7 | 1 | SO_NGAY_NGHI | together | empty
-XML7[2].NGOAITRU_TUNGAY
    noted | XML7 | 2 | NGOAITRU_TUNGAY | together | absent

# What an edition asks for: districts ended on 1 July 2025, XML13's TEN_DICH_VU with 3176, 4750 added fields of XML6

XML1.MAHUYEN_CU_TRU= & XML6.MAHUYEN_CU_TRU=
    noted | XML1 | 1 | MAHUYEN_CU_TRU | missing | empty
XML1.NGAY_RA=202412311000 & XML1.NGAY_VAO=202412310800 & XML1.NGAY_VAO_NOI_TRU= & XML1.SO_NGAY_DTRI=1
& XML13.NGAY_RA= & XML13.NGAY_VAO= & XML13.NGAY_VAO_NOI_TRU= & -XML14
    noted | XML13 | 1 | TEN_DICH_VU | missing | empty
XML6.NOI_XN_KD=
    noted | XML6 | 1 | NOI_XN_KD | missing | empty
XML6.NOI_XN_KD= & XML1.NGAY_VAO=202406010800 & XML1.NGAY_RA=202406051000 & XML1.NGAY_VAO_NOI_TRU= & -XML13
& -XML14

# Dates to each other

XML1.NGAY_RA=202505010700 & XML1.SO_NGAY_DTRI=1 & -XML13 & -XML14
    noted | XML1 | 1 | NGAY_RA | date-order | earlier:NGAY_VAO
XML2.NGAY_TH_YL=202505010900
    noted | XML2 | 1 | NGAY_TH_YL | date-order | earlier:NGAY_YL
XML14.NGAY_HEN_KL=202505041000
    noted | XML14 | 1 | NGAY_HEN_KL | date-order | earlier:NGAY_RA
XML14.NGAY_CT=20250430
    noted | XML14 | 1 | NGAY_CT | date-order | earlier:NGAY_VAO
XML14.NGAY_CT=20250501
XML5.THOI_DIEM_DBLS=202506020000
    noted | XML5 | 1 | THOI_DIEM_DBLS | in-future | in the future
XML5.THOI_DIEM_DBLS=202506012359
XML1.SO_NGAY_DTRI=4
    noted | XML1 | 1 | SO_NGAY_DTRI | days-differ | differs:NGAY_RA − NGAY_VAO + 1
XML1.MA_LOAI_KCB=1 & -XML8
    noted | XML1 | 1 | SO_NGAY_DTRI | days-differ | differs:0
    noted | XML1 | 1 | MA_LOAI_KCB | unknown-code | code without its zero
XML10.SO_NGAY=29
XML10.SO_NGAY=28
    noted | XML10 | 1 | SO_NGAY | days-differ | differs:DEN_NGAY − TU_NGAY
XML6.SO_NGAY_CAP_THUOC_ARV=31
    noted | XML6 | 1 | SO_NGAY_CAP_THUOC_ARV | days-differ | differs:NGAY_KET_THUC_XU_TRI − NGAY_BAT_DAU_XU_TRI
XML6.SO_NGAY_CAP_THUOC_ARV=28

# Money

XML2.THANH_TIEN_BV=15100
    noted | XML1 | 1 | T_THUOC | total-differs | differs:XML2: THANH_TIEN_BV
    noted | XML1 | 1 | T_TONGCHI_BV | total-differs | differs:XML2 + XML3: THANH_TIEN_BV
    noted | XML2 | 1 | THANH_TIEN_BV | amount-differs | differs:SO_LUONG × DON_GIA
    noted | XML2 | 1 | T_BNTT | amount-differs | differs:THANH_TIEN_BV − THANH_TIEN_BH
XML2.THANH_TIEN_BV=15000.9
XML2.THANH_TIEN_BV=15100 & XML2.T_NGUONKHAC=100 & XML2.T_NGUONKHAC_CL=100 & XML1.T_NGUONKHAC=100
& XML1.T_THUOC=30100 & XML1.T_TONGCHI_BV=148400
XML2.T_NGUONKHAC=5
    noted | XML1 | 1 | T_NGUONKHAC | total-differs | differs:XML2 + XML3: T_NGUONKHAC
    noted | XML2 | 1 | T_NGUONKHAC | amount-differs | differs:T_NGUONKHAC_NSNN + … + T_NGUONKHAC_CL
XML2.T_BNCCT=2000
    noted | XML1 | 1 | T_BNCCT | total-differs | differs:XML2 + XML3: T_BNCCT
    noted | XML2 | 1 | T_BNCCT | amount-differs | differs:THANH_TIEN_BH − T_BHTT
XML1.T_VTYT=0
    noted | XML1 | 1 | T_VTYT | total-differs | differs:XML3: THANH_TIEN_BV
XML1.T_BHTT=118000
    noted | XML1 | 1 | T_BHTT | amount-differs | differs:T_TONGCHI_BH − T_BNCCT
XML3.TYLE_TT_DV=30
XML3.TYLE_TT_DV=50 & XML3.THANH_TIEN_BV=34150 & XML3.THANH_TIEN_BH=34150 & XML3.T_BHTT=27320
& XML3.T_BNCCT=6830 & XML1.T_TONGCHI_BV=114150 & XML1.T_TONGCHI_BH=114150 & XML1.T_BNCCT=22830
& XML1.T_BHTT=91320 & XML1.T_BHTT_GDV=91320

# Tables to each other

XML13.MA_NOI_DI=79005
    noted | XML13 | 1 | MA_NOI_DI | differs-from-summary | differs:MA_NOI_DI
XML13.MA_CSKCB_DI=79005
XML13.PP_DIEUTRI=Mổ
    noted | XML13 | 1 | PP_DIEUTRI | differs-from-summary | differs:PP_DIEU_TRI
XML14.DIA_CHI=12␠␠Lê Lợi␠
XML1.MA_LOAI_RV=1 & XML13.MA_LOAI_RV=1
    noted | XML13 | 0 | - | table-not-expected | not expected:MA_LOAI_RV
XML1.MA_LOAI_KCB=02
    noted | XML8 | 0 | - | table-not-expected | not expected:MA_LOAI_KCB
+XML8
    noted | XML8 | 0 | - | several-rows | several
+XML7
XML2[2].STT=1
    noted | XML2 | 2 | STT | row-number-repeated | repeated

# What nobody knows is kept, and named once a table

XML2.MA_MOI=1 & XML2[2].MA_MOI=2
    noted | XML2 | 1 | MA_MOI | tag-unknown | unknown
XML99.A=1
"""
