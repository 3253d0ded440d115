-- Bounded: a long queue is not counted to its end.
select asked.lane, waits.count
from generate_series(0, %(lanes)s - 1) as asked (lane),
  lateral (
    select count(*) as count
    from (
      select from exchange_waiting waiting where waiting.lane = asked.lane limit %(most)s
    ) first_of_lane
  ) waits
where waits.count > 0
