-- The newest version of one resource, for who may see it, and the line of the trace; see reading.py for the values.
with sight as materialized (
  select set_config('wall.persons', %(persons)s::int8[]::text, true) is not null
    and set_config('wall.holders', %(holders)s::text[]::text, true) is not null as is_set
), found as materialized (
  select r.bucket, r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body
  from clinical_resource r
  where r.bucket = %(bucket)s and r.rid = (select %(rid)s::uuid from sight where is_set) and r.type = %(type)s
    and case when r.person = 0 then %(registers)s else {may_see} end
    {within}
), traced as (
  insert into access_audit (bucket, person, key, at, account, role, facility, purpose, action, kind, outcome, detail)
  select bucket, person, rid, %(at)s, %(account)s, %(role)s, %(own_facility)s, %(purpose)s, %(action)s, %(kind)s,
    'done', %(detail)s
  from found where person <> 0
), unhurried as (
  select case when %(alone)s then set_config('synchronous_commit', 'off', true) end
)
select found.type, rid, person, version, updated, codec, body from found, unhurried
