-- Run by the owner of the tables, for the role that web and worker sign in with.
-- It reads and writes everything, but of the trace and its seals it only adds lines.
grant usage on schema public to {role};
grant select, insert, update, delete, truncate on all tables in schema public to {role};
grant usage, select on all sequences in schema public to {role};
revoke update, delete, truncate on access_audit, access_seal, access_grant from {role};
revoke insert, delete, truncate on access_seal_state, access_seal_told from {role};
revoke insert, update, delete, truncate on django_migrations from {role};
alter default privileges in schema public grant select, insert, update, delete, truncate on tables to {role};
alter default privileges in schema public grant usage, select on sequences to {role};
