-- What is compared, ready: one row a record of those that came (`heard`). `borrowed`: an insurance number that somebody
-- a generation older carries under another name is a parent's; it counts as not told. Of a number that thousands carry
-- (a place-holder) only the two oldest names are asked (`oldest`): one of them is another name than anybody's.
-- `spelt` are the normal forms of every name (compare/names.py), `owner` the provinces that a citizen number may name,
-- `home` the communes of today by the code that was written.
with unnamed as (
  select child.record
  from claim child join spelt mine on mine.name = child.name
  join (select distinct claim.cccd, spelt.bare from claim join spelt using (name) where claim.cccd <> '') mother
    on mother.cccd = child.mother and mother.bare = mine.bare
),
oldest as (
  select bhxh, sorted, year from (
    select *, row_number() over (partition by bhxh order by year, sorted) as place from (
      select claim.bhxh, spelt.sorted, min(try_cast(substr(claim.birth, 1, 4) as int)) as year
      from claim join spelt using (name) where claim.bhxh <> '' group by claim.bhxh, spelt.sorted
    ) names where year is not null
  ) placed where place <= 2
),
borrowed as (
  select distinct mine.record
  from claim mine join spelt said on said.name = mine.name
  join oldest on oldest.bhxh = mine.bhxh and oldest.sorted <> said.sorted
    and try_cast(substr(mine.birth, 1, 4) as int) - oldest.year >= 12
)
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
  spelt.is_word,
  spelt.is_placeholder or unnamed.record is not null as is_unnamed,
  told.citizen as cccd,
  coalesce(told.citizen <> '' and owner.province is not null
    and (told.birth = '' or 1900 + (try_cast(substr(told.citizen, 4, 1) as int) // 2) * 100 + try_cast(substr(told.citizen, 5, 2) as int)
         = try_cast(substr(told.birth, 1, 4) as int))
    and (told.sex not in ('male', 'female')
         or told.sex = case when try_cast(substr(told.citizen, 4, 1) as int) % 2 = 1 then 'female' else 'male' end), false) as is_theirs,
  told.cmnd,
  told.passport,
  case when borrowed.record is not null then '' else told.bhxh end as bhxh,
  told.bhyt,
  told.temp_child,
  case when told.bhyt like 'TE1%' then substr(told.bhyt, 6, 10) else '' end as child,
  told.newborn,
  told.mother,
  told.facility,
  told.patient,
  case when length(told.phone_digits) >= 9 and replace(replace(told.phone_digits, substr(told.phone_digits, 1, 1), ''), substr(told.phone_digits, 2, 1), '') <> ''
    and told.phone_digits not like '02%' then told.phone_digits else '' end as phone,
  coalesce(home.communes, case when told.commune <> '' and told.district = '' then [told.commune] else [] end) as homes,
  coalesce(
    case when told.district = '' then right(told.province, 2) else moved.new end, ''
  ) as province
from (
  select *, case when written like '84%' and length(written) > 10 then '0' || substr(written, 3)
    when length(written) = 9 and written not like '0%' then '0' || written else written end as phone_digits
  from (
    select *, regexp_replace(phone, '[^0-9]', '', 'g') as written,
      case when length(cccd) = 11 and try_cast(cccd as bigint) is not null then '0' || cccd else cccd end as citizen
    from heard
  )
) told
join spelt on spelt.name = told.name
left join unnamed on unnamed.record = told.record
left join borrowed on borrowed.record = told.record
left join owner on length(told.citizen) = 12 and told.citizen like '0%' and owner.province = substr(told.citizen, 2, 2)
left join home on told.district <> '' and home.old = told.commune
left join province_moved moved on moved.old = right(told.province, 2)
