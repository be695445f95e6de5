import type { Operation, Parameter } from './document.ts'
import { asSchema, member, text } from './document.ts'
import { memberText, type TypeOptions, typeText } from './types.ts'

/**
 * The type of a query parameter: what the platform's pages and clients give as well as what the document says. One
 * value stands for a list of one, `'true'` for `true`, a Date for its text.
 */
function queryType({ schema, description }: Parameter): string {
  if (schema.type === 'array') {
    const item = typeText(asSchema(member(schema, 'items')))
    return `(${item}) | readonly (${item})[]`
  }
  if (schema.type === 'boolean') return `boolean | 'true' | 'false'`
  const isMoment = text(schema, 'format') === 'date-time' || /\bISO 8601\b/.test(description)
  return isMoment ? 'string | Date' : typeText(schema)
}

/** The members of an operation's single argument: path and query parameters, and `body`. */
export function argumentMembers({ parameters, body }: Operation, bodyType: string): string[] {
  const members = parameters
    .toSorted((one, other) => Number(other.required) - Number(one.required))
    .map((parameter) =>
      memberText(parameter.name, parameter.in === 'path' ? 'string' : queryType(parameter), {
        description: parameter.description || text(parameter.schema, 'description'),
        optional: !parameter.required,
        orUndefined: true,
      }),
    )
  if (body !== null) {
    members.push(memberText('body', bodyType, { description: '', optional: !body.required, orUndefined: true }))
  }
  return members
}

export const isArgumentRequired = ({ parameters, body }: Operation): boolean =>
  body?.required === true || parameters.some(({ required }) => required)

/** What is written by a caller is more generous than what is read. */
export const bodyOptions: TypeOptions = { given: true }
