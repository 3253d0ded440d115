"""How names are brought to one form: the table is the rule.

`marked` is what two full spellings are compared by (tone keys at the end), `bare` what is left without marks.
"""

import pytest

from sosuckhoe.identity.compare.names import is_one_slip, is_placeholder, is_syllable, spelling

NORMAL_FORMS = """
written            | marked                | bare             | because
Nguyễn Thị Lan     | nguyênx thij lan      | nguyen thi lan   | the tone stands behind its word
NGUYỄN THỊ LAN     | nguyênx thij lan      | nguyen thi lan   | capitals do not count
Nguyễn  Thị   Lan  | nguyênx thij lan      | nguyen thi lan   | nor do spaces
Hoà                | hoaf                  | hoa              | the older place of the tone
Hòa                | hoaf                  | hoa              | the newer place of the tone
Thuỷ               | thuyr                 | thuy             | again the older place
Thủy               | thuyr                 | thuy             | and the newer
Quý                | quis                  | qui              | y and i after qu
Quí                | quis                  | qui              | are one sound
Lý                 | lis                   | li               | a lone y after a consonant
Lí                 | lis                   | li               | is a lone i
Mỹ                 | mix                   | mi               | also with another tone
Thúy               | thuys                 | thuy             | in uy the y is another sound
Thúi               | thuis                 | thui             | than the i in ui
Huy                | huy                   | huy              | so a y after a vowel stays
Ý                  | ys                    | y                | and a y that stands alone
Nguyeenx           | nguyênx               | nguyen           | keys typed with the input method off
Nguyeexn           | nguyênx               | nguyen           | the tone key may stand inside
Huwowng            | hương                 | huong            | two shapes in one word
DDoox              | đôx                   | do               | a stroke and a hat
Ddawng             | đăng                  | dang             | a stroke and a breve
Vieejt             | viêtj                 | viet             | before a final consonant
Thwr               | thưr                  | thu              | w alone is ư
Anh                | anh                   | anh              | a word without residue is left alone
Đỗ Đức             | đôx đưcs              | do duc           | đ is a letter of its own
H'Lan              | hlan                  | hlan             | an apostrophe does not part a name
Lê-Minh            | lê minh               | le minh          | a hyphen does
"""


def rows(table):
    _, *lines = table.strip().splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines]


@pytest.mark.parametrize(("written", "marked", "bare", "because"), rows(NORMAL_FORMS))
def test_normal_form(written, marked, bare, because):
    found = spelling(written)
    assert (" ".join(found.marked), " ".join(found.bare)) == (marked, bare), because


SLIPS = """
one    | other   | slip
lan    | lam     | yes
lan    | lann    | yes
lan    | la      | yes
lan    | lna     | yes
lan    | lan     | no
lan    | nal     | no
lan    | lanhh   | no
lan    | hoa     | no
"""


def test_what_may_be_a_syllable():
    words = ("lan", "nguyen", "quynh", "a", "giang", "lanm", "huogn", "hblah", "")
    assert [word for word in words if is_syllable(word)] == ["lan", "nguyen", "quynh", "a", "giang"]


def test_what_stands_under_the_mothers_name():
    names = ("CB Trần Thị Hoa", "Con bà Trần Thị Hoa", "Bé Gái Lan", "Trần Thị Bé", "CB Hoa")
    assert [name for name in names if is_placeholder(name)] == ["CB Trần Thị Hoa", "Con bà Trần Thị Hoa"]


@pytest.mark.parametrize(("one", "other", "slip"), rows(SLIPS))
def test_one_slip_of_the_hand(one, other, slip):
    assert is_one_slip(one, other) is (slip == "yes")
    assert is_one_slip(other, one) is (slip == "yes")


def test_composed_and_decomposed_letters_are_one():
    import unicodedata

    assert spelling(unicodedata.normalize("NFD", "Nguyễn Thị Hương")) == spelling("Nguyễn Thị Hương")
