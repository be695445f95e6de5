// TS2322: Type '"yes"' is not assignable to type
import { V2UsersApi } from '@cotalker/cotalker-api'

new V2UsersApi().getV2Users({ isActive: 'yes' })
