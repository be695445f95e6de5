import { type Catalogue, draftUser, fold, type User, withDerived } from '../../core/index.ts'
import { cometChatPeople } from './cometchat-people.ts'
import { documented, idOf, type RoleId, rightsHolders, type Sketch } from './documented-people.ts'
import { givenNames, pickSurname } from './names.ts'
import { Random } from './random.ts'
import { rocketChatPeople } from './rocket-chat-people.ts'
import { sampleRoles, sampleTitles } from './sample-catalogue.ts'
import { drawValues, withSampleValues } from './sample-custom-fields.ts'

const [firstYear, years, day] = [Date.parse('2019-05-01T09:00:00.000Z'), 6, 86_400_000]

/** Invented people: a director, heads of departments, team leads and their teams. */
const staff = 109
const [director, heads, leads] = [1, 5, 15]
const departments = ['sales', 'support', 'field', 'finance', 'engineering'] as const
const jobs = [
  sampleTitles.fieldTechnician,
  sampleTitles.surveyor,
  sampleTitles.developer,
  sampleTitles.technicalWriter,
  sampleTitles.receptionist,
  sampleTitles.accountant,
] as const

/** Whom the staff member with this number reports to; members follow their bosses. */
function bossOf(place: number): number | null {
  if (place < director) return null
  if (place < director + heads) return 0
  if (place < director + heads + leads) return director + ((place - director) % heads)
  return director + heads + ((place - director - heads) % leads)
}

const staffId = (place: number) => idOf('e', place + 1)

function staffMember(place: number, roleId: RoleId): Sketch {
  const random = new Random(1, place)
  const [given, family] = [random.pick(givenNames), pickSurname(random)]
  const second = random.chance(0.7) ? pickSurname(random).text : ''
  const created = new Date(firstYear + Math.floor((place / staff) * years * 365) * day + random.below(day / 3))
  const modified = new Date(created.getTime() + (random.chance(0.5) ? 35 : random.below(300) * day + random.below(day)))
  const leading = place < director + heads + leads
  const title = place < director + heads ? sampleTitles.director : leading ? sampleTitles.teamLead : random.pick(jobs)
  return {
    id: staffId(place),
    email: `${given.plain}.${family.plain}@example.com`,
    givenNames: random.chance(0.25) ? `${given.text} ${random.pick(givenNames).text}` : given.text,
    familyName: family.text,
    secondFamilyName: second,
    displayName: random.chance(0.3) ? `${given.text} ${family.text}` : '',
    accessRoles: [...(random.chance(0.2) ? [sampleRoles.surveyors.id] : []), roleId('user')],
    job: title.id,
    jobTitle: title.display.toLowerCase(),
    ...(random.chance(0.6) && { phone: `+1 ${200 + place} 555 01${String(random.below(100)).padStart(2, '0')}` }),
    tags: [departments[place % departments.length] ?? departments[0], ...(leading ? ['lead'] : [])],
    ...(random.chance(0.3) && { properties: [idOf('f', 100 + random.below(10))] }),
    ...(random.chance(0.3) && { extensions: { hr: { employee_number: 1000 + place, remote: random.chance(0.5) } } }),
    language: random.pick(['es', 'en', 'pt', 'fr', 'de']),
    active: leading || !random.chance(0.12),
    customFields: drawValues(new Random(2, place), { clearance: 0.85, high: 0.15, team: 0.8 }),
    createdAt: created.toISOString(),
    modifiedAt: modified.toISOString(),
  }
}

/** The whole sample company, the same every time, in an order in which bosses come before their people. */
export function demoPeople(catalogue: Catalogue): User[] {
  const known = [...catalogue.roles.values(), ...Object.values(sampleRoles)]
  const roleId = (code: string) => known.find((role) => role.code === code)?.id ?? ''
  const members = Array.from({ length: staff }, (_, place) => staffMember(place, roleId))
  // The numbers of memberships are places in this list: who comes anew comes last.
  const sketches = [
    ...documented(roleId),
    ...rightsHolders(roleId),
    ...members,
    ...rocketChatPeople(roleId),
    ...cometChatPeople(roleId),
  ]
  const drafted = sketches.map((sketch, place) => {
    const at = new Date(sketch.createdAt)
    const membershipId = sketch.membershipId ?? idOf('c', place + 1)
    const modifiedAt = new Date(sketch.modifiedAt ?? at.getTime() + 35)
    const { username = handleOf(sketch.email), customFields = {}, ...command } = sketch
    const extensions = withSampleValues(command.extensions ?? {}, customFields, catalogue)
    const drafted = draftUser({ ...command, username, extensions }, { id: sketch.id, membershipId, at, catalogue })
    return withDerived({
      ...drafted,
      version: sketch.version ?? drafted.version,
      modifiedAt,
      deactivatedAt: drafted.active ? null : modifiedAt,
    })
  })
  return related(drafted)
}

const handleOf = (email: string) => fold(email.slice(0, email.indexOf('@')))

/** The same people with their hierarchy, told on both sides. */
function related(people: readonly User[]): User[] {
  const first = people.findIndex(({ id }) => id === staffId(0))
  const at = (place: number) => people[first + place]?.id ?? ''
  const bossesOf = new Map<string, string[]>()
  const peopleOf = new Map<string, string[]>()
  for (let place = 0; place < staff; place += 1) {
    const boss = bossOf(place)
    if (boss === null) continue
    bossesOf.set(at(place), [at(boss)])
    peopleOf.set(at(boss), [...(peopleOf.get(at(boss)) ?? []), at(place)])
  }
  const headIds = Array.from({ length: heads }, (_, place) => at(director + place))
  return people.map((person) => ({
    ...person,
    bosses: bossesOf.get(person.id) ?? [],
    subordinates: peopleOf.get(person.id) ?? [],
    peers: headIds.includes(person.id) ? headIds.filter((id) => id !== person.id) : [],
  }))
}
