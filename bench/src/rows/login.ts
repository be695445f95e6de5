import { type Bench, type Line, perSecond, type Row } from '../bench.ts'
import { load } from '../load.ts'
import { admin, startProduct } from '../product.ts'
import type { RequestPlan } from '../request.ts'
import { byId } from '../requests.ts'
import { checkReplies } from '../rounds.ts'
import { median, pairedRatio } from '../statistics.ts'

const [others, logins] = [32, 4]
const atLeast = 0.8

export const loggingIn = ({ product }: Bench): RequestPlan => ({
  origin: product.origin,
  method: 'POST',
  paths: ['/auth/local'],
  headers: {},
  body: () => JSON.stringify({ email: admin.email, password: admin.password }),
  check: ({ body }) => {
    if (!body.includes('token')) throw new Error(`A login answered ${body}`)
  },
})

export const loginRow: Row = {
  name: 'login',
  title: 'Logins beside other traffic',
  told:
    'A cached user by id at 32 connections, with 4 connections that log in with a password beside them and without, ' +
    'the server on every core: hashing is limited to the cores but one.',
  run: async (given) => {
    const product = await startProduct(given.at, given.dataset.database, given.at.everyCore)
    try {
      const bench = { ...given, product }
      const [other, login] = [byId(bench, 'cotalker', bench.someIds.slice(0, 1)), loggingIn(bench)]
      for (const plan of [other, login]) await checkReplies(plan)
      const { duration, rounds } = bench.effort
      const asking = () => load(other, { connections: others, duration })
      await asking()
      const [without, beside, hashed]: [number[], number[], number[]] = [[], [], []]
      for (let round = 0; round < rounds; round += 1) {
        without.push((await asking()).rate)
        const [answered, logged] = await Promise.all([asking(), load(login, { connections: logins, duration })])
        beside.push(answered.rate)
        hashed.push(logged.rate)
      }
      return [lineOf(without, beside, hashed)]
    } finally {
      await product.stop()
    }
  },
}

function lineOf(without: number[], beside: number[], hashed: number[]): Line {
  const ratio = pairedRatio(beside, without)
  return {
    work: `others with ${perSecond(median(hashed))} logins beside them`,
    rollcall: perSecond(median(beside)),
    beside: `without ${perSecond(median(without))}`,
    ratio: `${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)})`,
    reach: `≥ ${atLeast}`,
    reached: ratio.median >= atLeast,
    data: { without, beside, logins: hashed },
  }
}
