-- The types that stand in the store: the next greater one is one look into clinical_resource_by_updated.
with recursive there (type) as (
  (select type from clinical_resource order by type limit 1)
  union all
  select (select r.type from clinical_resource r where r.type > there.type order by r.type limit 1)
  from there where there.type is not null
)
select type from there where type is not null
