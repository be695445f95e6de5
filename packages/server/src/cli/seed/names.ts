import { fold } from '../../core/index.ts'
import type { Random } from './random.ts'

/** A name, and what an address or a handle makes of it. */
export interface Name {
  readonly text: string
  readonly plain: string
}
const nameOf = (text: string): Name => ({ text, plain: fold(text).replace(/[^a-z0-9]/g, '') })
const namesOf = (texts: string): readonly [Name, ...Name[]] => {
  const [first = nameOf('Ana'), ...rest] = texts.trim().split(/\s+/).map(nameOf)
  return [first, ...rest]
}

/** Common given names of several languages. Those in Mar- make a search for `mar` find about one person in thirteen. */
export const givenNames = namesOf(`
  María Marcos Mariana Martín Margarita Marina Mario
  Ada Adrián Agnes Aiko Alba Alejandra Álvaro Amélie Amina Ana André Ángela Anke Antonia Aram Arturo Aurora
  Bárbara Basil Beatriz Begoña Benjamín Björn Bruno Camila Carla Cécile César Chiara Ciro Clara Colin Cora
  Dafne Dalia Darío Delia Diego Dora Édgar Edith Efraín Elena Elías Elif Emil Emma Érika Esteban Eva
  Fabián Fátima Félix Fleur Flora Gael Gemma Gerda Gilda Greta Gustavo Hana Héctor Helga Hugo Ida Ignacio Ilse
  Inés Irene Isidro Iván Jana Joaquín Jonas José Judit Julián Karla Kenji Laura Leif Lena Leonor Lía Lorenzo Lucía
  Luis Nadia Nerea Nicolás Noa Nuria Óscar Otto Pía Quim Rafael Raúl Rocío Sofía Tomás Úrsula Víctor Wanda Ximena
  Yara Zoé
`)

const starts = `Quil Bru Vel Tor Ñam Zar Lum Fer Gar Pel Sol Mon Cal Dra Esc Hur Ibar Jal Keld Lor
  Bel Cor Dun Ech Fon Gol Hol Ing Jor Kal Lan Nor Ost Pra Ruv Sten Tal Urr Vas Yan`.split(/\s+/)
const middles = 'a e i o u an or il ua ei ond er is úm ó'.split(' ')
const ends = `trán món ñez dero via lante quín rosa bel güe stad lund wicz ssen vok ton gard mira póz zúa
  rén nilla gui dal fosse berg cori tzel nao pint ruda sky tegui ucho vano xeira yarza zola brín cueta`.split(/\s+/)
const surnameCount = starts.length * middles.length * ends.length

/** The surname with this number, out of 24,000 that nobody has: made of syllables. */
function surname(number: number): string {
  const start = number % starts.length
  const middle = Math.floor(number / starts.length) % middles.length
  const end = Math.floor(number / starts.length / middles.length)
  return `${starts[start]}${middles[middle]}${ends[end]}`
}
const surnames: readonly Name[] = Array.from({ length: surnameCount }, (_, number) => nameOf(surname(number)))
/** Spreads neighbouring ranks over the syllables; has no divisor in common with the count. */
const stride = 10_007

/** As in any country, a few surnames are common and most are rare: from 3 in 100 people down to 1 in 70,000. */
export function pickSurname(random: Random): Name {
  const rank = Math.floor(surnameCount * random.next() ** 3)
  return surnames[(rank * stride) % surnameCount] ?? nameOf(surname(0))
}
