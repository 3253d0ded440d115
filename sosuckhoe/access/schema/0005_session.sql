-- Who is signed in where. A session of a page names one of these rows; without a living row it is nobody's.
create table access_session (
  id      bytea primary key,        -- sha256 of what the session itself holds
  account int8 not null,
  how     text not null,            -- demo, vneid, sms, paper, card, passkey, password
  began   timestamptz not null,
  seen    timestamptz not null,     -- noted once a minute
  idle    int4 not null,            -- seconds without a request after which it has ended
  ends    timestamptz not null,     -- whatever happens
  ended   timestamptz,              -- by its owner, or by whoever disabled the account
  device  text not null,            -- 'Chrome, Android': coarse, for the owner to know it again
  place   bytea not null            -- keyed digest of the network address
);
create index access_session_of_account on access_session (account, ends);
