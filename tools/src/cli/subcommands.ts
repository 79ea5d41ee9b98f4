/** One thing that `npx tocsin` does. */
export interface Subcommand {
  /** What follows `tocsin `: the name, then its arguments. */
  readonly usage: string;
  /** What it does, in one line. */
  readonly summary: string;
  /**
   * Does it, and tells the exit code: 0 for yes, 1 for no.
   *
   * @throws UsageError for arguments that make no sense; SetupError for what the person can put right.
   */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** The arguments make no sense; the usage is shown, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** By name. Loaded when called, so that `--help` and one tool need not wait for all of them. */
export const subcommands: Readonly<Record<string, Subcommand>> = {
  'public-keys': {
    usage: 'public-keys',
    summary: 'prints the public keys of the installation in TOCSIN_STATE, for whoever verifies what it signed',
    run: async (args) => (await import('./public-keys.ts')).printPublicKeys(args),
  },
  projection: {
    usage: 'projection rebuild <detection|incident|classification|notification> [--dry-run]',
    summary: "makes a service's copies of foreign facts anew from the owners' event logs; --dry-run only compares",
    run: async (args) => {
      const { rebuildProjection } = await import('./projection.ts');
      await rebuildProjection(args, process.env, (line) => process.stdout.write(`${line}\n`));
      return 0;
    },
  },
  'audit-heads': {
    usage: 'audit-heads collect --file <file> [--keys <file>]',
    summary: 'appends to a file the sealed heads of all audit trails that Kafka holds; tells gaps in their sequences',
    run: async (args) => (await import('../audit-verify/audit-heads.ts')).collectAuditHeads(args, process.env),
  },
  'audit-export': {
    usage: 'audit-export <detection|incident|classification|notification> --file <archive>',
    summary: "exports a service's whole audit trail from the installation in TOCSIN_STATE, for verify-audit",
    run: async (args) => (await import('../audit-verify/audit-export.ts')).exportAuditTrail(args, process.env),
  },
  'verify-audit': {
    usage: 'verify-audit <archive> --keys <file> [--heads <file>]',
    summary: 'verifies an audit export, offline; prints the first bad place and what is wrong with it',
    run: async (args) => (await import('../audit-verify/verify-audit.ts')).verifyAudit(args),
  },
};
