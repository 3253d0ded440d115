-- What hospital files told of these persons as it stands, and when that was told. A visit without a readable date counts on the
-- day it was first heard of; of a health profile `visit` is its newest examination.
select episode.person, visit, coalesce(told, born), kind, province, commune
from unnest(%s::int4[], %s::int8[]) as asked (bucket, person)
join exchange_episode episode using (bucket, person)
where version > 0
