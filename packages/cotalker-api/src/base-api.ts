import globalAxios, { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from 'axios'
import { Configuration } from './configuration.ts'
import { filledPath, type PathParameters, type Query, requestUrl } from './url.ts'

const defaultBasePath = 'https://www.cotalker.com/api'

/** One request, in the words of the API's document. */
export interface ApiRequest {
  readonly method: string
  /** Below the base path, with `{parameters}`. */
  readonly path: string
  readonly pathParameters?: PathParameters
  readonly query?: Query
  /** Sent as JSON. */
  readonly body?: unknown
}

/** What every API class is made of: where it sends requests, as whom and through which axios. */
export class BaseAPI {
  protected readonly configuration: Configuration
  protected readonly basePath: string
  protected readonly axios: AxiosInstance

  /** The configuration's base path goes before the argument; without either it is the platform's own. */
  constructor(configuration?: Configuration, basePath?: string, axios: AxiosInstance = globalAxios) {
    this.configuration = configuration ?? new Configuration()
    this.basePath = this.configuration.basePath || basePath || defaultBasePath
    this.axios = axios
  }

  /** Rejects as axios does: with an AxiosError for a status outside 200 to 299, whose `response.data` is a `COTError`. */
  protected async request<Reply>(
    { method, path, pathParameters = {}, query = {}, body }: ApiRequest,
    options: AxiosRequestConfig = {},
  ): Promise<AxiosResponse<Reply>> {
    const { baseOptions = {} } = this.configuration
    const url = requestUrl(this.basePath, filledPath(path, pathParameters), query)
    // Of names that differ only in case axios takes the last: a call's own headers win.
    const headers = { ...baseOptions.headers, ...(await this.ownHeaders()), ...options.headers }
    return this.axios.request<Reply>({ ...baseOptions, ...options, method, url, headers, data: body })
  }

  private async ownHeaders(): Promise<Record<string, string>> {
    const { accessToken, apiKey } = this.configuration
    const token = await (typeof accessToken === 'function' ? accessToken() : accessToken)
    const admin = await (typeof apiKey === 'function' ? apiKey('Admin') : apiKey)
    return { ...(token && { Authorization: `Bearer ${token}` }), ...(admin && { Admin: admin }) }
  }
}
