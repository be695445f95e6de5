// TS2561: 'emails' does not exist in type 'V2UsersApiGetV2UsersRequest'
import { V2UsersApi } from '@cotalker/cotalker-api'

new V2UsersApi().getV2Users({ emails: ['ada@example.com'] })
