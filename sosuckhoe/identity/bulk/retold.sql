-- Earlier records of which those of batch {since} or later tell something that changes how they are compared: the mother
-- whose very name a child bears, and somebody a generation older who carries the same insurance number (prepare.sql).
-- What is known of the others stays as it is: a record never takes back what another one told.
select told.record, {since} as batch, true as is_retold from (
  select child.record
  from claim mother join claim child on child.mother = mother.cccd and child.mother <> ''
  join spelt hers on hers.name = mother.name
  join person_record mine on mine.record = child.record and not mine.is_unnamed and mine.bare = hers.bare
  where mother.batch >= {since} and child.batch < {since}
  union
  select younger.record
  from claim older join claim younger on younger.bhxh = older.bhxh and younger.bhxh <> ''
    and try_cast(substr(younger.birth, 1, 4) as int) - try_cast(substr(older.birth, 1, 4) as int) >= 12
  join spelt theirs on theirs.name = older.name
  join person_record mine on mine.record = younger.record and mine.bhxh <> '' and mine.sorted <> theirs.sorted
  where older.batch >= {since} and younger.batch < {since}
) told
