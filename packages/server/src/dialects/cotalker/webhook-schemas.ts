import { type Static, Type } from 'typebox'
import { IsoDate, ObjectId, Text } from './schema-parts.ts'
import { type Trigger, triggers } from './webhook-format.ts'

/** Webhook subscriptions, as Cotalker's documentation shows them: records without an envelope. */

const TriggerName = Type.Unsafe<Trigger>({
  type: 'string',
  enum: [...triggers],
  description: 'What it is told of. Rollcall has users alone: of the others nothing is ever told',
})
const contextMembers = { survey: Text, group: Text, taskGroup: Text }

export const COTWebhook = Type.Object(
  {
    _id: ObjectId,
    company: ObjectId,
    isActive: Type.Boolean(),
    trigger: TriggerName,
    url: Text,
    name: Text,
    code: Text,
    context: Type.Object(contextMembers, { description: 'Empty texts where nothing is asked for' }),
    description: Text,
    __v: Type.Integer(),
  },
  { $id: 'COTWebhook' },
)
export type COTWebhook = Static<typeof COTWebhook>

export const COTWebhookLog = Type.Object(
  {
    _id: ObjectId,
    company: ObjectId,
    createdAt: IsoDate,
    status: Type.Integer({ description: '409 where no answer came' }),
    retry: Type.Integer({ description: 'Attempts before this one' }),
    response: Type.String({ description: 'The beginning of the answer, or why there was none' }),
    event: Type.String({ description: 'The `webhook-id` that the delivery bore, the same in each attempt' }),
    subscription: ObjectId,
    __v: Type.Integer(),
  },
  { $id: 'COTWebhookLog' },
)
export type COTWebhookLog = Static<typeof COTWebhookLog>

const Webhook = Type.Ref('COTWebhook')
export const WebhookReply = Type.Intersect([Webhook], { description: 'The subscription' })
export const WebhooksReply = Type.Array(Webhook, { description: 'In order of creation' })
export const WebhookLogsReply = Type.Array(Type.Ref('COTWebhookLog'), {
  description: 'The latest hundred, newest first',
})

const members = {
  isActive: Type.Optional(Type.Boolean()),
  description: Type.Optional(Text),
  context: Type.Optional(
    Type.Object(
      { survey: Type.Optional(Text), group: Type.Optional(Text), taskGroup: Type.Optional(Text) },
      { additionalProperties: false, description: 'Replaced as a whole' },
    ),
  ),
}
const code = Type.String({ description: 'Unique and immutable: a-z, 0-9 and _' })
export const CreateWebhookBody = Type.Object({ trigger: TriggerName, url: Text, name: Text, code, ...members })
export type CreateWebhookBody = Static<typeof CreateWebhookBody>
export const UpdateWebhookBody = Type.Object({
  trigger: Type.Optional(TriggerName),
  url: Type.Optional(Text),
  name: Type.Optional(Text),
  code: Type.Optional(code),
  ...members,
})
export type UpdateWebhookBody = Static<typeof UpdateWebhookBody>
export const NoQuery = Type.Object({})
