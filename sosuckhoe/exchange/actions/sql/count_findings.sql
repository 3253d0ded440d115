insert into exchange_tally as tally (day, facility, rule, tbl, field, level, count)
select %s::date, * from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int8[])
on conflict (facility, day, rule, tbl, field, level) do update set count = tally.count + excluded.count
