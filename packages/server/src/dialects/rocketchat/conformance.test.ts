import { join } from 'node:path'
import { runFixtures } from '../../../test/fixtures.ts'
import { countingIds } from '../../../test/support.ts'
import { dialectName, mintToken } from './auth.ts'

const credentialId = countingIds('6e')

runFixtures(join(import.meta.dirname, 'fixtures'), async ({ directory, operator, signerFor, ids }, userId) => {
  ids.tell([credentialId()])
  const { token } = await directory.createCredential(operator, {
    userId,
    dialect: dialectName,
    kind: 'session',
    name: 'fixtures',
    expiresAt: new Date('2100-01-01T00:00:00.000Z'),
    mint: mintToken(signerFor(dialectName)),
  })
  return { 'x-auth-token': token, 'x-user-id': userId }
})
