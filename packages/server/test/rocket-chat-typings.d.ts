/** What `@rocket.chat/api-client` asks of Rocket.Chat's typings, which are not installed: any path, JSON out and in. */

declare module '@rocket.chat/core-typings' {
  export type Serialized<T> = T
}

declare module '@rocket.chat/rest-typings' {
  type Path = `/v1/${string}` | '/info'
  type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

  export type PathFor<M extends Method> = [M] extends [never] ? never : Path
  export type PathWithParamsFor<M extends Method> = PathFor<M>
  export type PathWithoutParamsFor<M extends Method> = PathFor<M>
  export type MatchPathPattern<P extends Path> = P
  export type OperationParams<M extends Method, P extends Path> = [M, P] extends [never, never]
    ? never
    : Record<string, unknown>
  export type ParamsFor<M extends Method, P extends Path> = OperationParams<M, P>
  export type OperationResult<M extends Method, P extends Path> = OperationParams<M, P>
}
