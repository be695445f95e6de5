#!/usr/bin/env node
/** The `rollcall` command. Plain old JavaScript, so that an old Node says what is wrong instead of a syntax error. */
'use strict'

const oldestNode = 24

if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  process.stderr.write(`Rollcall needs Node ${oldestNode} or newer; this is Node ${process.versions.node}.
In a clone of the repository "npm start" brings its own Node; elsewhere install one from https://nodejs.org
`)
  process.exit(1)
}

import('../src/main.ts')
