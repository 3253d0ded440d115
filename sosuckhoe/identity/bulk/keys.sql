-- By which a record finds those that may be the same person. Day and month are unordered, words of names too. They are
-- narrower than those of compare/blocking.py: that a country fits, a name alone is never enough. No record has a key
-- twice. `own`: a number by which pairs of two valid citizen numbers are left out at once. `fresh` are those that came.
with daily as (
  select *, year || least(substr(digits, 5), substr(digits, 7) || substr(digits, 5, 2)) as day
  from fresh
),
texts as (
  select record, 'cccd' || cccd as text from daily where cccd <> ''
  union all select record, 'cmnd' || cmnd from daily where cmnd <> ''
  union all select record, 'pass' || passport from daily where passport <> ''
  union all select record, 'bhxh' || bhxh from daily where bhxh <> ''
  union all select record, 'bhxh' || child from daily where child <> '' and child <> bhxh
  union all select record, 'temp' || temp_child from daily where temp_child <> ''
  union all select record, 'born' || newborn from daily where newborn <> ''
  union all select record, 'code' || facility || '/' || patient from daily where patient <> ''
  union all select record, 'name' || sorted || day from daily where not is_vague and sorted <> ''
  union all select record, 'home' || day || commune from (select record, day, unnest(homes) as commune from daily where not is_vague)
  union all select record, 'live' || sorted || year || commune
    from (select record, sorted, year, unnest(homes) as commune from daily where year <> '' and sorted <> '')
  union all select record, 'ring' || sorted || phone from daily where phone <> '' and sorted <> ''
  union all select record, 'call' || year || phone from daily where phone <> '' and year <> ''
)
select hash(texts.text) as key, texts.record, told.batch, case when told.is_theirs then try_cast(told.cccd as bigint) end as own
from texts join fresh told on told.record = texts.record
