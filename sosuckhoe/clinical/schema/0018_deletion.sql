-- Subscribers hear of deletions too: of such an event nothing but the id is told.
alter table clinical_event add column gone boolean not null default false;
alter table clinical_notice add column gone boolean not null default false;
