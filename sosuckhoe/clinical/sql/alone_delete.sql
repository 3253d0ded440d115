-- One deletion in one statement, for who may delete (actions/alone.py): rights, the row to history, the mark in its
-- place, the line of the trace. No row is answered when there is nothing that the actor may delete.
with gone as (
  delete from clinical_resource r
  where r.bucket = %(bucket)s and r.rid = %(rid)s and r.type = %(type)s and r.body is not null
    and r.version = coalesce(%(if_match)s, r.version)
    and case when r.person = 0 then %(registers)s else {may_see} end
  returning r.*
), undated as (
  delete from clinical_date value using gone where value.bucket = gone.bucket and value.rid = gone.rid
), unnamed as (
  delete from clinical_text value using gone where value.bucket = gone.bucket and value.rid = gone.rid
), uncounted as (
  delete from clinical_number value using gone where value.bucket = gone.bucket and value.rid = gone.rid
), past as (
  insert into clinical_history (bucket, rid, version, person, type, label, codec, source, updated, body)
  select bucket, rid, version, person, type, label, codec, source, updated, body from gone
), marked as (
  insert into clinical_resource (bucket, rid, person, type, version, label, codec, source, updated)
  select bucket, rid, person, type, version + 1, label, 0, 0, %(updated)s from gone
), traced as (
  insert into access_audit (bucket, person, key, at, account, role, facility, purpose, action, kind, outcome, detail)
  select case when person = 0 then 0 else bucket end, person, rid, %(at)s, %(account)s, %(role)s, %(own_facility)s, %(purpose)s, %(action)s,
    %(kind)s, 'done', %(detail)s
  from gone
)
select version from gone
