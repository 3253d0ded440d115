insert into insight_sent as sent
  (span, place, since, facility, newest, arrivals, broken, packages, filed, unchanged, refused, noted)
select * from unnest(
  %s::text[], %s::text[], %s::date[], %s::text[], %s::timestamptz[], %s::int8[], %s::int8[], %s::int8[], %s::int8[],
  %s::int8[], %s::int8[], %s::int8[]
)
on conflict (span, place, since, facility) do update set
  newest = greatest(sent.newest, excluded.newest), arrivals = sent.arrivals + excluded.arrivals,
  broken = sent.broken + excluded.broken, packages = sent.packages + excluded.packages,
  filed = sent.filed + excluded.filed, unchanged = sent.unchanged + excluded.unchanged,
  refused = sent.refused + excluded.refused, noted = sent.noted + excluded.noted
