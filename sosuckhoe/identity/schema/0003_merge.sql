-- Two persons who were made one, and by whom. Placed by the person who is kept.
create sequence identity_merge_number;
create table identity_merge (
  bucket   int4 not null,           -- of the person who is kept
  merge    int8 not null,
  keep     int8 not null,
  gone     int8 not null,
  account  int8 not null,
  reason   text not null,
  at       timestamptz not null,
  undone   timestamptz,             -- when it was taken back
  counted  boolean not null default false,   -- whether what is counted from the two is up to date
  left_over jsonb not null default '[]',     -- what an undo left with the kept person: type and id, for a person to look at
  primary key (bucket, merge)
);
create index identity_merge_by_number on identity_merge (merge);
create index identity_merge_of_keep on identity_merge (keep);
create index identity_merge_of_gone on identity_merge (gone);
create index identity_merge_to_count on identity_merge (merge) where not counted;

-- What a merge changed: rows as they were, and as it left them (either may be missing). An undo reads it, and removes it.
create table identity_merge_row (
  bucket int4 not null,             -- of the person who is kept
  merge  int8 not null,
  place  int8 generated always as identity,
  tbl    text not null,
  was    jsonb,
  now    jsonb,
  primary key (bucket, merge, place)
);

-- What people said of a pair that may be one person: `person` is the smaller key.
create table identity_review (
  bucket  int4 not null,            -- of person
  person  int8 not null,
  other   int8 not null,
  state   text not null,            -- open, first (one of two reviewers says: one person), apart, later
  account int8 not null,            -- who said so
  reason  text not null,
  at      timestamptz not null,
  holder  int8 not null default 0,  -- the account that looks at the pair
  until   timestamptz,              -- until when it does; of 'later': not before
  primary key (bucket, person, other)
);
create index identity_review_of_other on identity_review (other);

-- Doubts about a person who is named second.
create index identity_doubt_of_other on identity_doubt (other);
