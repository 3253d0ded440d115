-- The oldest arrivals of these lanes, cut where their bodies together pass the limit.
select id, facility, kind, received, digest, codec, body
from (
  select arrival.id, arrival.facility, arrival.kind, arrival.received, arrival.digest,
    arrival.codec, arrival.body,
    sum(octet_length(arrival.body)) over (order by arrival.id) - octet_length(arrival.body) as before
  from (
    select queued.arrival
    from unnest(%(lanes)s::int2[]) as taken (lane),
      lateral (
        select arrival from exchange_waiting waiting
        where waiting.lane = taken.lane order by arrival limit %(most)s
      ) queued
    order by queued.arrival limit %(most)s
  ) oldest
  join exchange_arrival arrival on arrival.id = oldest.arrival
) measured
where before < %(most_bytes)s
order by id
