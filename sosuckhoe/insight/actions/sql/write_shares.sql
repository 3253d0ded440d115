insert into insight_person (bucket, person, shares)
select * from unnest(%s::int4[], %s::int8[], %s::text[]::jsonb[])
on conflict (bucket, person) do update set shares = excluded.shares
