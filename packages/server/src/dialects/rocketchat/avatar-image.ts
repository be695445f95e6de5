import type { AvatarImage } from '../../core/index.ts'

/** What each kind of picture that is taken begins with; never what can hold scripts, such as SVG. */
const signatures: readonly (readonly [mediaType: string, isOne: (image: Buffer) => boolean])[] = [
  ['image/png', (image) => startsWith(image, '\x89PNG\r\n\x1a\n')],
  ['image/jpeg', (image) => startsWith(image, '\xff\xd8\xff')],
  ['image/gif', (image) => startsWith(image, 'GIF87a') || startsWith(image, 'GIF89a')],
  ['image/webp', (image) => startsWith(image, 'RIFF') && image.toString('latin1', 8, 12) === 'WEBP'],
]

const startsWith = (image: Buffer, text: string): boolean => image.toString('latin1', 0, text.length) === text

/** A picture with the media type that its first bytes say, whatever its name; `null` for anything else. */
export function avatarImageOf(image: Buffer): AvatarImage | null {
  const [mediaType] = signatures.find(([, isOne]) => isOne(image)) ?? []
  return mediaType === undefined ? null : { mediaType, image }
}

const colours = ['#B23B3B', '#A5562B', '#7A6A1E', '#3F7A35', '#2A7A6B', '#2F6BA8', '#5A55B0', '#8E4A9E', '#A83E75']

/** A picture of the initials in a name. It follows from the name alone, so that it says nothing about who there is. */
export function initialsImage(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const initials = words.slice(0, 2).map((word) => Array.from(word.toUpperCase())[0] ?? '')
  const folded = Array.from(name.toLowerCase())
  const colour = colours[folded.reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % colours.length]
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="200" height="200">',
    `<rect width="200" height="200" fill="${colour}"/>`,
    '<text x="50%" y="50%" dy="0.36em" text-anchor="middle" fill="#ffffff" font-family="Helvetica, Arial, sans-serif"',
    ` font-size="${initials.length > 1 ? 90 : 125}">${escaped(initials.join('') || '?')}</text></svg>`,
  ].join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

/** A link that a browser may be sent to; `null` for what is none, or of another protocol. */
export function webLink(link: string | null): string | null {
  const url = link === null ? null : URL.parse(link)
  return url !== null && ['http:', 'https:'].includes(url.protocol) ? url.href : null
}
