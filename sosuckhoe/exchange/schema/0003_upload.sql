-- What a person sent by the upload page, so that it can be left and found again.
create table exchange_upload (
  key      uuid primary key,
  facility text not null,
  account  int8 not null,
  at       timestamptz not null
);
create index exchange_upload_of_facility on exchange_upload (facility, at desc);

-- The files of an upload, those inside zips too.
create table exchange_upload_file (
  upload   uuid not null,
  position int4 not null,           -- 1-based
  name     text not null,           -- as the sender names it; 'archive.zip / file.xml' inside a zip
  bytes    int8 not null,
  arrival  int8,                    -- null: not taken in
  known    boolean not null default false,      -- the very same content had arrived before
  problem  text not null default '',            -- error number, when it was not taken in
  places   jsonb not null default '{}',
  primary key (upload, position)
);
