import { type Condition, type ConditionField, roleIdsOf, statuses } from '../../core/index.ts'
import { customFieldPath, type Reader, stepsOf } from './attributes.ts'
import { all, any, everybody, hasAddress, isAmong, nobody } from './conditions.ts'
import { fieldCondition, passes, type Scalar, type ValueTest, type ValueType } from './value-tests.ts'

/** An attribute that a query can ask about. */
export interface QueryAttribute {
  /** Whether patterns are for it. */
  readonly isText: boolean
  /** It can only be asked whether it is there. */
  readonly existsOnly?: boolean
  readonly condition: (test: ValueTest, reader: Reader) => Condition
}

const kept = (field: ConditionField, type: ValueType): QueryAttribute => ({
  isText: type === 'text',
  condition: (test) => fieldCondition({ field, path: [] }, [type], test),
})

/** An attribute with few possible values: the test is made of each of them here, and core is asked for those that pass. */
const oneOf = (
  field: ConditionField,
  values: readonly (readonly [string | boolean, string | boolean])[],
): QueryAttribute => ({
  isText: values.some(([shown]) => typeof shown === 'string'),
  condition: (test) => {
    const isWanted = passes(test)
    const wanted = values.flatMap(([shown, stored]) => (isWanted(shown) ? [stored] : []))
    if (wanted.length === values.length) return everybody
    return wanted.length === 0 ? nobody : isAmong(field, wanted)
  },
})

/** A name that nobody filled in is empty in core, and absent here. */
const name: QueryAttribute = {
  isText: true,
  condition: (test) => {
    const at = { field: 'shownName', path: [] } as const
    const empty: ValueTest = { op: 'in', values: [''] }
    if (test.op === 'in') {
      const values = test.values.filter((value) => value !== '').map((value) => value ?? '')
      return fieldCondition(at, ['text'], { op: 'in', values })
    }
    if (asksForAbsence(test)) return fieldCondition(at, ['text'], empty)
    const isFilled: Condition = { not: fieldCondition(at, ['text'], empty) }
    return test.op === 'exists' ? isFilled : all([isFilled, fieldCondition(at, ['text'], test)])
  },
}

/** An attribute that is there only where it is true. */
const flag = (field: ConditionField): QueryAttribute => ({
  isText: false,
  condition: (test) => {
    const isSet = isAmong(field, [true])
    const isWanted = passes(test)(true)
    if (asksForAbsence(test)) return isWanted ? everybody : { not: isSet }
    return isWanted ? isSet : nobody
  },
})

/** Addresses are kept in lower case, and equal ignoring case. */
const address: QueryAttribute = {
  isText: true,
  condition: (test) => {
    if (test.op === 'exists') return hasAddress
    const folded = test.op === 'in' ? { ...test, values: test.values.map(inLowerCase) } : test
    const isAbsent = asksForAbsence(folded) ? { not: hasAddress } : nobody
    const passing = fieldCondition({ field: 'email', path: [] }, ['text'], withoutNull(folded))
    return any([isAbsent, passing === nobody ? nobody : all([hasAddress, passing])])
  },
}

const inLowerCase = (value: Scalar): Scalar => (typeof value === 'string' ? value.toLowerCase() : value)

const asksForAbsence = (test: ValueTest): boolean =>
  test.op === 'in' ? test.values.includes(null) : (test.op === 'gte' || test.op === 'lte') && test.value === null

/** The rest of a test that absent values pass. */
const withoutNull = (test: ValueTest): ValueTest => {
  if (test.op === 'in') return { op: 'in', values: test.values.filter((value) => value !== null) }
  return asksForAbsence(test) ? { op: 'in', values: [] } : test
}

/** Roles are told by their codes; a test holds where one of a user's roles passes it. */
const roles: QueryAttribute = {
  isText: true,
  condition: (test, { catalogue }) => {
    if (test.op === 'exists') return everybody
    const isWanted = passes(test)
    const codes = [...catalogue.roles.values()].map(({ code }) => code).filter(isWanted)
    const ids = roleIdsOf(codes, catalogue)
    return ids.length === 0 ? nobody : isAmong('accessRoles', ids)
  },
}

const attributes: ReadonlyMap<string, QueryAttribute> = new Map<string, QueryAttribute>([
  ['_id', kept('id', 'text')],
  ['username', kept('username', 'text')],
  ['name', name],
  ['nickname', kept('nickname', 'text')],
  ['bio', kept('bio', 'text')],
  ['statusText', kept('statusText', 'text')],
  ['reason', kept('registrationReason', 'text')],
  ['avatarETag', kept('avatarEtag', 'text')],
  ['utcOffset', kept('utcOffset', 'number')],
  [
    'type',
    oneOf('kind', [
      ['user', 'human'],
      ['bot', 'bot'],
      ['app', 'app'],
    ]),
  ],
  [
    'active',
    oneOf('active', [
      [true, true],
      [false, false],
    ]),
  ],
  [
    'status',
    oneOf(
      'status',
      statuses.map((status) => [status, status] as const),
    ),
  ],
  ['roles', roles],
  ['emails', { isText: false, existsOnly: true, condition: () => hasAddress }],
  ['emails.address', address],
  ['createdAt', kept('createdAt', 'date')],
  ['lastLogin', kept('lastLoginAt', 'date')],
  ['_updatedAt', kept('modifiedAt', 'date')],
  ['inactiveReason', kept('inactiveReason', 'text')],
  ['requirePasswordChange', flag('requirePasswordChange')],
  ['requirePasswordChangeReason', kept('requirePasswordChangeReason', 'text')],
])

/** `undefined` for a path that no query can ask about. */
export function queryAttribute(path: string): QueryAttribute | undefined {
  const [head, below] = stepsOf(path)
  if (head !== 'customFields') return attributes.get(path)
  if (below === '' || below.includes('.')) return undefined
  return {
    isText: true,
    condition: (test) => fieldCondition(customFieldPath(below), ['text', 'number', 'boolean'], test),
  }
}
