import type { FastifyPluginAsync } from 'fastify'
import type { DialectDeps } from '../../dialect.ts'
import { apiKeysRoutes } from './api-keys.ts'
import { authTokensRoutes } from './auth-tokens.ts'
import { blockedUsersRoutes } from './blocked-users.ts'
import { friendsRoutes } from './friends.ts'
import { meRoutes } from './me.ts'
import { rolesRoutes } from './roles.ts'
import { sdkRoutes } from './sdk.ts'
import { usersRoutes } from './users.ts'
import { usersGetRoutes } from './users-get.ts'
import { usersListRoutes } from './users-list.ts'
import { usersManyRoutes } from './users-many.ts'

/** What is mounted below each version: a new resource is a line here. */
export const apiRoutes: readonly FastifyPluginAsync<DialectDeps>[] = [
  usersListRoutes,
  usersManyRoutes,
  usersRoutes,
  usersGetRoutes,
  authTokensRoutes,
  apiKeysRoutes,
  meRoutes,
  sdkRoutes,
  blockedUsersRoutes,
  friendsRoutes,
  rolesRoutes,
]
