-- Versions of some types, in the order of when they were written: of each type and table the first so many behind a
-- place. Where one gave so many there may be more, so nothing beyond its last one is sure to be complete: `until`.
with examined as materialized (
  select one.*
  from unnest(%(types)s::int2[]) as wanted (type) cross join lateral (
    (
      select kept.*, row_number() over () as place
      from (
        select bucket, rid, version, person, type, label, updated, true as is_newest
        from clinical_resource
        where type = wanted.type and (updated, rid, version) {behind} (%(at)s, %(rid)s, %(version)s)
          and updated >= %(low)s and updated < %(high)s
        order by updated {direction}, rid {direction}, version {direction} limit %(window)s
      ) kept
    )
    union all
    (
      select gone.*, row_number() over () as place
      from (
        select bucket, rid, version, person, type, label, updated, false as is_newest
        from clinical_history
        where type = wanted.type and (updated, rid, version) {behind} (%(at)s, %(rid)s, %(version)s)
          and updated >= %(low)s and updated < %(high)s
        order by updated {direction}, rid {direction}, version {direction} limit %(window)s
      ) gone
    )
  ) one
), until as (
  select updated, rid, version from examined where place = %(window)s
  order by updated {direction}, rid {direction}, version {direction} limit 1
)
