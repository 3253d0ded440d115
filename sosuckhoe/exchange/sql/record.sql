-- A version of an episode. Versions may lie with different persons, when a correction said who was meant.
select record.version, record.codec, record.body
from exchange_package package
join exchange_record record using (bucket, person, facility, ma_lk, version)
where package.facility = %(facility)s and package.ma_lk = %(ma_lk)s and package.outcome = 'filed'
  and package.version = coalesce(
    %(version)s::int4,
    (select version from exchange_episode where facility = %(facility)s and ma_lk = %(ma_lk)s)
  )
