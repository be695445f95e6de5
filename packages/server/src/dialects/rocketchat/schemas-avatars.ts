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
/** A form is read by parse-avatar.ts; what is checked here is what comes as anything else, which is refused. */
export const SetAvatarBody = Type.Object({
  image: Type.Optional(
    Type.Unsafe<unknown>({
      contentMediaType: 'application/octet-stream',
      description: 'PNG, JPEG, GIF or WebP of at most 1 MiB; links are refused',
    }),
  ),
  userId: Type.Optional(Type.String({ description: 'The caller when neither is given' })),
  username: Type.Optional(Text),
})
export const ResetAvatarBody = UserSelector
