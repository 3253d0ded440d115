-- What hospital files told of these persons as it stands. A visit without a readable date counts on the day it was first heard of.
select episode.person, coalesce(visit, born), kind, province, commune
from unnest(%s::int4[], %s::int8[]) as asked (bucket, person)
join exchange_episode episode using (bucket, person)
where version > 0
