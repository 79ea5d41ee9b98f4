import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@tocsin/errors';
import { observe } from './domain/windows-view.ts';
import { packagedRules, readRules } from './rules.ts';

const system = 'C:\\Windows\\System32\\';
const created = (fields: Record<string, string>) =>
  observe({ Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, Computer: 'H1', User: 'D\\u', ...fields });

/** For each rule by the beginning of its title: what it must find, and the harmless neighbour it must not. */
const cases: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
  [
    'LSASS memory',
    {
      Image: `${system}rundll32.exe`,
      CommandLine: 'rundll32 C:\\windows\\system32\\COMSVCS.dll, MiniDump 624 o.bin full',
    },
    { Image: `${system}rundll32.exe`, CommandLine: 'rundll32 printui.dll,PrintUIEntry' },
  ],
  [
    'Shadow copies',
    { Image: `${system}vssadmin.exe`, CommandLine: 'vssadmin.exe Delete Shadows /All /Quiet' },
    { Image: `${system}vssadmin.exe`, CommandLine: 'vssadmin.exe list shadows' },
  ],
  [
    'Encoded PowerShell',
    {
      ParentImage: 'C:\\Program Files\\Microsoft Office\\WINWORD.EXE',
      Image: `${system}WindowsPowerShell\\v1.0\\powershell.exe`,
      CommandLine: 'powershell -nop -enc SQBFAFgA',
    },
    {
      ParentImage: `${system}cmd.exe`,
      Image: `${system}WindowsPowerShell\\v1.0\\powershell.exe`,
      CommandLine: 'powershell -nop -enc SQBFAFgA',
    },
  ],
  [
    'File fetched',
    { Image: `${system}certutil.exe`, CommandLine: 'certutil -urlcache -f https://a.example/x x.exe' },
    { Image: `${system}certutil.exe`, CommandLine: 'certutil -hashfile x.exe SHA256' },
  ],
  [
    'Account added',
    { Image: `${system}net1.exe`, CommandLine: 'net1 localgroup Administrators helper /add' },
    { Image: `${system}net1.exe`, CommandLine: 'net1 localgroup Administrators' },
  ],
  [
    'Event log cleared',
    { Image: `${system}wevtutil.exe`, CommandLine: 'wevtutil cl Security' },
    { Image: `${system}wevtutil.exe`, CommandLine: 'wevtutil gl Security' },
  ],
  [
    'Files of a share',
    { Image: 'C:\\t\\svchost.exe', OriginalFileName: 'rclone.exe', CommandLine: 'svchost.exe sync \\\\fs1\\hr r:x' },
    { Image: 'C:\\t\\rclone.exe', User: 'D\\svc-backup-01', CommandLine: 'rclone.exe sync \\\\fs1\\hr r:x' },
  ],
  [
    'Antivirus',
    { Image: `${system}powershell.exe`, CommandLine: 'Add-MpPreference -ExclusionPath C:\\' },
    { Image: `${system}powershell.exe`, CommandLine: 'Add-MpPreference -ExclusionPath C:\\build\\out' },
  ],
];

describe('the starter pack', () => {
  const rules = readRules(packagedRules);

  it('D-3 loads wholly, with an author and a licence each', () => {
    expect(rules).toHaveLength(cases.length);
    expect(rules.map(({ author, license }) => `${author}, ${license}`)).toEqual(rules.map(() => 'Tocsin, Apache-2.0'));
  });

  it.each(cases)(
    '"%s…" finds its sample, no other rule does, and it leaves the neighbour alone',
    (title, bad, good) => {
      const titles = (fields: Record<string, string>) =>
        rules.filter((rule) => rule.matches(created(fields))).map((rule) => rule.title);
      expect(titles(bad)).toEqual([expect.stringMatching(new RegExp(`^${title}`))]);
      expect(titles(good)).toEqual([]);
    },
  );

  it('one rule, and only one, finds the recorded event of the demo', () => {
    const sample = JSON.parse(
      readFileSync(new URL('../samples/process-creation.json', import.meta.url), 'utf8'),
    ) as object;
    const found = rules.filter((rule) => rule.matches(observe(sample as Record<string, unknown>)));
    expect(found.map(({ title }) => title)).toEqual(['Files of a share sent out with rclone']);
  });

  it('D-3 a folder with a broken rule is refused with every reason of every file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-rules-'));
    const good = readFileSync(new URL('certutil-download.yml', packagedRules), 'utf8');
    writeFileSync(join(folder, 'a.yml'), good);
    writeFileSync(join(folder, 'b.yml'), good.replace('|endswith', '|re'));
    writeFileSync(join(folder, 'c.yml'), good);
    writeFileSync(join(folder, 'd.yml'), 'title: [');
    const refusal = (() => {
      try {
        return readRules(pathToFileURL(`${folder}/`));
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(DomainError);
    expect(refusal).toMatchObject({ code: 'RULE_INVALID' });
    const { reasons } = (refusal as DomainError).details as { reasons: { code: string; path: string }[] };
    expect(new Set(reasons.map(({ code, path }) => `${code} ${path.split(':')[0]}`))).toEqual(
      new Set(['MODIFIER_UNKNOWN b.yml', 'DUPLICATE_ID c.yml', 'YAML d.yml']),
    );
  });
});
