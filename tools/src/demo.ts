import { readFile } from 'node:fs/promises';
import { eventKeysOf, loadKeys } from './keys.ts';
import { pathsOf } from './paths.ts';
import { portsFrom } from './ports.ts';
import { playBreach } from './story/breach-story.ts';

/* `npm run demo`: plays one breach against the running platform, through its public API only. */

const state = process.env['TOCSIN_STATE'] ?? '.tocsin';
const ports = portsFrom(process.env);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function readTokens(): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(pathsOf(state).tokens, 'utf8')) as Record<string, string>;
  } catch {
    throw new Error('No tokens found. Start the platform in another terminal first: npm start');
  }
}

const from = performance.now();
try {
  const stage = {
    graphqlUrl: `http://127.0.0.1:${String(ports.gateway)}/graphql`,
    intakeUrl: `http://127.0.0.1:${String(ports.intake)}/v1/signals`,
    mailPageUrl: (process.env['SMTP_URL'] ?? '') === '' ? `http://127.0.0.1:${String(ports.mailPage)}/` : undefined,
    tokens: await readTokens(),
    eventKeys: eventKeysOf(await loadKeys(state)),
  };
  await playBreach(stage, (step, ms) => say(`${(ms / 1000).toFixed(1).padStart(5)} s  ${step}`));
  say(
    `\nThe story holds: ${((performance.now() - from) / 1000).toFixed(1)} s from the first signal to the last proof.`,
  );
} catch (error) {
  say(`\nThe story broke. ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
