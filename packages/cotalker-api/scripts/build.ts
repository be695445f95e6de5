/** `npm run build`: the package as ES modules and as CommonJS, both with their types. */
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const root = path.join(import.meta.dirname, '..')
const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

const formats = {
  esm: { type: 'module', options: ['--module', 'nodenext'] },
  cjs: {
    type: 'commonjs',
    options: ['--module', 'commonjs', '--moduleResolution', 'bundler', '--verbatimModuleSyntax', 'false'],
  },
}

rmSync(path.join(root, 'dist'), { recursive: true, force: true })
for (const [folder, { type, options }] of Object.entries(formats)) {
  const outDir = path.join(root, 'dist', folder)
  execFileSync(process.execPath, [tsc, '--project', 'tsconfig.build.json', '--outDir', outDir, ...options], {
    cwd: root,
    stdio: 'inherit',
  })
  writeFileSync(path.join(outDir, 'package.json'), `${JSON.stringify({ type })}\n`)
  // The compiler renames the imports of the code, but not of the types; compilers before version 5 refuse those.
  for (const file of globSync(path.join(outDir, '**/*.d.ts'))) {
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(?<=from '\.[^']*)\.ts(?=')/g, '.js'))
  }
}
