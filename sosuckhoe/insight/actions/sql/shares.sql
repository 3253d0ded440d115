select person, shares::text, visited, heard
from unnest(%s::int4[], %s::int8[]) as asked (bucket, person) join insight_person using (bucket, person)
