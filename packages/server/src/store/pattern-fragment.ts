import type { AST } from '@eslint-community/regexpp'
import type { Condition, TextField } from '../core/index.ts'
import { parsedPattern } from './text-pattern.ts'

/** Texts that stand folded in `user_texts` just as they are; a made-up address does not. */
const fields: readonly TextField[] = ['username', 'shownName', 'nickname', 'bio']
/** Trigrams lead to no shorter fragment. */
const shortest = 3

type Contains = Extract<Condition, { readonly contains: string }>

/** A fragment that stands in a text of whoever passes a condition: one that is asked for, or a pattern's longest. */
export function fragmentOf(condition: Condition): Contains | null {
  if ('contains' in condition) return condition
  if (!('at' in condition) || condition.test.op !== 'matches' || condition.at.path.length > 0) return null
  const field = fields.find((name) => name === condition.at.field)
  const contains = field === undefined ? '' : longestFragment(condition.test.pattern.source)
  return field === undefined || contains.length < shortest ? null : { contains, within: [field] }
}

/** The longest text in ASCII that is part of every match. Folding other letters need not give part of the folded text. */
export function longestFragment(source: string): string {
  const fragments = ['']
  const read = ([only, ...more]: readonly AST.Alternative[]) => {
    if (only === undefined || more.length > 0) return fragments.push('')
    for (const node of only.elements) {
      if (node.type === 'Character' && node.value >= 0x20 && node.value <= 0x7e) {
        fragments.push(`${fragments.pop() ?? ''}${String.fromCharCode(node.value)}`)
      } else if (node.type === 'Group' || node.type === 'CapturingGroup') read(node.alternatives)
      else fragments.push('')
    }
    return fragments.length
  }
  read(parsedPattern(source).alternatives)
  return fragments.reduce((one, other) => (other.length > one.length ? other : one))
}
