/**
 * What each dialect answers, built whole by one statement: what a bare handler would send. `$1` is the tenant. The rows
 * compare these replies, parsed, with the product's before anything is timed.
 */
export interface ReplySql {
  /** `$2` is the user's id. */
  readonly get: string
  /** `$2` is how many, `$3` the offset; newest first. */
  readonly list: string
}

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const epoch = (column: string) => `floor(extract(epoch from ${column}))::bigint`

const seen = 'left join user_presence p on p.tenant_id = u.tenant_id and p.user_id = u.id'
const titled = `${seen} left join job_titles t on t.tenant_id = u.tenant_id and t.id = u.job and t.active`

/** Ids first, from an index alone: a row that is skipped is not read. */
const recent = (which: string) => `(
  select id from users where tenant_id = $1 ${which} limit $2 offset $3) i join users u on u.tenant_id = $1 and u.id = i.id`

const related = (kind: string) => `array(
  select r.other_id from user_relations r
  where r.tenant_id = u.tenant_id and r.user_id = u.id and r.kind = '${kind}' order by r.seq)`
const distinctInOrder = (list: string) => `array(
  select d.item from (select x.item, min(x.place) as place from unnest(${list}) with ordinality as x(item, place)
  group by x.item) d order by d.place)`
/** Null where a list is empty: such members are left out. */
const filled = (list: string) => `case when cardinality(${list}) > 0 then ${list} end`
const total = (key: string) =>
  `(select coalesce(sum(c.n), 0)::int from user_counts c where c.tenant_id = $1 and c.key = '${key}')`

const cotalkerMembers = `
  '_id', u.id,
  'name', json_build_object('displayName', u.display_name, 'names', u.given_names,
    'lastName', u.family_name, 'secondLastName', u.second_family_name),
  'properties', case when cardinality(t.properties) > 0
    then ${distinctInOrder('u.properties || t.properties')} else u.properties end,
  'accessRoles', u.access_roles,
  'isActive', u.active,
  'termsConditions', u.terms_conditions,
  'search', u.keywords,
  'email', u.email,
  'companies', json_build_array(json_build_object(
    'hierarchy', json_build_object('boss', ${related('boss')}, 'peers', ${related('peer')},
      'subordinate', ${related('subordinate')}),
    '_id', u.membership_id, 'companyId', u.tenant_id)),
  'createdAt', ${iso('u.created_at')},
  'modifiedAt', ${iso('u.modified_at')},
  'phone', u.phone, 'jobTitle', u.job_title, 'job', u.job, 'bot', u.bot_id,
  'system', case when u.kind = 'bot' then 'bot' end,
  'avatar', u.avatar,
  'settings', case when u.settings <> '{}' then u.settings end,
  'isReadOnly', case when u.read_only then true end,
  'extensions', case when cardinality(t.allowed_extensions) > 0
    then (select jsonb_object_agg(c, '{}'::jsonb) from unnest(t.allowed_extensions) as c) || u.extensions
    else u.extensions end,
  'isOnline', coalesce(p.status <> 'offline', false),
  'lastRequestDate', ${iso('coalesce(p.last_seen_at, u.created_at)')}`

const allRoles = distinctInOrder(`u.access_roles || coalesce(t.access_roles, '{}')`)

export const cotalkerReplies: ReplySql = {
  get: `
    select json_build_object('data', json_strip_nulls(json_build_object(${cotalkerMembers},
      'permissionsV2', array(
        select distinct unnest(r.permissions) collate "C" as permission from access_roles r
        where r.tenant_id = u.tenant_id and r.active
          and r.id = any(u.access_roles || coalesce(t.access_roles, '{}')) order by permission),
      'allAccessRoles', ${allRoles})))::text as reply
    from users u ${titled} where u.tenant_id = $1 and u.id = $2`,
  list: `
    select json_build_object('data', json_build_object('users', coalesce(json_agg(one.record), '[]')))::text as reply
    from (
      select json_strip_nulls(json_build_object(${cotalkerMembers})) as record
      from ${recent('order by modified_at desc, id desc')} ${titled} order by u.modified_at desc, u.id desc
    ) one`,
}

const rocketchatMembers = `
  '_id', u.id, 'username', u.username, 'name', nullif(u.shown_name, ''),
  'type', case u.kind when 'human' then 'user' else u.kind end,
  'active', u.active, 'avatarETag', u.avatar_etag, 'utcOffset', u.utc_offset,
  'emails', case when not u.email_generated
    then json_build_array(json_build_object('address', u.email, 'verified', u.email_verified)) end,
  'roles', array(
    select r.code from unnest(u.access_roles) with ordinality as x(id, place)
    join access_roles r on r.tenant_id = u.tenant_id and r.id = x.id order by x.place),
  'lastLogin', ${iso('u.last_login_at')}`

export const rocketchatReplies: ReplySql = {
  get: `
    select json_build_object('user', json_strip_nulls(json_build_object(${rocketchatMembers},
      'nickname', u.nickname, 'bio', u.bio, 'statusText', u.status_text, 'reason', u.registration_reason,
      'customFields', case when u.extensions->'customFields' <> '{}' then u.extensions->'customFields' end,
      'phone', u.phone, 'importIds', ${filled('u.import_ids')},
      'requirePasswordChange', case when u.require_password_change then true end,
      'requirePasswordChangeReason', u.require_password_change_reason,
      'createdAt', ${iso('u.created_at')}, 'canViewAllInfo', true,
      'status', coalesce(p.status, 'offline'),
      'statusConnection', case when p.status <> 'offline' or p.status_default is not null then p.status end,
      'statusDefault', p.status_default)), 'success', true)::text as reply
    from users u ${seen} where u.tenant_id = $1 and u.id = $2`,
  list: `
    select json_build_object('users', coalesce(json_agg(one.record), '[]'), 'count', count(one.record), 'offset', $3::int,
      'total', ${total('all')}, 'success', true)::text as reply
    from (
      select json_strip_nulls(json_build_object(${rocketchatMembers}, 'nameInsensitive', lower(u.shown_name),
        'status', coalesce(p.status, 'offline'))) as record
      from ${recent('order by modified_at desc, id desc')} ${seen} order by u.modified_at desc, u.id desc
    ) one`,
}

const cometchatMembers = `
  'uid', u.uid, 'name', coalesce(nullif(u.shown_name, ''), u.uid), 'link', nullif(u.link, ''),
  'avatar', nullif(u.avatar->>'original', ''), 'statusMessage', nullif(u.status_text, ''),
  'metadata', case when u.extensions->'metadata' <> '{}' then u.extensions->'metadata' end,
  'role', coalesce((
    select case r.code when 'user' then 'default' else r.code end
    from unnest(u.access_roles) with ordinality as x(id, place)
    join access_roles r on r.tenant_id = u.tenant_id and r.id = x.id order by x.place limit 1), 'default'),
  'createdAt', ${epoch('u.created_at')},
  'updatedAt', case when u.version > 1 then ${epoch('u.modified_at')} end,
  'deactivatedAt', ${epoch('u.deactivated_at')},
  'status', case when coalesce(p.status, 'offline') = 'offline' then 'offline' else 'available' end,
  'lastActiveAt', ${epoch('greatest(p.last_seen_at, u.last_login_at)')}`

export const cometchatReplies: ReplySql = {
  get: `
    select json_build_object('data', json_strip_nulls(json_build_object(${cometchatMembers},
      'tags', ${filled('u.tags')})))::text as reply
    from users u ${seen} where u.tenant_id = $1 and u.uid = $2 and u.active`,
  list: `
    select json_build_object('data', coalesce(json_agg(one.record), '[]'),
      'meta', json_build_object('pagination', json_build_object('total', one.total, 'count', count(one.record),
          'per_page', $2::int, 'current_page', $3::int / $2::int + 1,
          'total_pages', greatest(1, ceil(one.total / $2::numeric))),
        'cursor', json_build_object('updatedAt', max(one.updated), 'affix', 'prepend', 'next', one.next)),
      'cursor', json_build_object('updatedAt', max(one.updated), 'affix', 'prepend', 'next', one.next))::text as reply
    from (
      select json_strip_nulls(json_build_object(${cometchatMembers})) as record, ${epoch('u.modified_at')} as updated,
        ${total('all:active')} as total, pg_current_snapshot()::text as next
      from ${recent('and active order by created_at desc, uid')} ${seen} order by u.created_at desc, u.uid
    ) one group by one.total, one.next`,
}
