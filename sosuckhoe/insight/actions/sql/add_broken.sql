insert into insight_broken as broken (place, since, rule, tbl, field, level, count, example)
select * from unnest(
  %s::text[], %s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int8[], %s::text[]
)
on conflict (place, since, rule, tbl, field, level) do update set
  count = broken.count + excluded.count, example = least(broken.example, excluded.example)
