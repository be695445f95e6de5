import { type Attribute, attributeNamed, defaultAttributes, isHidden, type Reader, stepsOf } from './attributes.ts'
import { jsonObject } from './parameters.ts'
import { notParsed } from './refused-parameters.ts'

/** Which of a user's attributes an answer holds, where they are set. */
export interface Projection {
  /** Top-level names; `_id` and `nameInsensitive` are always among them. */
  readonly attributes: ReadonlySet<Attribute>
  /** Of the reader's visible custom fields: all but these, or none but these. Empty where there are none at all. */
  readonly customFields: { readonly rest: boolean; readonly except: ReadonlySet<string> }
}

const none: Projection['customFields'] = { rest: false, except: new Set() }
const always: ReadonlySet<string> = new Set(['_id', 'nameInsensitive'])
const defaults = new Map<boolean, Projection>()

/** What an answer holds when nobody asked for anything: the same object for all readers who may see the same. */
export function defaultProjection(reader: Reader): Projection {
  const names = defaultAttributes(reader)
  const isPrivate = names.includes('emails')
  const known = defaults.get(isPrivate)
  if (known !== undefined) return known
  const made: Projection = { attributes: new Set(names), customFields: none }
  defaults.set(isPrivate, made)
  return made
}

export const showsCustomField = ({ customFields }: Projection, name: string): boolean =>
  customFields.rest !== customFields.except.has(name)

/**
 * The `fields` of a list: a JSON object of names with 1 or 0, which are added to the defaults or taken away. A dotted name
 * counts as its first step, but for `customFields.<name>`. Forbidden and unknown names are passed over.
 *
 * Throws `invalid_fields` for anything else.
 */
export function parseFields(raw: string | undefined, reader: Reader): Projection {
  if (raw === undefined) return defaultProjection(reader)
  const asked = jsonObject(raw)
  const entries = Object.entries(asked ?? {})
  if (asked === undefined || entries.some(([, value]) => value !== 1 && value !== 0)) throw notParsed('fields', raw)

  const visible = entries.filter(([path]) => !isHidden(path, reader))
  const attributes = new Set(defaultAttributes(reader))
  for (const [path, value] of visible) {
    const [head, below] = stepsOf(path)
    const attribute = attributeNamed(head)
    if (attribute === undefined || always.has(head)) continue
    if (value === 1) attributes.add(attribute)
    else if (below === '') attributes.delete(attribute)
  }
  return { attributes, customFields: attributes.has('customFields') ? customFieldsIn(visible) : none }
}

function customFieldsIn(asked: readonly (readonly [string, unknown])[]): Projection['customFields'] {
  const rest = asked.some(([path, value]) => path === 'customFields' && value === 1)
  const except = asked.flatMap(([path, value]) => {
    const [head, name] = stepsOf(path)
    return head === 'customFields' && name !== '' && value === (rest ? 0 : 1) ? [name] : []
  })
  return { rest, except: new Set(except) }
}
