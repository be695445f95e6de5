import type { PeerPerson, PeerSetting } from '../src/peer.ts'

/** What is checked of a person in every peer's replies. */
export interface Known {
  readonly id: string
  readonly username: string
  readonly email: string
  /** Given names and both surnames, as written. */
  readonly name: string
}

/** What the peers are asked for: the same people, words and letters for all, which follow from the people alone. */
export interface Sample {
  readonly newest: readonly Known[]
  /** Up to 2,000, from all over and in no order. A server that keeps people in memory has them all after the warm-up. */
  readonly asked: readonly Known[]
  /** Surnames as written, of some of those asked: common and rare ones. */
  readonly words: readonly string[]
  /** Three letters that given names begin with; the first is the most common, `Mar`. */
  readonly prefixes: readonly string[]
}

export const fullName = ({
  givenNames,
  familyName,
  secondFamilyName,
}: Pick<PeerPerson, 'givenNames' | 'familyName' | 'secondFamilyName'>): string =>
  [givenNames, familyName, secondFamilyName].filter((part) => part !== '').join(' ')

const mostAsked = 2_000
/** A prime: it takes no two places to the same one. */
const stride = 7_919

export async function sampleOf(people: PeerSetting['people']): Promise<Sample> {
  const newest: Known[] = []
  for await (const person of people) {
    newest.push({ id: person.id, username: person.username, email: person.email, name: fullName(person) })
  }
  newest.reverse()
  const asked = newest.slice(0, mostAsked).map((person, place) => newest[(place * stride) % newest.length] ?? person)
  const words = new Set(asked.map(({ name }) => name.split(' ').at(-1) ?? name))
  const prefixes = new Set(['Mar', ...asked.map(({ name }) => name.slice(0, 3))])
  return { newest, asked, words: [...words], prefixes: [...prefixes].slice(0, 40) }
}

/** A person that no seed makes. */
export function createdPerson(n: number): Omit<PeerPerson, 'id'> {
  const now = new Date()
  return {
    username: `${createdPrefix}${n}`,
    email: `${createdPrefix}${n}@example.com`,
    givenNames: 'Newly',
    familyName: 'Joined',
    secondFamilyName: 'Person',
    displayName: '',
    phone: '+1 200 555 0110',
    jobTitle: 'developer',
    language: 'en',
    active: true,
    tags: ['north'],
    createdAt: now,
    modifiedAt: now,
  }
}

/** Usernames of those whom the benchmark creates begin with it: they are removed before it runs again. */
export const createdPrefix = 'peer.created.'
