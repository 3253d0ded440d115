insert into insight_reached as own (bucket, person, seen, province, commune, virtues, is_living)
select * from unnest(%s::int4[], %s::int8[], %s::int8[], %s::text[], %s::text[], %s::int2[], %s::boolean[])
on conflict (bucket, person) do update set
  seen = excluded.seen, province = excluded.province, commune = excluded.commune, virtues = excluded.virtues,
  is_living = excluded.is_living
