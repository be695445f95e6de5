// Started where json-server is installed: `people.json` holds what it is to serve.
import { readFileSync } from 'node:fs'
import jsonServer from 'json-server'

const server = jsonServer.create()
server.use(jsonServer.defaults({ logger: false, static: '.' }))
server.use(jsonServer.router(JSON.parse(readFileSync('people.json', 'utf8'))))
server.listen(Number(process.env.PORT), process.env.HOST)
