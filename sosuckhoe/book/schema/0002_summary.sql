-- The summary of a person as it was made last, for readers from whom these labels are hidden. A memory only: any row may be
-- removed at any time.
create table book_summary (
  bucket int4 not null,
  person int8 not null,
  hidden int2 not null,             -- labels left out (access.labels)
  stamp  text not null,             -- day, state of the person's resources, program: another stamp, another summary
  body   bytea not null,            -- JSON of book.summary.Summary
  primary key (bucket, person, hidden)
);
