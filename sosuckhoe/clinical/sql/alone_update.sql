-- One new version in one statement: the old row to history, the new one, its values, the line of the trace
-- (actions/alone.py). Nothing is written when the version that was seen is no longer the newest.
with owner as (
  delete from clinical_resource kept
  where kept.bucket = %(bucket)s and kept.rid = %(rid)s and kept.version = %(seen)s
    and not exists (select from access_hidden h where h.bucket = kept.bucket and h.person = kept.person)
  returning kept.*
), undated as (
  delete from clinical_date value using owner where value.bucket = owner.bucket and value.rid = owner.rid
), unnamed as (
  delete from clinical_text value using owner where value.bucket = owner.bucket and value.rid = owner.rid
), uncounted as (
  delete from clinical_number value using owner where value.bucket = owner.bucket and value.rid = owner.rid
), past as (
  insert into clinical_history (bucket, rid, version, person, type, label, codec, source, updated, body)
  select bucket, rid, version, person, type, label, codec, source, updated, body from owner
), kept as (
  insert into clinical_resource ({columns})
  select {values} from owner
), traced as (
  insert into access_audit (bucket, person, key, at, account, role, facility, purpose, action, kind, outcome, detail)
  select case when person = 0 then 0 else bucket end, person, rid, %(at)s, %(account)s, %(role)s, %(own_facility)s, %(purpose)s, %(action)s,
    %(kind)s, 'done', %(detail)s
  from owner
){parts}
select owner.person from owner
