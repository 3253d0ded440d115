-- Whether records of batch $since or later change what earlier ones tell: whose number a card is, whose name a newborn
-- bears, who else was born in a home. Then everything is compared anew.
select exists (
  select 1 from claim new join claim old on old.batch < $since and new.batch >= $since
    and (new.cccd <> '' and new.cccd = old.mother or new.mother <> '' and new.mother = old.cccd
      or new.bhxh <> '' and new.bhxh = old.bhxh
        and abs(try_cast(substr(new.birth, 1, 4) as int) - try_cast(substr(old.birth, 1, 4) as int)) >= 12)
) or exists (
  select 1 from claim newborn join claim new on new.batch >= $since and new.birth = newborn.birth
  where newborn.mother <> '' or lower(newborn.name) like 'cb %' or lower(newborn.name) like 'con b%'
    or lower(newborn.name) like 'b_ %' or lower(newborn.name) like 'tr%'
)
