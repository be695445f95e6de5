// TS2554: Expected 1-2 arguments, but got 0.
import { V2UsersApi } from '@cotalker/cotalker-api'

new V2UsersApi().getV2UsersId()
