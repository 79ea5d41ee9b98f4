import type { Finding, Problem } from './findings.ts';
import { ChainLine, isWhole, rowHash, zeros } from './format.ts';

/** Where a head says that the chain ended, and when it was sealed. */
export interface SealedTip {
  /** The head's number. */
  readonly n: number;
  readonly at: string;
  readonly seq: number;
  readonly hash: string;
}

export interface CheckedChain {
  /** The first thing that is wrong; null if nothing is. */
  readonly finding: Finding | null;
  readonly rows: number;
  /** Of these, the rows in full. */
  readonly whole: number;
}

interface Place {
  readonly service: string;
  readonly chain: number;
  /** Whether every row must be there in full. */
  readonly isInFull: boolean;
  /** In any order. */
  readonly tips: readonly SealedTip[];
}

/** How far the walk has come. */
interface Walk extends Place {
  readonly seq: number;
  readonly hash: string;
  /** The latest instant so far, of a row or of a head that ended before here. */
  readonly at: string;
  /** How many of the tips lie behind; they are sorted by their place. */
  readonly passed: number;
}

/** Walks one chain from its first row to the tip that was sealed last. */
export async function checkChain(place: Place, lines: AsyncIterable<string>): Promise<CheckedChain> {
  const tips = [...place.tips].sort((a, b) => a.seq - b.seq || a.n - b.n);
  let walk = pass({ ...place, tips, seq: 0, hash: zeros, at: '', passed: 0 });
  let whole = 0;
  const result = ([problem, seq, detail]: Verdict): CheckedChain => ({
    finding: { problem, place: { chain: place.chain, seq }, detail },
    ...{ rows: walk.seq, whole },
  });
  const rest = lines[Symbol.asyncIterator]();
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    const line = parse(next.value);
    if (line === undefined) return result(['EDITED', walk.seq + 1, 'the line cannot be read']);
    const verdict = orderOf(walk, line) ?? contentOf(walk, line) ?? timeOf(walk, line);
    if (verdict !== null) return result(await settle(verdict, rest));
    if (isWhole(line)) whole += 1;
    walk = pass({ ...walk, seq: line.seq, hash: line.hash, at: isWhole(line) ? line.at : walk.at });
  }
  const verdict = endOf(walk);
  return verdict === null ? { finding: null, rows: walk.seq, whole } : result(verdict);
}

/** Leaves the tips behind that lie at or before this place; time goes on at least to when they were sealed. */
function pass(walk: Walk): Walk {
  let { passed, at } = walk;
  for (let tip = walk.tips[passed]; tip !== undefined && tip.seq <= walk.seq; tip = walk.tips[passed]) {
    if (tip.at > at) at = tip.at;
    passed += 1;
  }
  return { ...walk, passed, at };
}

/** What is wrong, and by which row further on it would be a matter of order only. */
type Verdict = readonly [problem: Problem, seq: number, detail: string, reorderedIf?: (line: ChainLine) => boolean];

/** The places are 1, 2, 3 … */
function orderOf(walk: Walk, { seq }: ChainLine): Verdict | null {
  const due = walk.seq + 1;
  if (seq === due) return null;
  if (seq > due) return ['MISSING', due, `the next row is ${seq}`, (line) => line.seq === due];
  if (seq === walk.seq) return ['FORKED', seq, 'two rows claim this place'];
  return ['REORDERED', seq, `it stands behind row ${walk.seq}`];
}

/** Each row hashes to its hash, and names the hash of the row before; at a sealed tip it is the sealed one. */
function contentOf(walk: Walk, line: ChainLine): Verdict | null {
  const { service, chain, hash: before, tips, passed } = walk;
  const { seq, prev, hash } = line;
  if (walk.isInFull && !isWhole(line)) return ['EDITED', seq, 'it does not say what it is about'];
  if (isWhole(line) && rowHash(service, chain, line) !== hash)
    return ['EDITED', seq, 'its hash does not fit what it says', (other) => prev !== before && other.hash === prev];
  if (prev !== before) return ['FORKED', seq, 'it continues another row than the one before it'];
  for (let index = passed; tips[index]?.seq === seq; index += 1) {
    const { n, hash: sealed } = tips[index] as SealedTip;
    if (sealed !== hash) return ['FORKED', seq, `head ${n} sealed another row here`];
  }
  return null;
}

/** Time never goes back, within the chain and between its heads. */
function timeOf({ at: before, tips, passed }: Walk, line: ChainLine): Verdict | null {
  if (!isWhole(line)) return null;
  const { seq, at } = line;
  if (at < before) return ['BACKDATED', seq, `it is dated ${at}, but what comes before it ${before}`];
  const sealing = tips[passed];
  return sealing !== undefined && at > sealing.at
    ? ['BACKDATED', seq, `it is dated ${at}, but head ${sealing.n} had it already at ${sealing.at}`]
    : null;
}

function endOf({ seq, tips, passed }: Walk): Verdict | null {
  const longer = tips[passed];
  if (longer !== undefined) return ['TRUNCATED', seq + 1, `head ${longer.n} sealed ${longer.seq} rows`];
  const sealed = tips.at(-1)?.seq ?? 0;
  return seq > sealed ? ['FORKED', sealed + 1, 'no head has sealed it'] : null;
}

async function settle(verdict: Verdict, rest: AsyncIterator<string>): Promise<Verdict> {
  const [, seq, , isIt] = verdict;
  for (let next = await rest.next(); isIt !== undefined && next.done !== true; next = await rest.next()) {
    const line = parse(next.value);
    if (line !== undefined && isIt(line)) return ['REORDERED', seq, 'the row that belongs here stands further on'];
  }
  return verdict;
}

function parse(text: string): ChainLine | undefined {
  try {
    return ChainLine.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
