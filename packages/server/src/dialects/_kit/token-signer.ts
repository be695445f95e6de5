/** Signs and checks the tokens of one dialect; expiry is core's to check. */
export interface TokenSigner {
  sign(claims: Record<string, unknown>): Promise<string>
  verify(token: string): Promise<boolean>
}
