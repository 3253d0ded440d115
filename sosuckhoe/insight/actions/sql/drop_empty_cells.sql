delete from insight_cell cell
using unnest(%s::text[], %s::text[], %s::date[], %s::text[], %s::text[])
  as changed (measure, parent, since, place, kind)
where cell.measure = changed.measure and cell.parent = changed.parent and cell.since = changed.since
  and cell.place = changed.place and cell.kind = changed.kind and cell.count = 0 and cell.people = 0
