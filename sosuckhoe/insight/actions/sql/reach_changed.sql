-- Whose claim is not the one that was read: new persons, and those of whom something else is known now.
select person.person, hashtextextended(person.claim::text, 0)
from identity_person person left join insight_reached own using (bucket, person)
where person.bucket >= %s and person.bucket < %s and person.merged_into is null
  and own.seen is distinct from hashtextextended(person.claim::text, 0)
order by person.bucket, person.person
