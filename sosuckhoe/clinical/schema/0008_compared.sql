-- Beside a number: the same in canonical units, or the other number of its element (search/condition.py: Second),
-- and the coding that stands with it in one element (Pair), so that composite parameters read one index.
alter table clinical_number
  add column kind        int8 not null default 0,    -- hash of path and canonical unit; 0: nothing beside it
  add column second_low  float8 not null default 0,
  add column second_high float8 not null default 0,
  add column pair        int8 not null default 0,    -- hash of path and code; 0: no coding
  add column system      int4 not null default 0;    -- hash of the coding's system
-- Values that are no point (`<5`, ranges): few, and what "greater than" misses in the order of lower ends.
create index clinical_number_ranged on clinical_number (path, high) where low < high;
create index clinical_number_converted on clinical_number (kind, second_low) where kind <> 0;
create index clinical_number_paired on clinical_number (pair, low) where pair <> 0;
create index clinical_number_paired_converted on clinical_number (pair, second_low) where pair <> 0 and kind <> 0;

-- Every text that codes stand with (displays, CodeableConcept.text), once, for :text. Two writers may each add one.
create table clinical_phrase (
  path   int8 not null,              -- hash of (type, path)
  token  int8 not null,              -- what clinical_resource.tokens has
  folded text collate "C" not null,  -- base.text.fold, cut
  made   xid8 not null default pg_current_xact_id()
);
create index clinical_phrase_by_start on clinical_phrase (path, folded);
