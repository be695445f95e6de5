export type QueryValue = string | number | boolean | Date

/** Absent values are left out; an array repeats its key. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[] | null | undefined>>

export type PathParameters = Readonly<Record<string, string>>

/** `email=a%40x.com&email=b%40x.com`; empty when nothing is asked. Dates are ISO 8601 with milliseconds. */
export function queryText(query: Query): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : [value]
    for (const each of values) {
      if (each !== undefined && each !== null)
        search.append(name, each instanceof Date ? each.toISOString() : `${each}`)
    }
  }
  return search.toString()
}

/**
 * The path with its `{parameters}` filled in. Throws a TypeError for one that is missing or empty, or that URLs read as
 * a step upwards: the request would be another one.
 */
export function filledPath(path: string, parameters: PathParameters): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name]
    if (value === undefined || value === null || /^\.{0,2}$/.test(value)) {
      throw new TypeError(`${path} needs "${name}", but was given ${JSON.stringify(value)}.`)
    }
    return encodeURIComponent(value)
  })
}

/** Where a request goes. A base path may end in a slash, or in the version that the path begins with. */
export function requestUrl(basePath: string, path: string, query: Query): string {
  const base = basePath.replace(/\/+$/, '')
  const [version = ''] = /^\/v\d+(?=\/)/.exec(path) ?? []
  const search = queryText(query)
  return (base.endsWith(version) ? base.slice(0, base.length - version.length) : base) + path + (search && `?${search}`)
}
