/** A role that every tenant has from its first moment; its code and existence can not be changed. */
export interface BuiltInRole {
  readonly code: string
  readonly name: string
  readonly description: string
  readonly permissions: readonly string[]
}

/** What Rocket.Chat's administrator has beside Cotalker's, in that platform's words. */
const rocketChatAdmin = [
  'access-permissions',
  'api-bypass-rate-limit',
  'assign-admin-role',
  'assign-roles',
  'create-personal-access-tokens',
  'create-user',
  'delete-user',
  'edit-other-user-active-status',
  'edit-other-user-avatar',
  'edit-other-user-info',
  'edit-other-user-password',
  'edit-privileged-setting',
  'get-server-info',
  'logout-other-user',
  'manage-moderation-actions',
  'user-generate-access-token',
  'view-d-room',
  'view-full-other-user-info',
  'view-other-user-channels',
  'view-outside-room',
  'view-privileged-setting',
  'view-user-administration',
]

const role = (code: string, description: string, permissions: readonly string[] = [], name = code): BuiltInRole => ({
  code,
  name,
  description,
  permissions,
})

export const builtInRoles: readonly BuiltInRole[] = [
  role('admin', 'Everything', ['admin-*-read', 'admin-*-write', ...rocketChatAdmin], 'full admin'),
  role('read-admin', 'Sees everything, changes nothing', ['admin-*-read'], 'read admin'),
  role('user', 'An ordinary person', ['create-personal-access-tokens', 'view-d-room', 'view-outside-room'], 'default'),
  role('bot', 'A program', ['api-bypass-rate-limit', 'view-d-room'], 'bot-default'),
  role('app', 'An installed application', ['api-bypass-rate-limit', 'view-d-room']),
  role('guest', 'A visitor with an account', ['view-d-room']),
  role('anonymous', 'A visitor without an account'),
  role('livechat-agent', 'Answers visitors'),
  role('livechat-manager', 'Manages those who answer visitors'),
  role('livechat-monitor', 'Watches those who answer visitors'),
  role('owner', 'Owns a room', ['view-outside-room']),
  role('moderator', 'Moderates a room'),
  role('leader', 'Leads a room'),
]

export const adminRoleCode = 'admin'
