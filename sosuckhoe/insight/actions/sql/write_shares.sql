insert into insight_person (bucket, person, shares, visited, heard)
select * from unnest(%s::int4[], %s::int8[], %s::text[]::jsonb[], %s::date[], %s::date[])
on conflict (bucket, person) do update set
  shares = excluded.shares, visited = excluded.visited, heard = excluded.heard
