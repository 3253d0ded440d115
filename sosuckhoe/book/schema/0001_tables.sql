-- Papers that were printed: the code on the print leads to which version of which paper it shows.
-- The code carries the bucket in its first 16 bits, so that looking one up reaches one shard.
create table book_paper (
  bucket    int4 not null,
  code      bytea not null,         -- 15 bytes: bucket, then 104 bits of chance
  person    int8 not null,
  key       uuid not null,          -- the Composition
  version   int4 not null,          -- as it was printed
  kind      text not null,          -- key of papers/data/papers.yaml
  digest    bytea not null,         -- sha256 of what the facility wrote (papers/reading.py)
  issued_at timestamptz not null,
  primary key (bucket, code),
  unique (bucket, key, version)
);
