import { runProduct } from './children.ts'
import { type Postgres, rowsOf } from './database.ts'
import { admin, type ProductAt, productEnvironment, secondsOnEveryCore } from './product.ts'

/** Grows when the people that the seed makes change, so that older databases are made anew. */
const version = 1

/** One tenant and its people, newest last. */
export interface TenantPeople {
  readonly appId: string
  readonly people: number
}

export interface Dataset {
  readonly people: number
  /** A database on the bench's PostgreSQL. */
  readonly database: string
  /** The largest first: the one that is asked. */
  readonly tenants: readonly TenantPeople[]
  /** Seconds that making it took, at its time; of each tenant in turn. */
  readonly seededIn: readonly number[]
}

const defaultTenant = 'rollcall'

const shares = [
  { appId: defaultTenant, share: 0.7 },
  { appId: 'second', share: 0.25 },
  { appId: 'third', share: 0.05 },
]

/** So many people in three tenants: 70, 25 and 5 %. */
const inThree = (people: number): TenantPeople[] =>
  shares.map(({ appId, share }) => ({ appId, people: Math.round(people * share) }))

/** All in one tenant, as the peers have them. */
const inOne = (people: number): TenantPeople[] => [{ appId: defaultTenant, people }]

export interface DatasetOptions {
  readonly people: number
  readonly tenants: 'one' | 'three'
  readonly log: (line: string) => void
}

/** The dataset of this size; made with the product's own commands if it is not there yet. */
export async function ensureDataset(at: ProductAt, { people, tenants, log }: DatasetOptions): Promise<Dataset> {
  const list = tenants === 'one' ? inOne(people) : inThree(people)
  const database = `people_${people}_${tenants}_v${version}`
  const known = await rememberedOf(at.postgres, database)
  if (known !== null) return { people, database, tenants: list, seededIn: known }
  log(`Making ${people.toLocaleString('en')} people in ${list.length} tenants; kept for the next run`)
  await rowsOf(at.postgres.connection('postgres'), `drop database if exists ${database}`)
  await rowsOf(at.postgres.connection('postgres'), `create database ${database}`)
  const seededIn: number[] = []
  for (const [place, tenant] of list.entries()) {
    seededIn.push(await seed(at, database, tenant, place + 1))
    log(`  ${tenant.people.toLocaleString('en')} in ${seededIn.at(-1)?.toFixed(1)} s`)
  }
  // Hint bits and visibility, so that the first round is like the others; a server left alone for a while has the same.
  await rowsOf(at.postgres.connection(database), 'vacuum (analyze)')
  await rowsOf(at.postgres.connection('postgres'), 'checkpoint')
  await remember(at.postgres, database, seededIn)
  return { people, database, tenants: list, seededIn }
}

/** Makes every tenant but the default one, which the first command makes. */
export async function makeTenant(at: ProductAt, database: string, appId: string, email = admin.email): Promise<void> {
  if (appId === defaultTenant) return
  const args = ['tenant', 'create', appId, '--admin-email', email, '--admin-password-stdin']
  await runProduct(args, { pin: [], env: productEnvironment(at, database), input: admin.password })
}

/** Seconds. The whole command: starting it, the people, statistics. */
async function seed(at: ProductAt, database: string, { appId, people }: TenantPeople, which: number): Promise<number> {
  await makeTenant(at, database, appId)
  const options = { pin: at.everyCore, env: productEnvironment(at, database) }
  const args = ['seed', '--users', String(people), '--tenant', appId, '--seed', String(which)]
  return await secondsOnEveryCore(at, () => runProduct(args, options))
}

// A comment on the database, written last: a seed that was cut off leaves none, and is begun anew.

async function rememberedOf(postgres: Postgres, database: string): Promise<number[] | null> {
  const [row] = await rowsOf<{ told: string | null }>(
    postgres.connection('postgres'),
    `select shobj_description(oid, 'pg_database') as told from pg_database where datname = $1`,
    [database],
  )
  const seconds = /^seeded in ([\d. ]+)$/.exec(row?.told ?? '')?.[1]
  return seconds === undefined ? null : seconds.split(' ').map(Number)
}

const remember = (postgres: Postgres, database: string, seconds: readonly number[]) =>
  rowsOf(
    postgres.connection('postgres'),
    `comment on database ${database} is 'seeded in ${seconds.map((one) => one.toFixed(1)).join(' ')}'`,
  )

/** The same people in a database of its own, to be changed; nobody may be connected to either. `dropCopy` ends it. */
export async function copyOf(postgres: Postgres, dataset: Dataset): Promise<Dataset> {
  const database = `${dataset.database}_copy`
  await dropCopy(postgres, database)
  const text = `create database ${database} template ${dataset.database} strategy file_copy`
  await rowsOf(postgres.connection('postgres'), text)
  return { ...dataset, database }
}

export const dropCopy = (postgres: Postgres, database: string) =>
  rowsOf(postgres.connection('postgres'), `drop database if exists ${database} with (force)`)
