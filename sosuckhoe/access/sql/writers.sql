-- The transactions that are writing to the trace: they hold this lock from before they take an id until they end.
select coalesce(array_agg(distinct virtualtransaction), '{}')
from pg_locks
where locktype = 'relation' and relation = 'access_audit'::regclass and mode = 'RowExclusiveLock'
  and database = (select oid from pg_database where datname = current_database())
  and pid is distinct from pg_backend_pid()
