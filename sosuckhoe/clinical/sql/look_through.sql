-- A page of the versions of one resource, for who may see each, and one line of the trace; see reading.py for the values.
with sight as materialized (
  select set_config('wall.persons', %(persons)s::int8[]::text, true) is not null
    and set_config('wall.holders', %(holders)s::text[]::text, true) is not null as is_set
), found as materialized (
  select r.bucket, r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body
  from (
    select bucket, rid, version, person, type, label, codec, updated, body from clinical_resource
    union all
    select bucket, rid, version, person, type, label, codec, updated, body from clinical_history
  ) r
  where r.bucket = %(bucket)s and r.rid = (select %(rid)s::uuid from sight where is_set) and r.type = %(type)s
    and case when r.person = 0 then %(registers)s else {may_see} end
    {within}
    and r.version {behind} %(version)s and r.updated >= %(low)s and r.updated < %(high)s
    and (not %(timed)s or not exists (
      select from clinical_history next
      where next.bucket = r.bucket and next.rid = r.rid and next.version = r.version + 1
        and next.updated <= %(low_at)s
      union all
      select from clinical_resource next
      where next.bucket = r.bucket and next.rid = r.rid and next.version = r.version + 1
        and next.updated <= %(low_at)s
    ))
  order by r.version {direction} limit %(limit)s
), traced as (
  insert into access_audit (bucket, person, key, at, account, role, facility, purpose, action, kind, outcome, detail)
  select distinct bucket, person, rid, %(now)s::timestamptz, %(account)s::int8, %(role)s, %(own_facility)s,
    %(purpose)s, %(action)s, %(kind)s, 'done', %(detail)s
  from found where person <> 0
), unhurried as (
  select case when %(alone)s then set_config('synchronous_commit', 'off', true) end
)
select found.type, rid, person, version, updated, codec, body from found, unhurried
order by version {direction}
