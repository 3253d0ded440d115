-- Which filings insight has counted. Lanes file side by side, so a cursor over numbers or times would pass over
-- those whose transaction ends late; this index holds only what is still to be counted.
alter table exchange_filing add column counted boolean not null default false;
create index exchange_filing_to_count on exchange_filing (arrival) where not counted;
