-- One index finds the lines of a person and holds each line once. Nobody asks for a line by its bucket and number: the
-- seal asks by number, the owner's page by person. A line costs a third less than with an index for each.
alter table access_audit drop constraint access_audit_pkey, add primary key (bucket, person, id);
drop index access_audit_of_person;
