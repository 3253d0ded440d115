-- What is compared, ready: one row a record of those that came (`heard`). `spelt` are the normal forms of every name (compare/names.py), `owner`
-- the provinces that a citizen number may name, `home` the communes of today by the code that was written.
select
  told.record,
  told.batch,
  told.sex,
  told.birth,
  substr(told.birth, 1, 4) as year,
  case when told.birth like '%-01-01' then substr(told.birth, 1, 4) else told.birth end as as_told,
  length(told.birth) < 10 or told.birth like '%-01-01' as is_vague,
  replace(told.birth, '-', '') as digits,
  spelt.marked,
  spelt.bare,
  spelt.sorted,
  spelt.drops,
  spelt.family,
  spelt.given,
  spelt.has_marks,
  spelt.bits,
  told.cccd,
  coalesce(told.cccd <> '' and owner.province is not null
    and (told.birth = '' or 1900 + (try_cast(substr(told.cccd, 4, 1) as int) // 2) * 100 + try_cast(substr(told.cccd, 5, 2) as int)
         = try_cast(substr(told.birth, 1, 4) as int))
    and (told.sex not in ('male', 'female')
         or told.sex = case when try_cast(substr(told.cccd, 4, 1) as int) % 2 = 1 then 'female' else 'male' end), false) as is_theirs,
  told.cmnd,
  told.passport,
  told.bhxh,
  told.bhyt,
  told.temp_child,
  case when told.bhyt like 'TE1%' then substr(told.bhyt, 6, 10) else '' end as child,
  told.newborn,
  told.mother,
  told.facility,
  told.patient,
  case when length(told.phone_digits) >= 9 then told.phone_digits else '' end as phone,
  coalesce(home.communes, case when told.commune <> '' and told.district = '' then [told.commune] else [] end) as homes,
  coalesce(
    case when told.district = '' then right(told.province, 2) else moved.new end, ''
  ) as province
from (
  select *, case when written like '84%' and length(written) > 10 then '0' || substr(written, 3) else written end as phone_digits
  from (select *, regexp_replace(phone, '[^0-9]', '', 'g') as written from heard)
) told
join spelt on spelt.name = told.name
left join owner on length(told.cccd) = 12 and told.cccd like '0%' and owner.province = substr(told.cccd, 2, 2)
left join home on told.district <> '' and home.old = told.commune
left join province_moved moved on moved.old = right(told.province, 2)
