import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/**
 * A thread that answers one question at a time, in order; begun when it is first asked. `isAnswer` looks at what came back.
 * Where the thread fails, whoever waits is refused with its error, and the next question begins another.
 */
export function thread<Question, Answer>(
  file: URL,
  isAnswer: (answer: unknown) => answer is Answer,
): (question: Question) => Promise<Answer> {
  let worker: Worker | undefined
  let last: Promise<unknown> = Promise.resolve()
  return (question) => {
    const answer = last.then(async () => {
      worker ??= new Worker(file)
      // It keeps the process alive only while somebody waits for it.
      worker.ref()
      worker.postMessage(question)
      const [told]: unknown[] = await once(worker, 'message')
      worker.unref()
      if (!isAnswer(told)) throw new Error(`This is no answer of ${file.pathname}.`)
      return told
    })
    last = answer.catch(() => {
      worker = undefined
    })
    return answer
  }
}
