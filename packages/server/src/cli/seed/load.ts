import { type Actor, type Catalogue, DirectoryError } from '../../core/index.ts'
import { CommandError } from '../command.ts'
import type { Session } from '../session.ts'

/** What the actor's tenant has of roles and job titles at this moment. */
export async function catalogueFor({ store }: Pick<Session, 'store'>, { tenantId }: Actor): Promise<Catalogue> {
  await store.reads.round()
  const catalogue = await store.reads.catalogue(tenantId)
  if (catalogue === null) throw new CommandError('The tenant is gone.')
  return catalogue
}

/** The outcome of a load; a value that somebody else has gets a sentence that fits. */
export async function addedOrRefused(loading: Promise<number>): Promise<number> {
  try {
    return await loading
  } catch (error) {
    if (!(error instanceof DirectoryError) || error.code !== 'value_taken') throw error
    throw new CommandError(
      `Somebody or something else in this tenant already has a sample person's ${error.detail.field ?? 'value'}, so these people cannot be added.`,
    )
  }
}
