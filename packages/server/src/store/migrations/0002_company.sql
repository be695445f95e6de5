-- What a tenant asks of passwords, facts about it that platforms show, credentials limited to some roles, and mail to be sent.

alter table tenants
  add column version integer not null default 0,
  add column password_rules jsonb,
  add column password_rotation_days integer,
  add column details jsonb not null default '{}';

-- The roles that a credential may use of its user's; null: all of them.
alter table credentials add column access_roles text[];

-- Mail that is owed to somebody: kept until it was accepted or given up. No password stands here; each try makes a new one.
create table owed_mails (
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  last_error text,
  created_at timestamptz not null,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references users on delete cascade
);
create index owed_mails_due on owed_mails (tenant_id, next_attempt_at, user_id);
