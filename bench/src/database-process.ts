/** Keeps the bench's PostgreSQL running until it is told to stop: the product's own embedded one, with its settings. */
import { openDatabase } from '../../packages/server/src/store/database.ts'

const database = await openDatabase({
  dataDir: process.argv[2] ?? '.bench',
  log: (_level, message) => process.stderr.write(`${message}\n`),
})
process.once('SIGTERM', () => void database.close().then(() => process.exit(0)))
setInterval(() => {}, 60_000)
process.stdout.write(`ready on ${database.connection.host}\n`)
