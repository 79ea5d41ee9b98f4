/** What can be wrong with an export. */
export type Problem =
  /** A row says something else than what was hashed. */
  | 'EDITED'
  /** A row within a chain is gone. */
  | 'MISSING'
  /** A row stands in another place than its own. */
  | 'REORDERED'
  /** A row's time contradicts its neighbours or a head. */
  | 'BACKDATED'
  /** A chain ends before a head says it did. */
  | 'TRUNCATED'
  /** There are two histories: the rows are sound, and are not those that were sealed. */
  | 'FORKED'
  /** A head is gone from the sequence. */
  | 'HEAD_MISSING'
  /** The archive does not hold what its manifest lists. */
  | 'MANIFEST'
  /** Something is not signed with the keys that were given. */
  | 'SIGNATURE';

/** One thing that is wrong, and where. */
export interface Finding {
  readonly problem: Problem;
  /** In the audit chains: which one, and from which place on. */
  readonly place?: { readonly chain: number; readonly seq: number };
  readonly detail: string;
}

/** `EDITED chain 3 seq 17: …` */
export const describeFinding = ({ problem, place, detail }: Finding): string =>
  `${problem}${place === undefined ? '' : ` chain ${place.chain} seq ${place.seq}`}: ${detail}`;
