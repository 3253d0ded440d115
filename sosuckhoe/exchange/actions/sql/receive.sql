with new as (
  insert into exchange_arrival (facility, account, channel, kind, received, digest, codec, body)
  select facility, %(account)s, %(channel)s, kind, %(received)s, digest, %(codec)s, body
  from unnest(%(facility)s::text[], %(kind)s::text[], %(digest)s::bytea[], %(body)s::bytea[])
    as parcel (facility, kind, digest, body)
  on conflict do nothing
  returning id, facility, digest
), queued as (
  insert into exchange_waiting (lane, arrival)
  select distinct lane, new.id
  from new join unnest(%(facility)s::text[], %(lane)s::int2[]) as placed (facility, lane) using (facility)
)
select facility, digest, id from new
