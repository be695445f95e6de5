-- Posting lists know who is active and which roles come after another; words that another word begins with have no list of
-- their own any more. What deep pages and totals ask stands in the indexes. A million people take about a minute.

alter table user_terms rename to old_terms;
alter table old_terms rename constraint user_terms_pkey to old_terms_pkey;
create table user_terms (
  tenant_id text collate "C" not null,
  term text collate "C" not null,
  modified_at timestamptz not null,
  user_id text collate "C" not null,
  -- The user's own; a change of it writes all of its rows anew.
  active boolean not null default true
);
insert into user_terms (tenant_id, term, modified_at, user_id, active)
select t.tenant_id, t.term, t.modified_at, t.user_id, u.active
from old_terms t join users u on u.tenant_id = t.tenant_id and u.id = t.user_id
where not starts_with(t.term, 'k:') or not exists (
  select from unnest(u.keywords) as k(word) where length(k.word) > length(t.term) - 2 and starts_with(k.word, substr(t.term, 3))
);
insert into user_terms (tenant_id, term, modified_at, user_id, active)
select u.tenant_id, 'l:' || r.id, u.modified_at, u.id, u.active
from users u cross join unnest(u.access_roles) with ordinality as r(id, place) where r.place > 1;
drop table old_terms;
alter table user_terms
  add constraint user_terms_pkey primary key (tenant_id, term, modified_at, user_id) include (active);

insert into user_counts (tenant_id, key, n)
select c.tenant_id, c.key || state.suffix, count(*)
from (
  select u.tenant_id, u.active, 'later-role:' || r.id as key
  from users u cross join unnest(u.access_roles) with ordinality as r(id, place) where r.place > 1
  union all
  select u.tenant_id, u.active, 'role:' from users u where cardinality(u.access_roles) = 0
) c join (values ('', false), (':active', true)) as state(suffix, only_active) on c.active or not state.only_active
group by c.tenant_id, c.key || state.suffix;

drop index users_modified;
create index users_modified on users (tenant_id, modified_at, id) include (active);
drop index users_username_key;
create unique index users_username_key on users (tenant_id, username_key) include (id, username, active);
drop index users_uid_key;
create unique index users_uid_key on users (tenant_id, uid) include (id, folded_name, active);

-- How many hold a role first: without it the planner takes half a percent, and sorts all of them instead of walking an index.
create statistics users_first_role on ((access_roles[1])) from users;

-- Index-only scans look at the rows of pages that were written since the last vacuum: by default a fifth of all may be.
alter table users set (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_vacuum_scale_factor = 0.05);
alter table user_terms set (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_vacuum_scale_factor = 0.05);
