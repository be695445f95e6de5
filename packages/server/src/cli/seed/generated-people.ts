import { type Catalogue, draftUser, type NewUser, type User, withDerived } from '../../core/index.ts'
import { givenNames, type Name, pickSurname } from './names.ts'
import { Random, scrambled } from './random.ts'
import { sampleRoles, sampleTitles } from './sample-catalogue.ts'
import { drawValues, withSampleValues } from './sample-custom-fields.ts'

/** People of one seed at most: their numbers have six hexadecimal digits in their ids. */
export const mostPeople = 10_000_000

const day = 86_400_000
const [opened, span] = [Date.parse('2013-03-01T08:00:00.000Z'), 11 * 365 * day]
const hex = (value: number, digits: number) => (value >>> 0).toString(16).padStart(digits, '0')

/**
 * When this person joined, in milliseconds. A company that grows ever faster: 2,000 people in its first 16 months, a
 * million in 6 years, ten million in 11. It follows from the number alone, so that more people can be added later.
 */
const joined = (number: number) => opened + Math.floor(span * ((number + 1) / mostPeople) ** 0.25)

const titles = Object.values(sampleTitles)
const domains = ['example.com', 'example.org', 'example.net'] as const
const tags = ['north', 'south', 'night-shift', 'first-aid', 'driver', 'mentor', 'pilot-group', 'on-call'] as const
const languages = ['es', 'en', 'pt', 'fr', 'de', 'it'] as const
const property = (number: number) => `5eed0000000000000000${hex(number, 4)}`
const properties = 200

/** Makes person after person of a seed: the same number gives the same person, whoever else is made. */
export class PeopleGenerator {
  readonly #seed: number
  readonly #catalogue: Catalogue
  readonly #mark: string
  readonly #roles: { ordinary: string; guest: string; moderator: string }
  readonly #random = new Random(0)

  constructor(seed: number, catalogue: Catalogue) {
    this.#seed = seed
    this.#catalogue = catalogue
    // Two seeds never share an id: scrambling takes no two numbers to the same one.
    this.#mark = hex(scrambled(seed + 0x5eed), 8)
    const roles = new Map([...catalogue.roles.values()].map(({ code, id }) => [code, id]))
    const roleId = (code: string) => roles.get(code) ?? ''
    this.#roles = { ordinary: roleId('user'), guest: roleId('guest'), moderator: roleId('moderator') }
  }

  person(number: number): User {
    const random = this.#random
    random.reset(this.#seed, number)
    const at = joined(number)
    const ids = {
      id: `${hex(Math.floor(at / 1000), 8)}${this.#mark}01${hex(number, 6)}`,
      membershipId: `${hex(Math.floor(at / 1000), 8)}${this.#mark}02${hex(number, 6)}`,
    }
    const [given, family] = [random.pick(givenNames), pickSurname(random)]
    const username = this.#handle(given, family, number)
    const command: NewUser = {
      ...this.#names(given, family),
      ...this.#position(),
      username,
      email: `${username}@${random.pick(domains)}`,
      emailVerified: random.chance(0.7),
      active: !random.chance(0.1),
    }
    const drafted = draftUser(command, { ...ids, at: new Date(at), catalogue: this.#catalogue })
    const modifiedAt = new Date(at + (random.chance(0.7) ? 35 : random.below(500) * day + random.below(day)))
    // Drawn last: everything else of a person is as it was before there were custom fields.
    const values = drawValues(random, { clearance: 0.6, high: 0.2, team: 2 / 3 })
    const extensions = withSampleValues(drafted.extensions, values, this.#catalogue)
    return withDerived({ ...drafted, extensions, modifiedAt, deactivatedAt: drafted.active ? null : modifiedAt })
  }

  /** Free for sure, whatever people of other seeds there are. */
  #handle(given: Name, family: Name, number: number): string {
    const end = this.#seed === 1 ? '' : `.${this.#seed}`
    return `${given.plain}.${family.plain}.${number + 1}${end}`
  }

  #names(given: Name, family: Name): NewUser {
    const random = this.#random
    return {
      givenNames: random.chance(0.25) ? `${given.text} ${random.pick(givenNames).text}` : given.text,
      familyName: family.text,
      secondFamilyName: random.chance(0.6) ? pickSurname(random).text : '',
      displayName: random.chance(0.3) ? `${given.text} ${family.text}` : '',
      language: random.pick(languages),
      phone: random.chance(0.5) ? `+1 ${200 + random.below(800)} 555 01${10 + random.below(90)}` : null,
    }
  }

  #position(): NewUser {
    const random = this.#random
    const { ordinary, guest, moderator } = this.#roles
    const lot = random.next()
    const accessRoles =
      lot < 0.85
        ? [ordinary]
        : lot < 0.92
          ? [sampleRoles.fieldStaff.id, ordinary]
          : lot < 0.96
            ? [sampleRoles.surveyors.id, ordinary]
            : lot < 0.99
              ? [guest]
              : [ordinary, moderator]
    const title = random.chance(0.4) ? titles[random.below(titles.length)] : undefined
    return {
      accessRoles,
      job: title?.id ?? null,
      jobTitle: title !== undefined && random.chance(0.5) ? title.display.toLowerCase() : null,
      properties: random.chance(0.25) ? [property(random.below(properties)), property(random.below(properties))] : [],
      tags: random.chance(0.2) ? [random.pick(tags), random.pick(tags)] : [],
      extensions: random.chance(0.1) ? { hr: { employee_number: random.below(1_000_000), remote: lot < 0.3 } } : {},
    }
  }
}
