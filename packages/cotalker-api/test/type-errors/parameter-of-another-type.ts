// TS2322: Type 'number' is not assignable to type 'string'.
import { V2UsersApi } from '@cotalker/cotalker-api'

new V2UsersApi().getV2Users({ email: [5] })
