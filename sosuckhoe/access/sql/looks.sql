-- Lines of the trace of one look at several persons. Alone it does not wait for the disk, as a read does not.
insert into access_audit (bucket, person, at, account, role, facility, purpose, action, kind, outcome, detail)
select bucket, person, %(at)s, %(account)s, %(role)s, %(facility)s, %(purpose)s, %(action)s, kind, 'done', %(detail)s
from unnest(%(buckets)s::int4[], %(persons)s::int8[], %(kinds)s::text[]) met (bucket, person, kind),
  (select case when %(alone)s then set_config('synchronous_commit', 'off', true) end) unhurried
