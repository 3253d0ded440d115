-- Apps that may ask for a right to somebody's book, or to what a facility's system sees. Registered once, decided by a steward.
create table access_app (
  id         text primary key,      -- client_id
  name       text not null,         -- as people are shown it
  maker      text not null,
  kind       text not null,         -- public, private (private_key_jwt), service (backend)
  state      text not null,         -- asked, approved, suspended
  redirects  text[] not null,       -- whole addresses, compared letter by letter
  scope      text not null,         -- the most that it may be given
  launch     text not null,         -- where it is started from a facility's page; '' where it is not
  jwks       text not null,         -- its public keys (JSON); ''
  jwks_url   text not null,         -- or where they are; ''
  account    int8,                  -- service: whose rights it has
  asked      timestamptz not null,
  asked_by   int8 not null,
  decided    timestamptz,
  decided_by int8
);

-- One authorization: what an account lets an app do. All its codes and tokens end with it.
create table access_app_family (
  id      uuid primary key,
  app     text not null,
  account int8 not null,
  person  int8,                     -- whose book is open; null: nobody's
  basis   uuid,                     -- the owner's grant (access_grant), where one was given
  scope   text not null,
  labels  int4 not null,            -- labels that it never sees
  context text not null,            -- what a launch adds to the answer (JSON)
  session bytea,                    -- access_session, with which refreshing ends (online_access)
  began   timestamptz not null,
  until   timestamptz not null,
  ended   timestamptz
);
create index access_app_family_of_account on access_app_family (account, began);
create index access_app_family_of_person on access_app_family (person, began) where person is not null;
create index access_app_family_by_basis on access_app_family (basis) where basis is not null;

-- Codes, access tokens and refresh tokens: digests only. A code or a refresh token is good once.
create table access_app_token (
  digest  bytea primary key,
  family  uuid not null,
  kind    text not null,            -- code, access, refresh
  scope   text not null,
  told    text not null,            -- what a code is bound to (JSON); ''
  issued  timestamptz not null,
  expires timestamptz not null,
  used    timestamptz
);
create index access_app_token_of_family on access_app_token (family);
create index access_app_token_by_end on access_app_token (expires);

-- Assertions that were seen: each is good once.
create table access_app_assertion (
  digest  bytea primary key,
  expires timestamptz not null
);

-- Where a facility's page starts an app: what is open there. Good once, for the account that started it.
create table access_app_launch (
  digest  bytea primary key,
  account int8 not null,
  person  int8 not null,
  context text not null,
  expires timestamptz not null
);

-- Keys with which ID tokens are signed, sealed; the newest signs, older ones are shown until their tokens have ended.
create table access_app_key (
  id     text primary key,
  made   timestamptz not null,
  sealed bytea not null
);
