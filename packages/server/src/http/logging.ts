import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type DestinationStream, destination, levels, pino, stdSerializers } from 'pino'
import pretty from 'pino-pretty'
import { maskError, maskFields } from './mask.ts'

export type LogOptions = {
  /** A pino level, or `silent`. */
  level: string
  /** Where lines go; standard error when absent, in a readable form if that is a terminal. */
  target?: DestinationStream
}

/**
 * The server's logger: JSON lines, fields that name secrets masked, and of a request or a reply, when somebody logs one
 * whole, only what identifies it.
 */
export function createLogger({ level, target = standardError() }: LogOptions): FastifyBaseLogger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => maskFields(fields),
      },
      serializers: {
        req: (request: FastifyRequest) => ({ method: request.method, route: routeOf(request) }),
        res: (reply: FastifyReply) => ({ status: reply.statusCode }),
        err: (error: Error) => maskError(stdSerializers.err(error)),
      },
    },
    target,
  )
}

function standardError(): DestinationStream {
  // Lines wait for company for up to 0.1 s: one system call a line costs as much as a small request. Pino writes the
  // rest when the process ends, unless that is a kill -9.
  if (!process.stderr.isTTY) return destination({ dest: 2, sync: false, minLength: 8192, periodicFlush: 100 })
  return pretty({
    destination: 2,
    sync: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'requestId,method,route,status,ms,credentialId,tenantId',
    messageFormat: (line, messageKey) =>
      'route' in line
        ? `${line.method} ${line.route} ${line.status} in ${line.ms} ms, request ${line.requestId}`
        : String(line[messageKey]),
  })
}

/** The route's pattern, such as `/api/v2/users/:id`: never the URL, for paths and queries may hold keys. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'unmatched'

/** Ids of who sent a request, once that is known. */
export type Caller = { credentialId?: string; tenantId?: string }

/** Errors that became a reply, until the line of that request is written. */
const failures = new WeakMap<FastifyRequest, Error>()

/**
 * Fastify's own log lines, replaced by one line a request when its reply is out.
 *
 * A reply of 5xx is logged as an error with its stack, which the reply never shows; see `noteErrors`.
 */
class RequestLog extends Fastify.LogController {
  readonly #eachRequest: boolean
  readonly #callerOf: (request: FastifyRequest) => Caller | undefined

  /** `level` as given to `createLogger`: above `info` only failures are written. */
  constructor(level: string, callerOf: (request: FastifyRequest) => Caller | undefined) {
    super()
    // 30 is pino's number for info; silent has none.
    this.#eachRequest = (levels.values[level] ?? Number.POSITIVE_INFINITY) <= 30
    this.#callerOf = callerOf
  }

  override incomingRequest(): void {}

  override routeNotFound(): void {}

  override defaultErrorLog(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const status = reply.statusCode
    const failed = status >= 500 || error != null
    if (!failed && !this.#eachRequest) return
    const caller = this.#callerOf(request)
    const line = {
      requestId: request.id,
      method: request.method,
      route: routeOf(request),
      status,
      ms: Math.round(reply.elapsedTime * 1000) / 1000,
      credentialId: caller?.credentialId,
      tenantId: caller?.tenantId,
    }
    if (failed) request.log.error({ ...line, err: error ?? failures.get(request) }, 'request failed')
    else request.log.info(line, 'request')
  }
}

/** Options for Fastify. A logger for each request took 2 µs of it: what tells of a request names its id itself. */
export const requestLogOptions = (level: string, callerOf: (request: FastifyRequest) => Caller | undefined) => ({
  logController: new RequestLog(level, callerOf),
  childLoggerFactory: (parent: FastifyBaseLogger, _bindings: object, options: object): FastifyBaseLogger =>
    Object.keys(options).length === 0 ? parent : parent.child({}, options),
})

/** Remembers what made a request fail, whatever error handler answers it. Add it before any route. */
export function noteErrors(app: FastifyInstance): void {
  app.addHook('onError', (request, _reply, error, done) => {
    failures.set(request, error)
    done()
  })
}
