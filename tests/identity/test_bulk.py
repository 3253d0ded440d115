"""The bulk job: its SQL decides as the pure functions do, and it makes the persons that records mean."""

import csv
from dataclasses import replace
from itertools import pairwise

import pytest

from sosuckhoe.identity.bulk import job
from sosuckhoe.identity.bulk.rows import NUMBERS, claim_of, rows_of
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare.borrowed import without_borrowed
from sosuckhoe.identity.compare.names import spelling
from sosuckhoe.identity.compare.pattern import pattern, unpack
from sosuckhoe.identity.compare.score import score

NAMES = [
    "Nguyễn Thị Lan",
    "NGUYEN THI LAN",
    "Nguyễn Lan",
    "Lan Nguyễn Thị",
    "Nguyễn Thị Lam",
    "Nguyễn Thị Làn",
    "La Văn Quý",
    "La Văn Quí",
    "Lê Thị Huwowng",
    "Lê Thị Hương",
    "H'Lan Ê-ban",
    "CB Nguyễn Thị Lan",
    "Nguyễn Văn Lan",
    "Trần Thị Hoà",
    "Nguyễn T. Lan",
    "Nguyễn Thị Lanm",
    "Nguyễn Lan Thị",
    "Nguyen64 Thi5 Lan",
    "Trần Thị Hoa",
]
BIRTHS = [
    "1960-05-02",
    "1960-02-05",
    "1960",
    "1960-01-01",
    "1961-07-09",
    "1960-05-12",
    "1961-05-02",
    "1968-05-02",
    "1960-05-19",
    "1960-11-02",
    "1960-10-30",
    "2020-06-01",
    "",
]
PLACES = [
    ("25", "227", "08233"),
    ("25", "", "08233"),
    ("25", "227", "08230"),
    ("01", "001", "00001"),
    ("01", "", ""),
    ("", "", ""),
]
CARDS = [
    ("", "", ""),
    ("7912345678", "", ""),
    ("7912345678", "GD4797912345678", ""),
    ("", "TE1797912345678", "TE1797912345678"),
    ("2500000001", "", ""),
    ("7912345687", "", ""),
]
PAPERS = [
    ("", ""),
    ("079160000001", ""),
    ("079160000002", ""),
    ("079195000001", ""),
    ("", "012345678"),
    ("999160000001", ""),
    ("79160000001", ""),
]
PHONES = ["", "0912345678", "912345678", "0900000000", "+84 91 234 5678", "0987654321", "1"]


def row(number, **more):
    plain = dict.fromkeys(job.COLUMNS, "")
    return plain | {"record": str(number), "source": "A", "facility": "79001", "name": NAMES[0], "sex": "female"} | more


def mixed_rows(rng, count):
    for number in range(count):
        (province, district, commune), (bhxh, bhyt, temp), (cccd, cmnd) = map(rng.choice, (PLACES, CARDS, PAPERS))
        yield row(
            number,
            name=rng.choice(NAMES),
            birth=rng.choice(BIRTHS),
            sex=rng.choice(["male", "female", "female", "unknown"]),
            cccd=cccd,
            cmnd=cmnd,
            bhxh=bhxh,
            bhyt=bhyt,
            temp_child=temp,
            phone=rng.choice(PHONES),
            province=province,
            district=district,
            commune=commune,
            patient=rng.choice(["", "1", "2"]),
            mother=rng.choice(["", "079195000001", "079195000002"]),
            passport=rng.choice(["", "", "B1234567"]),
            newborn=rng.choice(["", "", "79001/7"]),
        )


def write(place, rows):
    with place.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, job.COLUMNS)
        lines.writeheader()
        lines.writerows(rows)
    return place


@pytest.fixture
def connection(tmp_path):
    with job.opened(tmp_path / "job.duckdb", job.Bounds("500MB", 1)) as opened:
        yield opened


def test_sql_and_python_see_the_same_pattern(connection, tmp_path):
    from random import Random

    rows = list(mixed_rows(Random(5), 120))
    job.add_files(connection, [write(tmp_path / "rows.csv", rows)])
    job.prepare(connection)
    connection.execute(
        "create temp table candidate as select one.record as one, other.record as other "
        "from claim one join claim other on one.record < other.record"
    )
    packed = job.packed_sql()
    found = connection.execute(job.sql("compare").format(packed=packed)).fetchall()
    assert len(found) == 120 * 119 // 2
    plain = [claim_of(told) for told in rows]
    holders = {number: [c for c in plain if number in c.identifiers] for told in plain for number in told.identifiers}
    claims = [without_borrowed(with_mother(claim, rows), holders) for claim in plain]
    for one, other, number in found:
        assert unpack(number) == pattern(claims[one], claims[other]), (rows[one], rows[other])


def with_mother(claim, rows):
    """The claim with the name that another record gives to the holder of the mother's number, where it is the same."""
    words = spelling(claim.name).bare
    named = [told["name"] for told in rows if claim.mother and told["cccd"] == claim.mother.value]
    same = [name for name in named if spelling(name).bare == words]
    return replace(claim, extra={"mother_name": same[0]}) if same else claim


LAN = {"birth": "1960-05-02", "cccd": "079160000001", "bhxh": "7912345678", "province": "25", "commune": "08233"}


def persons(connection):
    return dict(connection.execute("select record, person from person_of").fetchall())


def test_three_systems_records_become_one_person(connection, tmp_path):
    rows = [
        row(0, **LAN),
        row(1, **LAN | {"name": "NGUYEN THI LAN", "cccd": ""}),
        row(2, **LAN | {"bhxh": "", "birth": "1960"}),
        row(3, name="Trần Văn Bình", birth="1990-07-09", sex="male", cccd="079090000003"),
    ]
    job.add_files(connection, [write(tmp_path / "a.csv", rows)])
    told = job.run(connection)
    assert persons(connection) == {0: 0, 1: 0, 2: 0, 3: 3}
    assert (told.records, told.persons) == (4, 2)
    reasons = connection.execute("select one, other, verdict, rule from decision order by 1, 2").fetchall()
    assert ("link", "") in {reason[2:] for reason in reasons}


def test_records_that_come_later_join_the_persons_that_are_there(connection, tmp_path):
    job.add_files(connection, [write(tmp_path / "a.csv", [row(0, **LAN), row(1, **LAN | {"cccd": ""})])])
    job.run(connection)
    later = [row(2, **LAN | {"name": "NGUYEN THI LAN"}), row(3, name="Lê Văn Tám", birth="1958-01-02", sex="male")]
    batch = job.add_files(connection, [write(tmp_path / "b.csv", later)])
    told = job.run(connection, since=batch)
    assert persons(connection) == {0: 0, 1: 0, 2: 0, 3: 3}
    assert told.pairs == 3, "a pair is compared once, however often the job runs"


@pytest.mark.parametrize("seed", range(3))
def test_batch_after_batch_it_makes_the_persons_that_it_makes_at_once(tmp_path, seed):
    from random import Random

    rows = list(mixed_rows(Random(seed), 130))
    with job.opened(tmp_path / "whole.duckdb", job.Bounds("500MB", 1)) as connection:
        job.add_files(connection, [write(tmp_path / "whole.csv", rows)])
        job.run(connection)
        expected = persons(connection), pairs(connection)
    with job.opened(tmp_path / "parts.duckdb", job.Bounds("500MB", 1)) as connection:
        for at in (0, 100, 120):
            part = rows[at : at + 20] if at else rows[:100]
            batch = job.add_files(connection, [write(tmp_path / f"{at}.csv", part)])
            job.run(connection, since=batch)
        assert (persons(connection), pairs(connection)) == expected


def home_rows(rng, homes):
    """Mothers with citizen numbers, newborns under their names, who those became, twins, borrowed insurance cards."""
    for home in range(homes):
        day, phone = f"2025-06-{rng.randrange(1, 29):02d}", f"09{home:08d}"
        family, mother = rng.choice(["Võ", "Lý", "Phan", "Đỗ"]), f"0791950000{home:02d}"
        name = f"{family} Thị {rng.choice(['Sáu', 'Mận', 'Lụa'])}"
        place = {"phone": phone, "province": "25", "commune": "08233"}
        card = f"79{home:08d}"
        yield place | {"name": name, "birth": "1995-02-03", "cccd": mother, "bhxh": card}
        child = place | {"birth": day, "sex": rng.choice(["male", "female"])}
        yield child | {"name": rng.choice([name, f"CB {name}"]), "mother": mother}
        for given in rng.sample(["Khang", "Khôi", "An", "Bình"], rng.choice([1, 1, 2])):
            yield child | {"name": f"{family} Minh {given}", "bhxh": rng.choice([card, "", f"80{home:08d}"])}
            yield child | {"name": f"{family} Minh {given}", "bhxh": rng.choice([card, ""]), "mother": mother}


@pytest.mark.parametrize("seed", range(4))
def test_what_a_later_batch_tells_of_earlier_records_is_as_if_it_had_come_with_them(tmp_path, seed):
    from random import Random

    rng = Random(seed)
    told = list(home_rows(rng, 8))
    rng.shuffle(told)
    told.sort(key=lambda fields: "cccd" in fields and rng.random() < 0.5)
    rows = [row(number, **fields) for number, fields in enumerate(told)]
    cuts = [0, 15, 25, 30, len(rows)]
    with job.opened(tmp_path / "parts.duckdb", job.Bounds("500MB", 1)) as connection:
        for at, until in pairwise(cuts):
            batch = job.add_files(connection, [write(tmp_path / f"{at}.csv", rows[at:until])])
            job.run(connection, since=batch)
        again = connection.execute("select count(*) from touched where is_retold").fetchall()
        found = persons(connection), pairs(connection)
        job.run(connection)
        assert found == (persons(connection), pairs(connection))
    assert again != [(0,)], "a later batch told something of an earlier record"


def test_whom_a_borrowed_card_had_tied_are_parted_when_the_one_who_carries_it_comes(connection, tmp_path):
    child = {"name": "Đỗ Minh Khôi", "sex": "male", "bhxh": "7998765432"}
    first = [row(0, birth="2015-02-03", **child), row(1, birth="2005-02-03", **child), row(2, **LAN)]
    job.add_files(connection, [write(tmp_path / "a.csv", first)])
    job.run(connection)
    assert persons(connection) == {0: 0, 1: 0, 2: 2}
    parent = row(3, name="Đỗ Văn Kiên", birth="1998-09-08", sex="male", bhxh="7998765432")
    batch = job.add_files(connection, [write(tmp_path / "b.csv", [parent])])
    job.run(connection, since=batch)
    assert persons(connection) == {0: 0, 1: 1, 2: 2, 3: 3}


@pytest.mark.parametrize("has_died", [False, True])
def test_of_earlier_records_only_those_of_whom_a_later_batch_tells_are_compared_again(connection, tmp_path, has_died):
    mother = {"birth": "1995-02-03", "cccd": "079195000001", "bhxh": "7900000001"}
    born = {"birth": "2025-06-01", "phone": "0912345678", "province": "25", "commune": "08233", "sex": "male"}
    first = [
        row(0, name="Võ Thị Sáu", mother="079195000001", **born),
        row(1, name="Võ Minh Khang", bhxh="7900000001", **born),
        row(2, name="VO MINH KHANG", bhxh="7900000001", **born),
        *(row(n, **LAN | {"cccd": "", "bhxh": f"25000000{n}", "sex": "female"}) for n in range(10, 40)),
    ]
    job.add_files(connection, [write(tmp_path / "a.csv", first)])
    assert job.run(connection).pairs == 3 + 30 * 29 // 2
    assert persons(connection)[0] != persons(connection)[1]
    batch = job.add_files(connection, [write(tmp_path / "b.csv", [row(50, name="Võ Thị Sáu", **mother)])])
    job.prepare(connection, batch)
    assert connection.execute("select record from fresh order by 1").fetchall() == [(0,), (1,), (2,), (50,)]
    assert job.compare(connection, batch) == 3, "the newborn and two records of the child; the mother shares no key"
    if not has_died:
        job.judge(connection)
        job.make_persons(connection, batch)
    else:
        job.run(connection, batch)
    assert {persons(connection)[n] for n in (0, 1, 2)} == {0}, "by the mother's name she is known to be a newborn"
    found = persons(connection), pairs(connection)
    job.run(connection)
    assert found == (persons(connection), pairs(connection))


def pairs(connection):
    return connection.execute("select * from compared order by one, other").fetchall()


def test_a_later_run_touches_only_the_new_records_and_those_who_are_tied_to_them(connection, tmp_path):
    others = [
        row(n, name="Lê Văn Tám", birth=f"19{n + 10}-01-02", sex="male", cccd=f"0790{n + 10}000001")
        for n in range(2, 40)
    ]
    job.add_files(connection, [write(tmp_path / "a.csv", [row(0, **LAN), row(1, **LAN | {"cccd": ""}), *others])])
    job.run(connection)
    batch = job.add_files(connection, [write(tmp_path / "b.csv", [row(40, **LAN | {"name": "NGUYEN THI LAN"})])])
    told = job.run(connection, since=batch)
    touched = connection.execute("select record from placed order by record").fetchall()
    assert touched == [(0,), (1,), (40,)]
    assert connection.execute("select record from fresh").fetchall() == [(40,)]
    assert (told.records, told.persons) == (41, 39)


def test_a_run_that_died_is_done_again_from_its_batch(connection, tmp_path):
    job.add_files(connection, [write(tmp_path / "a.csv", [row(0, **LAN)])])
    job.run(connection)
    batch = job.add_files(connection, [write(tmp_path / "b.csv", [row(1, **LAN | {"cccd": ""})])])
    job.prepare(connection, batch)
    job.compare(connection, batch)
    told = job.run(connection, since=batch)
    assert (told.pairs, persons(connection)) == (1, {0: 0, 1: 0})


def test_a_citizen_number_of_letters_belongs_to_nobody(connection, tmp_path):
    rows = [row(0, **LAN | {"cccd": "001ABCDEFGHI", "birth": "", "sex": "unknown"}), row(1, **LAN)]
    job.add_files(connection, [write(tmp_path / "a.csv", rows)])
    assert job.run(connection).records == 2


def test_in_parts_it_finds_the_same(connection, tmp_path, monkeypatch):
    from random import Random

    job.add_files(connection, [write(tmp_path / "a.csv", mixed_rows(Random(6), 150))])
    whole = job.run(connection), persons(connection)
    monkeypatch.setattr(job, "_RECORDS_A_PART", 40)
    assert (job.run(connection), persons(connection)) == whole


def test_a_person_never_holds_two_valid_citizen_numbers(connection, tmp_path):
    bridge = row(2, **LAN | {"cccd": "", "patient": "1", "phone": "0912345678"})
    rows = [row(0, **LAN), row(1, **LAN | {"cccd": "079160000002", "patient": "1", "phone": "0912345678"}), bridge]
    job.add_files(connection, [write(tmp_path / "a.csv", rows)])
    told = job.run(connection)
    found = persons(connection)
    assert found[0] != found[1]
    assert told.refused == 1, "the record between them goes with the one that it is most alike"
    assert found[2] == found[1]


def test_what_is_known_of_a_person_as_records_keeps_every_number():
    numbers = (
        Identifier("cccd", "079160000001"),
        Identifier("bhxh", "7912345678"),
        Identifier("bhxh", "7912345679"),
        Identifier("facility", "79001/1"),
        Identifier("facility", "79002/2"),
    )
    known = Claim("Nguyễn Thị Lan", "1960-05-02", "female", "79001", numbers, mother=Identifier("cccd", "079135000009"))
    rows = [row(0) | told for told in rows_of(known)]
    back = [claim_of(told) for told in rows]
    assert {number for claim in back for number in claim.identifiers} == set(numbers)
    bare = replace(known, identifiers=())
    assert all(replace(claim, identifiers=()) == replace(bare, facility=claim.facility) for claim in back)
    assert set(NUMBERS) <= set(job.COLUMNS)


def test_the_verdict_of_the_job_is_that_of_the_online_match(connection, tmp_path):
    rows = [row(0, **LAN), row(1, **LAN | {"cccd": "", "name": "Nguyễn Lan"})]
    job.add_files(connection, [write(tmp_path / "a.csv", rows)])
    job.run(connection)
    ((total, verdict),) = connection.execute("select total, verdict from decision").fetchall()
    decision = score(*map(claim_of, rows))
    assert (total, verdict) == (decision.total, decision.verdict)
