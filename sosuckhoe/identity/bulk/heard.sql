-- The records that are made ready now: those of batch {since} and later, and earlier ones of which these tell something,
-- which count as come with them.
select * replace (greatest(batch, {since}) as batch) from claim
where batch >= {since} or record in (select record from touched where is_retold and batch >= {since})
