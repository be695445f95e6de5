/** Makes and checks the tokens of one dialect; expiry is core's to check. */
export interface TokenSigner {
  sign(claims: Record<string, unknown>): Promise<string>
  verify(token: string): Promise<boolean>
  /** A token that says nothing: 43 of `A-Z a-z 0-9 - _`, 256 random bits. */
  random(): string
}
