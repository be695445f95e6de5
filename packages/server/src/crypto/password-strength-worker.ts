import { parentPort } from 'node:worker_threads'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import type { StrengthQuestion } from './password-strength.ts'

const judge = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })

parentPort?.on('message', ({ password, inputs }: StrengthQuestion) => {
  parentPort?.postMessage(judge.check(password, [...inputs]).score)
})
