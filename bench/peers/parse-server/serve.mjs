// Started where parse-server and express are installed.
import express from 'express'
import { ParseServer } from 'parse-server'

const {
  HOST: host,
  PORT: port,
  DATABASE: database,
  DATABASE_SOCKETS,
  DATABASE_USER,
  MASTER_KEY: masterKey,
} = process.env
const serverURL = `http://${host}:${port}/parse`
const parse = new ParseServer({
  appId: 'bench',
  masterKey,
  serverURL,
  databaseURI: `postgres://localhost/${database}`,
  databaseOptions: { host: DATABASE_SOCKETS, user: DATABASE_USER },
  allowClientClassCreation: false,
  silent: true,
  logsFolder: null,
})
await parse.start()
express().use('/parse', parse.app).listen(Number(port), host)
