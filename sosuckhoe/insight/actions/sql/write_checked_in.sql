insert into insight_checked_in (facility, ma_lk, day, hour, place)
select * from unnest(%s::text[], %s::text[], %s::date[], %s::int2[], %s::text[])
on conflict (facility, ma_lk) do update set day = excluded.day, hour = excluded.hour, place = excluded.place
