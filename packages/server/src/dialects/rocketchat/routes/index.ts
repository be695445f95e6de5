import type { FastifyPluginAsync } from 'fastify'
import type { DialectDeps } from '../../dialect.ts'
import { infoRoutes } from './info.ts'
import { loginRoute, ownSessionRoutes } from './login.ts'
import { personalTokensRoutes } from './personal-tokens.ts'
import { sessionsRoutes } from './sessions.ts'
import { openSettingsRoute, settingsRoutes } from './settings.ts'
import { usersListRoutes } from './users-list.ts'

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
]
/** What is mounted below `/avatar`. */
export const avatarRoutes: readonly Routes[] = []
export { infoRoutes }
