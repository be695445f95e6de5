#!/usr/bin/env node
/** The `rollcall` command. Plain old JavaScript, so that an old Node says what is wrong instead of a syntax error. */
'use strict'

var oldestNode = 24

if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  process.stderr.write(
    'Rollcall needs Node ' + oldestNode + ' or newer; this is Node ' + process.versions.node + '.\n' +
    'In a clone of the repository, "npm start" brings its own Node. Elsewhere, install one from https://nodejs.org\n'
  )
  process.exit(1)
}

import('../src/main.ts')
