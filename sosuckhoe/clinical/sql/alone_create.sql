-- One new resource in one statement: rights, the row, its values, its phrases, the line of the trace (actions/alone.py).
-- Nothing is written when the owner is not found or the actor may not write; the answer is one row when it is done.
with owner as materialized (
  {owner}
), kept as (
  insert into clinical_resource ({columns})
  select {values} from owner
), traced as (
  insert into access_audit (bucket, person, key, at, account, role, facility, purpose, action, kind, outcome, detail)
  select case when person = 0 then 0 else %(bucket)s end, person, %(rid)s, %(at)s, %(account)s, %(role)s, %(own_facility)s, %(purpose)s, %(action)s,
    %(kind)s, 'done', %(detail)s
  from owner
){parts}
select owner.person from owner
