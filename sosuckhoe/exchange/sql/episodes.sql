select episode.facility, episode.ma_lk, episode.person, episode.patient, episode.born, episode.version,
  episode.arrival, episode.digest, record.keys, episode.told,
  episode.erased is not null, episode.cut is not null
from unnest(%s::text[], %s::text[]) as asked (facility, ma_lk)
join exchange_episode episode using (facility, ma_lk)
left join exchange_record record on record.bucket = episode.bucket and record.person = episode.person
  and record.facility = episode.facility and record.ma_lk = episode.ma_lk and record.version = episode.version
