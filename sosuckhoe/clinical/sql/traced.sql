-- A page of a search with the lines of the trace of everybody whose rows it shows; see traced.py. It has one row more than
-- it shows. Alone it does not wait for the disk, as a read does not.
with page as materialized (
  {page}
), met as (
  select distinct bucket, person from (select bucket, person from page limit {shown}) shown where person <> 0
), traced as (
  insert into access_audit (bucket, person, at, account, role, facility, purpose, action, kind, outcome, detail)
  select bucket, person, %(at)s, %(account)s, %(role)s, %(own_facility)s, %(purpose)s, %(action)s, %(kind)s, 'done',
    %(detail)s
  from met
), unhurried as (
  select case when %(alone)s then set_config('synchronous_commit', 'off', true) end
)
select type, rid, page.person, version, updated, codec, body, moment from page, unhurried
