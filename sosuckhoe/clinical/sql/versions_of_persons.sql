-- All versions of some types of some persons, from their index and from the key of the history.
with newest as materialized (
  select r.bucket, r.rid, r.version, r.person, r.type, r.label, r.updated, true as is_newest
  from unnest(%(buckets)s::int4[], %(wanted)s::int8[]) as wanted (bucket, person)
  join clinical_resource r on r.bucket = wanted.bucket and r.person = wanted.person
  where r.type = any (%(types)s::int2[])
), every as (
  select * from newest
  union all
  select h.bucket, h.rid, h.version, h.person, h.type, h.label, h.updated, false
  from newest join clinical_history h on h.bucket = newest.bucket and h.rid = newest.rid and h.person = newest.person
  where newest.version > 1
), examined as (
  select * from every
  where (updated, rid, version) {behind} (%(at)s, %(rid)s, %(version)s)
    and updated >= %(low)s and updated < %(high)s
), until as (
  select null::timestamptz as updated, null::uuid as rid, null::int4 as version where false
)
