with change as (
  select * from unnest(%s::text[], %s::text[], %s::date[], %s::text[], %s::text[], %s::int8[], %s::int8[])
    as change (measure, parent, since, place, kind, count, people)
)
insert into insight_cell as cell (measure, parent, since, place, kind, count, people) select * from change
on conflict (measure, parent, since, place, kind) do update set
  count = cell.count + excluded.count, people = cell.people + excluded.people
