-- The newest version of one resource, for who may see it, and the line of the trace; see reading.py for the values.
with found as materialized (
  select r.bucket, r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body
  from clinical_resource r
  where r.bucket = %s and r.rid = %s and r.type = %s
    and case when r.person = 0 then %s
      else r.label & %s = 0 and (
        %s or r.person = any (%s::int8[]) or exists (
          select from access_tie t where t.bucket = r.bucket and t.person = r.person and t.facility = %s
        )
      )
    end
), traced as (
  insert into access_audit (bucket, person, key, at, account, role, facility, purpose, action, kind, outcome, detail)
  select bucket, person, rid, %s, %s, %s, %s, %s, %s, %s, 'done', '' from found where person <> 0
), unhurried as (
  select case when %s then set_config('synchronous_commit', 'off', true) end
)
select found.type, rid, person, version, updated, codec, body from found, unhurried
