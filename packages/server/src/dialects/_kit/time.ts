const iso = /^([+-]?\d{4,6})-(\d{2})-(\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/
/** From 1973 on: fewer digits are a year, or seconds. */
const epochMilliseconds = /^\d{12,15}$/
/** What PostgreSQL and JavaScript both hold: the years 1 to 9999. */
const [earliest, latest] = [Date.parse('0001-01-01T00:00:00.000Z'), Date.parse('9999-12-31T23:59:59.999Z')]

/** An instant from ISO 8601 text (without a zone: UTC) or from epoch milliseconds; `null` for anything else. */
export function parseInstant(text: string): Date | null {
  const time = epochMilliseconds.test(text) ? Number(text) : isoTime(text)
  return time >= earliest && time <= latest ? new Date(time) : null
}

function isoTime(text: string): number {
  const [, year, month, day] = iso.exec(text) ?? []
  // `Date.parse` takes a 31st of February for a day in March.
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return Number.NaN
  if (day === undefined) return Number.NaN
  const zoned = !text.includes('T') || /(Z|[+-]\d{2}:?\d{2})$/.test(text)
  return Date.parse(zoned ? text : `${text}Z`)
}
