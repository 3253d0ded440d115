-- Lines of the trace above the floor that no seal holds yet, in the order of their ids.
-- An id may become visible after a greater one was sealed: its transaction was longer.
with ahead as materialized (
  select unnest(ids) as id from access_seal where highest > %s
)
select bucket, id, person, at, account, role, facility, purpose, action, kind, key, outcome, detail
from access_audit line
where id > %s and not exists (select from ahead where ahead.id = line.id)
order by id limit %s
