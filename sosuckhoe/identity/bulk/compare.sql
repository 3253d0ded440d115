-- The levels of every pair as one number: each field's place in data/comparison.yaml (unknown stands last), then how
-- telling the name is, whether a generation lies between the births, whether a citizen number cannot be theirs.
select
  one, other,
  {packed} as pattern
from (
  select *, case when name <= 7 then shared_bits else 0 end as rarity
  from (
  select
    one.record as one,
    other.record as other,
    case
      when one.bare = '' or other.bare = '' then 12
      when one.bare = other.bare then
        case when one.marked = other.marked then 0 when one.has_marks and other.has_marks then 5 else 1 end
      when one.is_unnamed <> other.is_unnamed then 9
      when contains(one.drops, '|' || other.bare || '|') or contains(other.drops, '|' || one.bare || '|') then 3
      when one.sorted = other.sorted then case when one.family = other.family then 6 else 2 end
      when abs(length(one.bare) - length(other.bare)) <= 1 and damerau_levenshtein(one.bare, other.bare) <= 1 then
        case when one.given <> other.given and one.is_word = other.is_word then 7 else 4 end
      when one.family <> other.family then 11
      when one.given = other.given then 8
      else 10
    end as name,
    case
      when one.birth = '' or other.birth = '' then 7
      when one.is_vague or other.is_vague then
        case when starts_with(one.as_told, other.as_told) or starts_with(other.as_told, one.as_told) then 1 else 6 end
      when one.birth = other.birth then 0
      when one.year = other.year and substr(one.digits, 5, 2) = substr(other.digits, 7)
        and substr(one.digits, 7) = substr(other.digits, 5, 2) then 2
      when damerau_levenshtein(one.digits, other.digits) <= 1 then 3
      when one.year = other.year and (substr(one.birth, 6, 2) = substr(other.birth, 6, 2)
        or substr(one.birth, 9) = substr(other.birth, 9)) then 4
      when substr(one.birth, 6) = substr(other.birth, 6)
        and abs(try_cast(one.year as int) - try_cast(other.year as int)) < 12 then 4
      when one.year = other.year then 5
      else 6
    end as birth,
    case
      when one.sex not in ('male', 'female') or other.sex not in ('male', 'female') then 2
      when one.sex = other.sex then 0
      else 1
    end as sex,
    case
      when one.cccd = '' or other.cccd = '' then 4
      when one.cccd = other.cccd then case when one.is_theirs and other.is_theirs then 0 else 1 end
      when one.is_theirs and other.is_theirs then 3
      else 2
    end as cccd,
    case
      when one.bhxh <> '' and one.bhxh = other.bhxh then 0
      when one.bhyt <> '' and one.bhyt = other.bhyt then case when one.child = '' then 0 else 1 end
      when one.temp_child <> '' and one.temp_child = other.temp_child then 1
      when one.child <> '' and one.child = other.bhxh or other.child <> '' and other.child = one.bhxh then 1
      when one.bhxh <> '' and other.bhxh <> '' and damerau_levenshtein(one.bhxh, other.bhxh) > 1 then 2
      else 3
    end as card,
    case when one.cmnd = '' or other.cmnd = '' then 2 when one.cmnd = other.cmnd then 0 else 1 end as cmnd,
    case when one.passport = '' or other.passport = '' then 2 when one.passport = other.passport then 0 else 1 end as passport,
    case when one.newborn = '' or other.newborn = '' then 2 when one.newborn = other.newborn then 0 else 1 end as newborn,
    case
      when one.patient = '' or other.patient = '' or one.facility <> other.facility then 2
      when one.patient = other.patient then 0
      else 1
    end as facility,
    case
      when list_has_any(one.homes, other.homes) then 0
      when one.province <> '' and other.province <> '' and one.province <> other.province then 2
      when len(one.homes) > 0 and len(other.homes) > 0 then 1
      else 3
    end as address,
    case when one.mother = '' or other.mother = '' then 2 when one.mother = other.mother then 0 else 1 end as mother,
    case when one.phone = '' or other.phone = '' then 2 when one.phone = other.phone then 0 else 1 end as phone,
    least(one.bits, other.bits) as shared_bits,
    case
      when abs(coalesce(try_cast(one.year as int), 0) - coalesce(try_cast(other.year as int), 0)) >= 12
        and one.year <> '' and other.year <> '' then 1
      else 0
    end as generation,
    case when one.cccd <> '' and not one.is_theirs or other.cccd <> '' and not other.is_theirs then 1 else 0 end as foreign_number
  from candidate
  join person_record one on one.record = candidate.one
  join person_record other on other.record = candidate.other
  )
)
