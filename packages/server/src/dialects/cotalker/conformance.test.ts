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
    kind: 'api-token',
    name: 'fixtures',
    expiresAt: null,
    mint: mintToken(signerFor(dialectName)),
  })
  return { authorization: `Bearer ${token}` }
})
