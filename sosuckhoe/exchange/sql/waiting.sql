-- The lane's oldest arrivals, cut where their bodies together pass the limit.
select id, facility, kind, received, body
from (
  select arrival.id, arrival.facility, arrival.kind, arrival.received, arrival.body,
    sum(octet_length(arrival.body)) over (order by arrival.id) - octet_length(arrival.body) as before
  from (
    select arrival from exchange_waiting where lane = %(lane)s order by arrival limit %(most)s
  ) queued
  join exchange_arrival arrival on arrival.id = queued.arrival
) measured
where before < %(most_bytes)s
order by id
