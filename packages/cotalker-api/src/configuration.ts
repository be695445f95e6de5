import type { AxiosRequestConfig } from 'axios'

type Given<Ask> = string | Promise<string> | Ask | undefined

export interface ConfigurationParameters {
  /** Where the API is, up to and with `/api`, e.g. `https://www.cotalker.com/api`. */
  basePath?: string | undefined
  /** Sent as `Authorization: Bearer …`; a function is asked again for every request. */
  accessToken?: Given<() => string | Promise<string>>
  /** Sent as the header `Admin`: `'true'` selects the admin API. Left out for the client API. */
  apiKey?: Given<(name: string) => string | Promise<string>>
  /** What every request adds to axios' own settings: a timeout, headers, an agent. */
  baseOptions?: AxiosRequestConfig | undefined
}

/** Whom requests go to, and as whom. One may serve any number of API objects. */
export class Configuration {
  readonly basePath: ConfigurationParameters['basePath']
  readonly accessToken: ConfigurationParameters['accessToken']
  readonly apiKey: ConfigurationParameters['apiKey']
  readonly baseOptions: ConfigurationParameters['baseOptions']

  constructor(parameters: ConfigurationParameters = {}) {
    this.basePath = parameters.basePath
    this.accessToken = parameters.accessToken
    this.apiKey = parameters.apiKey
    this.baseOptions = parameters.baseOptions
  }
}
