-- A telephone that an account may use. Several accounts may share one.
create table access_phone (
  id      int8 generated always as identity primary key,
  account int8 not null,
  blind   bytea not null,           -- keyed digest of the number
  sealed  bytea not null,           -- the number, for messages
  since   timestamptz not null,     -- good from then on: a change waits
  until   timestamptz               -- exclusive; null: still
);
create index access_phone_of_number on access_phone (blind);
create index access_phone_of_account on access_phone (account);

-- A code that somebody asked for. `sms`: the worker makes and sends it when somebody uses the number, so that asking
-- answers alike for every number. `change`: sent to a new number of an account. `paper`: printed for an account.
create table access_code (
  id      uuid primary key,         -- the transaction; for sms only the browser that asked has it
  kind    text not null,
  account int8,
  blind   bytea not null,           -- of the number; of the code itself for paper
  prefix  bytea not null,           -- keyed digest of the number's first digits
  sealed  bytea,                    -- the number, until the worker has looked
  digest  bytea,                    -- keyed digest of the code and the transaction; null: none was sent
  made    timestamptz not null,
  ends    timestamptz not null,
  tries   int4 not null default 0,
  sent    timestamptz,
  used    timestamptz,
  proofs  int4 not null default 0,  -- tries to prove which person, after the code
  done    timestamptz
);
create index access_code_waiting on access_code (made) where sealed is not null;
create index access_code_of_number on access_code (blind, sent);
create index access_code_of_prefix on access_code (prefix, sent);
create index access_code_sent on access_code (sent);

-- What the stub of the sender was told to send: shown in the demo, nowhere else.
create table access_stub_message (
  id     int8 generated always as identity primary key,
  at     timestamptz not null,
  phone  bytea not null,
  words  bytea not null
);

create table access_passkey (
  id      bytea primary key,        -- the credential's id
  account int8 not null,
  data    bytea not null,           -- id, public key and maker, as WebAuthn writes them
  count   int8 not null,            -- signatures that the key says it has made
  name    text not null,
  made    timestamptz not null,
  used    timestamptz
);
create index access_passkey_of_account on access_passkey (account);

create table access_totp (
  account int8 primary key,
  sealed  bytea not null,           -- the secret
  made    timestamptz not null,
  last    int8 not null             -- the newest step that was used: no code works twice
);

-- A card for people without a telephone. The PIN is set at the desk.
create table access_card (
  number  text primary key,
  account int8 not null,
  pin     text not null,            -- as a password is kept
  made    timestamptz not null,
  ended   timestamptz
);

-- Failures that slow the next try: of an address, of an account, of both together.
create table access_failure (
  key   bytea primary key,
  count int4 not null,
  last  timestamptz not null
);
