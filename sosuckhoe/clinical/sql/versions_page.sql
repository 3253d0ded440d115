-- The page of what was examined, for who may see it, each with its body; of a deletion the body before it, which has
-- the id. Of an `_at` only what was the newest version at some moment of it. One line at least, for
-- how many were examined, and `until`.
, page as (
  select examined.bucket, examined.rid, examined.version, examined.person, examined.type, examined.updated, is_newest
  from examined left join until on true
  where {may_see_examined}
    {within}
    and (until.rid is null or not (examined.updated, examined.rid, examined.version)
      {behind} (until.updated, until.rid, until.version))
    and (not %(timed)s or is_newest or not exists (
      select from clinical_history next
      where next.bucket = examined.bucket and next.rid = examined.rid and next.version = examined.version + 1
        and next.updated <= %(low_at)s
      union all
      select from clinical_resource next
      where next.bucket = examined.bucket and next.rid = examined.rid and next.version = examined.version + 1
        and next.updated <= %(low_at)s
    ))
  order by examined.updated {direction}, examined.rid {direction}, examined.version {direction}
  limit %(limit)s
)
select (select count(*) from examined), until.updated, until.rid, until.version, page.type, page.rid, page.person, page.version, page.updated,
  coalesce(newest.codec, older.codec), case when page.is_newest then newest.body else older.body end,
  before.codec, before.body
from (select) as one left join until on true left join page on true
left join clinical_resource newest on page.is_newest and newest.bucket = page.bucket and newest.rid = page.rid
left join clinical_history older on not page.is_newest and older.bucket = page.bucket and older.rid = page.rid
  and older.version = page.version
left join clinical_history before on before.bucket = page.bucket and before.rid = page.rid
  and before.version = page.version - 1 and coalesce(newest.body, older.body) is null
order by page.updated {direction}, page.rid {direction}, page.version {direction}
