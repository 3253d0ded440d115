insert into insight_hour as hour_of (day, place, facility, hour, count)
select * from unnest(%s::date[], %s::text[], %s::text[], %s::int2[], %s::int8[])
on conflict (day, place, facility, hour) do update set count = hour_of.count + excluded.count
