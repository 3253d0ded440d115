-- Versions of one resource (one, or all when the number is null), for who may see each, and one line of the trace.
with found as materialized (
  select r.bucket, r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body
  from (
    select bucket, rid, version, person, type, label, codec, updated, body from clinical_resource
    union all
    select bucket, rid, version, person, type, label, codec, updated, body from clinical_history
  ) r
  where r.bucket = %s and r.rid = %s and r.type = %s
    and case when r.person = 0 then %s
      else r.label & %s = 0 and (
        %s or r.person = any (%s::int8[]) or exists (
          select from access_tie t where t.bucket = r.bucket and t.person = r.person and t.facility = %s
        )
      )
    end
    and r.version = coalesce(%s, r.version)
), traced as (
  insert into access_audit (bucket, person, key, at, account, role, facility, purpose, action, kind, outcome, detail)
  select distinct bucket, person, rid, %s::timestamptz, %s::int8, %s, %s, %s, %s, %s, 'done', ''
  from found where person <> 0
), unhurried as (
  select case when %s then set_config('synchronous_commit', 'off', true) end
)
select found.type, rid, person, version, updated, codec, body from found, unhurried
