-- Who has become part of another, or was erased.
delete from insight_reached own
where own.bucket >= %s and own.bucket < %s and not exists (
  select from identity_person person
  where person.bucket = own.bucket and person.person = own.person and person.merged_into is null
)
