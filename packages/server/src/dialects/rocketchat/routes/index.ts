import type { FastifyPluginAsync } from 'fastify'
import type { DialectDeps } from '../../dialect.ts'
import { avatarRoutes as picturesRoutes } from './avatars.ts'
import { infoRoutes } from './info.ts'
import { loginRoute, ownSessionRoutes } from './login.ts'
import { ownAccountRoutes } from './own-account.ts'
import { peopleRoutes } from './people.ts'
import { permissionsRoutes } from './permissions.ts'
import { personalTokensRoutes } from './personal-tokens.ts'
import { preferencesRoutes } from './preferences.ts'
import { registerRoutes } from './register.ts'
import { roleHoldersRoutes } from './role-holders.ts'
import { rolesRoutes } from './roles.ts'
import { sessionsRoutes } from './sessions.ts'
import { openSettingsRoute, settingsRoutes } from './settings.ts'
import { usersActiveRoutes } from './users-active.ts'
import { avatarLinkRoutes, setAvatarRoutes } from './users-avatars.ts'
import { usersCreateRoutes } from './users-create.ts'
import { usersDeleteRoutes } from './users-delete.ts'
import { usersInfoRoutes } from './users-info.ts'
import { usersListRoutes } from './users-list.ts'
import { usersPresenceRoutes } from './users-presence.ts'
import { usersUpdateRoutes } from './users-update.ts'

type Routes = FastifyPluginAsync<DialectDeps>

/** What is mounted below `/api/v1`: a new resource is a line here. */
export const apiRoutes: readonly Routes[] = [
  infoRoutes,
  loginRoute,
  ownSessionRoutes,
  personalTokensRoutes,
  sessionsRoutes,
  openSettingsRoute,
  settingsRoutes,
  usersListRoutes,
  usersInfoRoutes,
  usersPresenceRoutes,
  peopleRoutes,
  usersCreateRoutes,
  usersUpdateRoutes,
  usersActiveRoutes,
  usersDeleteRoutes,
  ownAccountRoutes,
  registerRoutes,
  preferencesRoutes,
  avatarLinkRoutes,
  setAvatarRoutes,
  rolesRoutes,
  roleHoldersRoutes,
  permissionsRoutes,
]
/** What is mounted below `/avatar`. */
export const avatarRoutes: readonly Routes[] = [picturesRoutes]
export { infoRoutes }
