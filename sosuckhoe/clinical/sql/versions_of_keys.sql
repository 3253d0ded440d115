-- The versions of resources that a List names (listed.py), of some types; 0 stands for every version of one.
with newest as materialized (
  select r.bucket, r.rid, r.version, r.person, r.type, r.label, r.updated, true as is_newest, wanted.version as chosen
  from unnest(%(named_buckets)s::int4[], %(named)s::uuid[], %(named_versions)s::int4[]) as wanted (bucket, rid, version)
  join clinical_resource r on r.bucket = wanted.bucket and r.rid = wanted.rid
  where r.type = any (%(types)s::int2[])
), every as (
  select * from newest
  union all
  select h.bucket, h.rid, h.version, h.person, h.type, h.label, h.updated, false, newest.chosen
  from newest join clinical_history h on h.bucket = newest.bucket and h.rid = newest.rid
  where newest.version > 1
), examined as (
  select * from every
  where chosen in (0, version) and (updated, rid, version) {behind} (%(at)s, %(rid)s, %(version)s)
    and updated >= %(low)s and updated < %(high)s
), until as (
  select null::timestamptz as updated, null::uuid as rid, null::int4 as version where false
)
