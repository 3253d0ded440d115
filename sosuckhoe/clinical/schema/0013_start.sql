-- The first letters of a text in a column of their own: an index can have it, and who passes over a text then reads the
-- index alone. Texts of up to 40 letters, nearly all, are there whole.
alter table clinical_text
  add column start text collate "C" generated always as (left(folded, 40)) stored;
drop index clinical_text_by_start;
drop index clinical_text_in_order;
create index clinical_text_by_start on clinical_text (path, start);
create index clinical_text_in_order on clinical_text (path, moment desc nulls last, rid) include (bucket, start);
