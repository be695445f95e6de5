import type { FastifyRequest } from 'fastify'
import type { AvatarImage, UserKey } from '../../core/index.ts'
import { avatarImageOf } from './avatar-image.ts'
import { RocketChatRefusal } from './errors.ts'
import { parseSelector, type SentSelector } from './parse.ts'

/** In bytes. */
export const largestAvatar = 1_048_576
/** In bytes: with the rest of its form. */
export const largestUpload = largestAvatar + 65_536
/** What an upload may consist of. */
export const uploadLimits = {
  files: 1,
  fileSize: largestAvatar,
  fields: 5,
  fieldSize: 1000,
  fieldNameSize: 100,
  parts: 6,
}

interface SentAvatar {
  /** Whose picture it is; `[]`: the caller's. */
  readonly keys: UserKey[]
  readonly avatar: AvatarImage
}

/** The picture in a form's part `image`. Throws a refusal for anything that is no picture, and for links to one. */
export async function readAvatar(request: FastifyRequest): Promise<SentAvatar> {
  if (!request.isMultipart()) throw refusedBody(request.body)
  const { fields, image } = await readForm(request)
  const link = fields.get('avatarUrl')
  if (link !== undefined) throw new RocketChatRefusal('avatar_url_refused', { value: link })
  if (image === null) throw new RocketChatRefusal('avatar_invalid', { reason: 'A file is needed in the part "image"' })
  const avatar = avatarImageOf(image)
  if (avatar === null) {
    throw new RocketChatRefusal('avatar_invalid', { reason: 'Only PNG, JPEG, GIF and WebP pictures can be served' })
  }
  return { keys: parseSelector(selectorOf(fields)), avatar }
}

interface Form {
  readonly fields: ReadonlyMap<string, string>
  readonly image: Buffer | null
}

/** The whole form. Throws the framework's own refusals of what passes its limits, and `form_unreadable`. */
async function readForm(request: FastifyRequest): Promise<Form> {
  const fields = new Map<string, string>()
  let image: Buffer | null = null
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') fields.set(part.fieldname, textOf(part.value, part.valueTruncated))
      else if (part.fieldname === 'image') image = await part.toBuffer()
      else part.file.resume()
    }
  } catch (error) {
    // The parser's complaints about the form itself, such as its sudden end, are plain errors.
    if (error instanceof RocketChatRefusal || (error instanceof Error && 'code' in error)) throw error
    throw new RocketChatRefusal('form_unreadable')
  }
  return { fields, image }
}

/** The server fetches no links: nobody is to reach through it what only it can reach. */
function refusedBody(body: unknown): RocketChatRefusal {
  const link: unknown = new Map(Object.entries<unknown>(Object(body))).get('avatarUrl')
  if (typeof link === 'string') return new RocketChatRefusal('avatar_url_refused', { value: link.slice(0, 1000) })
  return new RocketChatRefusal('avatar_invalid', { reason: 'A form with a file in the part "image" is needed' })
}

function textOf(value: unknown, truncated: boolean): string {
  if (typeof value === 'string' && !truncated) return value
  throw new RocketChatRefusal('invalid_params', { reason: 'The form has a part that is no short text' })
}

function selectorOf(fields: ReadonlyMap<string, string>): SentSelector {
  return { userId: fields.get('userId'), username: fields.get('username') }
}
