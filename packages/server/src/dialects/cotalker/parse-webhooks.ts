import type { CreateWebhook, UpdateWebhook, Webhook } from '../../core/index.ts'
import { type Context, type Trigger, triggers, typesOf } from './webhook-format.ts'
import type { CreateWebhookBody, UpdateWebhookBody } from './webhook-schemas.ts'

const noContext: Context = { survey: '', group: '', taskGroup: '' }

const asked = (trigger: Trigger, context: Context) => ({
  types: typesOf(trigger, context),
  details: { trigger, context },
})

export function parseNewWebhook(body: CreateWebhookBody): Omit<CreateWebhook, 'secret'> {
  const { isActive, trigger, context, url, name, code, description } = body
  return {
    ...{ url, name, code },
    ...asked(trigger, { ...noContext, ...context }),
    ...(description !== undefined && { description }),
    ...(isActive !== undefined && { active: isActive }),
  }
}

/** What is told follows from trigger and context together, so it takes the webhook as it is. */
export function parseWebhook(body: UpdateWebhookBody, before: Webhook): UpdateWebhook['changes'] {
  const { isActive, trigger, context, url, name, description } = body
  const wanted = {
    trigger: trigger ?? triggerOf(before),
    context: context === undefined ? contextOf(before) : { ...noContext, ...context },
  }
  return {
    ...(url !== undefined && { url }),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(isActive !== undefined && { active: isActive }),
    ...((trigger !== undefined || context !== undefined) && asked(wanted.trigger, wanted.context)),
  }
}

export const triggerOf = ({ details }: Pick<Webhook, 'details'>): Trigger =>
  triggers.find((trigger) => trigger === details.trigger) ?? 'create-edit-delete-user'

export function contextOf({ details: { context } }: Pick<Webhook, 'details'>): Context {
  const given: Record<string, unknown> = typeof context === 'object' && context !== null ? { ...context } : {}
  const text = (name: keyof Context) => (typeof given[name] === 'string' ? given[name] : '')
  return { survey: text('survey'), group: text('group'), taskGroup: text('taskGroup') }
}
