-- Profiles by the account that sent them: another vendor's system sends for many facilities (feeds/profiled.py).
create index exchange_arrival_of_account on exchange_arrival (account, id desc) where kind = 'profile';
