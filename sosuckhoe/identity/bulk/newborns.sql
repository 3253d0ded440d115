-- Newborns under their mother's name, and who born that day in that home may be each of them: those of one telephone,
-- and others of their family name in that commune, because a twin may be one of them.
with met as (
  select
    case when mine.is_unnamed then one else other end as newborn,
    case when mine.is_unnamed then other else one end as named,
    case when mine.is_unnamed then theirs.family else mine.family end as family,
    kind
  from compared join verdict using (pattern)
  join person_record mine on mine.record = one
  join person_record theirs on theirs.record = other
  where kind in ('newborn', 'home')
)
select newborn as one, named as other from met
join (select distinct newborn, family from met where kind = 'newborn') near using (newborn, family)
