-- The directory's first shape. Every table leads with tenant_id and every unique key contains it, so that the schema
-- shards by tenant. Ids, terms and keys compare by bytes ("C"), whatever the database's own collation is.

create table tenants (
  tenant_id text collate "C" primary key,
  app_id text collate "C" not null,
  name text not null,
  -- Grows with every change of a role, a job title or the tenant itself.
  catalogue_revision integer not null default 1,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  constraint tenants_app_id_key unique (app_id)
);

create table access_roles (
  tenant_id text collate "C" not null references tenants,
  id text collate "C" not null,
  code text collate "C" not null,
  name text not null,
  description text,
  permissions text[] not null,
  active boolean not null,
  built_in boolean not null,
  version integer not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (tenant_id, id),
  constraint access_roles_code_key unique (tenant_id, code)
);

create table job_titles (
  tenant_id text collate "C" not null references tenants,
  id text collate "C" not null,
  code text collate "C" not null,
  display text not null,
  active boolean not null,
  access_roles text[] not null,
  properties text[] not null,
  allowed_extensions text[] not null,
  version integer not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (tenant_id, id),
  constraint job_titles_code_key unique (tenant_id, code)
);

create table users (
  tenant_id text collate "C" not null references tenants,
  id text collate "C" not null,
  uid text collate "C" not null,
  username text collate "C" not null,
  email text collate "C" not null,
  email_verified boolean not null,
  email_generated boolean not null,
  display_name text not null,
  given_names text not null,
  family_name text not null,
  second_family_name text not null,
  shown_name text not null,
  kind text not null,
  bot_id text collate "C",
  active boolean not null generated always as (deactivated_at is null) stored,
  deactivated_at timestamptz,
  inactive_reason text,
  access_roles text[] collate "C" not null,
  job text collate "C",
  job_title text,
  phone text,
  link text,
  status_text text,
  bio text,
  nickname text,
  language text,
  utc_offset double precision,
  avatar jsonb,
  properties text[] collate "C" not null,
  extensions jsonb not null,
  tags text[] not null,
  import_ids text[] not null,
  settings jsonb not null,
  preferences jsonb not null,
  terms_conditions boolean not null,
  read_only boolean not null,
  require_password_change boolean not null,
  require_password_change_reason text,
  password_modified_at timestamptz,
  registration_reason text,
  membership_id text collate "C" not null,
  keywords text[] collate "C" not null,
  last_login_at timestamptz,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  version integer not null,
  revision integer not null,
  primary key (tenant_id, id),
  constraint users_uid_key unique (tenant_id, uid),
  constraint users_email_key unique (tenant_id, email)
);
create unique index users_username_key on users (tenant_id, lower(username));
create index users_modified on users (tenant_id, modified_at, id);
create index users_created on users (tenant_id, created_at);

-- Posting lists by recency: one row for each keyword, role, job title, property and so on that a user has.
create table user_terms (
  tenant_id text collate "C" not null,
  term text collate "C" not null,
  modified_at timestamptz not null,
  user_id text collate "C" not null,
  primary key (tenant_id, term, modified_at, user_id)
);

-- Maintained totals: the sum of a key's rows. Writers only add rows, so that none waits for another; they are folded now and then.
create table user_counts (
  tenant_id text collate "C" not null,
  key text collate "C" not null,
  n bigint not null,
  id bigint generated always as identity,
  primary key (tenant_id, key, id)
);

-- Both sides of every relation between two users stand here; seq keeps the order in which a list was given.
create table user_relations (
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  kind text collate "C" not null,
  other_id text collate "C" not null,
  seq bigint generated always as identity,
  primary key (tenant_id, user_id, kind, other_id),
  foreign key (tenant_id, user_id) references users,
  constraint user_relations_other_fkey foreign key (tenant_id, other_id) references users
);
-- For the foreign key above, when a user is erased.
create index user_relations_other on user_relations (tenant_id, other_id);

create table user_passwords (
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  hash text not null,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references users on delete cascade
);

create table credentials (
  tenant_id text collate "C" not null,
  id text collate "C" not null,
  user_id text collate "C" not null,
  dialect text not null,
  kind text not null,
  name text,
  -- SHA-256 of the token; the token itself is kept nowhere.
  fingerprint bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references users
);
-- A token is looked up before its tenant is known.
create index credentials_fingerprint on credentials (fingerprint);
create index credentials_user on credentials (tenant_id, user_id);

-- The audit log, and what every process reads to keep its caches true.
create table events (
  tenant_id text collate "C" not null,
  id bigint generated always as identity,
  at timestamptz not null,
  type text not null,
  subject_id text collate "C" not null,
  actor_id text collate "C",
  credential_id text collate "C",
  dialect text not null,
  request_id text not null,
  address text,
  changes json,
  record json,
  touches text[] not null default '{}',
  xid xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, id)
);
create index events_xid on events (xid);
create index events_subject on events (tenant_id, subject_id, id);
