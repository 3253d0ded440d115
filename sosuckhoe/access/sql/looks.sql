-- Lines of the trace of one look at several persons.
insert into access_audit (bucket, person, at, account, role, facility, purpose, action, kind, outcome, detail)
select bucket, person, %(at)s, %(account)s, %(role)s, %(facility)s, %(purpose)s, %(action)s, kind, 'done', ''
from unnest(%(buckets)s::int4[], %(persons)s::int8[], %(kinds)s::text[]) met (bucket, person, kind)
