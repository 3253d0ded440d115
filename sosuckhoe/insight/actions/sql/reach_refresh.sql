-- What changes without the claim: accounts, looks, visits (of hospital files, of other systems' records, of social insurance, and those
-- that systems write on /fhir: the newest of the days that count, from the index of a book's rows), the register's word, doubts, tickets. Written where it differs. States are bits in the order of reach/quality.py.
-- The planner must know that a slice is some thirty thousand rows, and no more, whatever statistics say of a table that this very night
-- fills: one that is thought to be a single row is joined with the others row by row. So the persons come as arrays, whose length it sees;
-- they are only joined from the left, with what is grouped by person (of a union it does not know that nobody stands in it twice); and the
-- table that is written comes last. Every other table is bounded by the buckets, or a merge join reads it from its first row every time.
with mine as (
  select * from unnest(%(buckets)s::int4[], %(persons)s::int8[]) as asked (bucket, person)
), linked as (
  select person from (
    select mine.person from mine join access_account account on account.person = mine.person
    where account.is_active and account.role = 'citizen'
    union all
    select mine.person
    from mine
    join access_relation relation on relation.dependant = mine.person
    join access_account account on account.person = relation.holder
    where account.is_active and account.role = 'citizen' and relation.since <= %(day)s
      and (relation.until is null or relation.until > %(day)s)
  ) either group by person
), looked as (
  select mine.person, (max(line.at) at time zone 'Asia/Ho_Chi_Minh')::date as opened
  from mine join access_audit line on line.bucket = mine.bucket and line.person = mine.person
  where line.bucket >= %(first)s and line.bucket < %(last)s and line.at >= %(since)s
    and line.role = 'citizen' and line.kind = 'book' and line.outcome = 'done'
  group by mine.person
), doubted as (
  select person from (
    select mine.person from mine join identity_doubt doubt on doubt.bucket = mine.bucket and doubt.person = mine.person
    where doubt.bucket >= %(first)s and doubt.bucket < %(last)s and not exists (
      select from identity_review review
      where review.person = least(doubt.person, doubt.other) and review.other = greatest(doubt.person, doubt.other)
        and review.state = 'apart'
    )
    union all
    select mine.person from mine join identity_doubt doubt on doubt.other = mine.person
    where not exists (
      select from identity_review review
      where review.person = least(doubt.person, doubt.other) and review.other = greatest(doubt.person, doubt.other)
        and review.state = 'apart'
    )
  ) either group by person
), ticketed as (
  select mine.person
  from mine join identity_ticket ticket on ticket.bucket = mine.bucket and ticket.person = mine.person
  where ticket.bucket >= %(first)s and ticket.bucket < %(last)s and ticket.state = 'open'
  group by mine.person
), fed as (
  select mine.person, max(word.visited) as visited, max(word.heard) as heard
  from mine join exchange_word word on word.bucket = mine.bucket and word.person = mine.person
  where word.bucket >= %(first)s and word.bucket < %(last)s and word.heard is not null
  group by mine.person
), insured as (
  select mine.person, (max(told.began) at time zone 'Asia/Ho_Chi_Minh')::date as visited
  from mine join exchange_insured_visit told on told.bucket = mine.bucket and told.person = mine.person
  where told.bucket >= %(first)s and told.bucket < %(last)s and told.began <= told.told
  group by mine.person
), fact as materialized (
  select mine.bucket, mine.person, linked.person is not null as is_linked, looked.opened,
    greatest(count.visited, fed.visited, insured.visited, (newest.moment at time zone 'Asia/Ho_Chi_Minh')::date) as visited,
    greatest(count.heard, fed.heard, insured.visited, (newest.moment at time zone 'Asia/Ho_Chi_Minh')::date) as heard,
    (case when standing.state = 'verified' then 1 else 0 end
      | case when doubted.person is null then 2 else 0 end
      | case when ticketed.person is null then 4 else 0 end
      | case when mine.person = any(%(told_dead)s::int8[]) then 0 else 8 end)::int2 as states
  from mine
  left join linked using (person)
  left join looked using (person)
  left join doubted using (person)
  left join ticketed using (person)
  left join fed using (person)
  left join insured using (person)
  left join lateral (
    select moment from clinical_resource kept
    where kept.bucket = mine.bucket and kept.person = mine.person and kept.type = %(encounter)s
      and kept.moment >= %(counting)s and kept.moment <= kept.updated + interval '1 day'
      and kept.source = 0 and kept.body is not null and not kept.tokens && %(not_happened)s::int8[]
    order by moment desc limit 1
  ) newest on true
  left join insight_person count on count.bucket = mine.bucket and count.person = mine.person
    and count.bucket >= %(first)s and count.bucket < %(last)s
  left join identity_standing standing on standing.bucket = mine.bucket and standing.person = mine.person
    and standing.bucket >= %(first)s and standing.bucket < %(last)s
)
update insight_reached own set
  is_linked = fact.is_linked, opened = fact.opened, visited = fact.visited, heard = fact.heard, states = fact.states
from fact
where own.bucket = fact.bucket and own.person = fact.person
  and (own.is_linked, own.opened, own.visited, own.heard, own.states)
    is distinct from (fact.is_linked, fact.opened, fact.visited, fact.heard, fact.states)
