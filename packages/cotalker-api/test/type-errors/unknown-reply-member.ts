// TS2551: Property 'user' does not exist on type 'UserGetCollection'.
import { type UserGetCollection, V2UsersApi } from '@cotalker/cotalker-api'

const { data } = await new V2UsersApi().getV2Users()
const collection: UserGetCollection = data.data
console.log(collection.users, collection.user)
