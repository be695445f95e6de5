import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'

/** A package registry that holds one version of one package, so that npm can install it under an alias, offline. */
export async function startRegistry(name: string, version: string, tarball: string) {
  const file = await readFile(tarball)
  const integrity = `sha512-${createHash('sha512').update(file).digest('base64')}`
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    if (path === '/package.tgz') {
      response.end(file)
    } else if (path === `/${name}`) {
      const dist = { tarball: `http://${request.headers.host}/package.tgz`, integrity }
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, dist } } }),
      )
    } else {
      response.statusCode = 404
      response.end()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The registry has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
