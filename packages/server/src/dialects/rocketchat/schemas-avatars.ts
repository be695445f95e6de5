import { Type } from 'typebox'
import { Text, UserSelector } from './schema-parts.ts'

/** Requests and replies about pictures (README.md beside this file names the sources). */

export const AvatarParams = Type.Object({
  username: Type.String({ description: 'In any case; `.png`, `.jpg` and `.svg` behind it are tolerated' }),
})
export const AvatarOfIdParams = Type.Object({ userId: Text })
const bytes = { schema: Type.Unsafe<unknown>({ type: 'string', format: 'binary' }) }
export const AvatarReplies = {
  200: {
    description: 'The picture that was uploaded, or one of the initials',
    content: Object.fromEntries(
      ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml'].map((type) => [type, bytes]),
    ),
  },
  304: Type.Null({ description: 'The one that `If-None-Match` names' }),
  307: Type.Null({ description: 'Where the picture is that was linked to' }),
}
export const AvatarLinkReply = Type.String({ description: 'The address of the picture, as in `Location`' })
export const SetAvatarBody = Type.Unsafe<unknown>({
  description: 'A form with a file `image`, and `userId` or `username` for somebody else; links are refused',
})
export const ResetAvatarBody = UserSelector
