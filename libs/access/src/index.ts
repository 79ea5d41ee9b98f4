export * from './principal.ts';
export { can, mayAtAll, policy, type Operation, type PolicyRow, type Relation } from './policy.ts';
export { mustBeAllowed } from './allowed.ts';
export { importSigningKey, PrivateJwk, publicJwks, PublicJwks, type SigningKey } from './keys.ts';
export { bodyHash, contextHeader, contextVerifier, signContext, type ClaimedContext } from './context.ts';
export { Issuer, Issuers, tokenVerifier, type Authenticated, type TokenVerifier } from './token.ts';
export { signTicket, ticketVerifier, type Ticket } from './ticket.ts';
export { openSeal, signSeal } from './seal.ts';
