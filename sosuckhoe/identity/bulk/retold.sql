-- Earlier records of which those of batch {since} or later tell something that changes how they are compared: the mother
-- whose very name a child bears, and somebody a generation older who carries the same insurance number (prepare.sql).
-- What is known of the others stays as it is: a record never takes back what another one told.
with oldest as (
  select bhxh, sorted, year from (
    select *, row_number() over (partition by bhxh order by year, sorted) as place from (
      select claim.bhxh, spelt.sorted, min(try_cast(substr(claim.birth, 1, 4) as int)) as year
      from claim join spelt using (name) where claim.bhxh <> '' and claim.batch >= {since}
      group by claim.bhxh, spelt.sorted
    ) names where year is not null
  ) placed where place <= 2
)
select told.record, {since} as batch, true as is_retold from (
  select child.record
  from claim child join person_record mine on mine.record = child.record and not mine.is_unnamed
  join (
    select distinct claim.cccd, spelt.bare from claim join spelt using (name)
    where claim.cccd <> '' and claim.batch >= {since}
  ) mother on mother.cccd = child.mother and mother.bare = mine.bare
  where child.batch < {since}
  union
  select younger.record
  from claim younger join person_record mine on mine.record = younger.record and mine.bhxh <> ''
  join oldest on oldest.bhxh = younger.bhxh and oldest.sorted <> mine.sorted
    and try_cast(substr(younger.birth, 1, 4) as int) - oldest.year >= 12
  where younger.batch < {since}
) told
