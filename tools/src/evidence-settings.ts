import { pathsOf } from './paths.ts';

const prefix = 'TOCSIN_EVIDENCE_S3_';

/** Only the incident service gets these, for they may hold a secret. */
export const isBucketSetting = (name: string): boolean => name.startsWith(prefix);

/** Evidence in the state folder, or in the bucket that the environment of `npm start` names. */
export function evidenceSettings(state: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = Object.fromEntries(Object.entries(env).filter(([name]) => isBucketSetting(name)));
  const hasBucket = (env[`${prefix}BUCKET`] ?? '') !== '';
  // Settings of a bucket without its name go on: the service says what is missing.
  return { ...given, TOCSIN_EVIDENCE_DIR: hasBucket ? '' : pathsOf(state).evidence };
}
