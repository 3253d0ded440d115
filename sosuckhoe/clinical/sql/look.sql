-- The newest version of one resource, for who may see it, and the line of the trace; see reading.py for the values.
with found as materialized (
  select r.bucket, r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body
  from clinical_resource r
  where r.bucket = %(bucket)s and r.rid = %(rid)s and r.type = %(type)s
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
