/**
 * A flow log of the host, as a network records it: when, from where, to where, how many bytes. The connection after the
 * dump is what the story is about. Addresses are those for documentation (RFC 5737) and private ones (RFC 1918).
 */
export const flowLogOf = (mark: string): Buffer =>
  Buffer.from(
    [
      `# storage-${mark}.provider.example, 2026-11-22T03:10:00Z to 2026-11-22T03:20:00Z`,
      'start                 source            destination        protocol  bytes    action',
      '2026-11-22T03:10:02Z  10.4.0.17:49152   10.4.0.5:443       TCP       18211    ACCEPT',
      '2026-11-22T03:13:40Z  203.0.113.44:52011  10.4.0.17:3389   TCP       90412    ACCEPT',
      '2026-11-22T03:14:51Z  10.4.0.17:49188   203.0.113.44:443   TCP       48211377 ACCEPT',
      '2026-11-22T03:16:20Z  10.4.0.17:49190   198.51.100.9:22    TCP       0        DENY',
      '',
    ].join('\n'),
  );
