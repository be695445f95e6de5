// TS2741: Property 'accessRoles' is missing in type
import { V2UsersApi } from '@cotalker/cotalker-api'

new V2UsersApi().postV2Users({ body: { email: 'ada@example.com', name: { names: 'Ada' } } })
