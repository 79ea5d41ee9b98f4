export { openArchive, readText, type Archive } from './archive.ts';
export { auditArchive, type ExportFacts, type Member } from './write.ts';
export { verifyArchive, type Verification, type VerifyOptions } from './verify.ts';
export { describeFinding, type Finding, type Problem } from './findings.ts';
export { openHead, statedClaims } from './heads.ts';
export { chainCount, chainMember, headsMember, headType, rowHash, sha256, zeros } from './format.ts';
export type { ChainLink, ChainRow, HeadClaims } from './format.ts';
export { linesOf } from './lines.ts';
