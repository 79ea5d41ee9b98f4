import type { Logger } from '@tocsin/runtime';
import type { EvidencePlace } from '../evidence-config.ts';
import { evidenceDirectory } from './evidence-directory.ts';
import type { EvidenceStorage } from './evidence-storage.ts';

export async function openEvidenceStorage(
  place: EvidencePlace,
  limitBytes: number,
  log: Logger,
): Promise<EvidenceStorage> {
  if ('folder' in place) return evidenceDirectory(place.folder, limitBytes, log);
  // The SDK is large; who keeps evidence in a folder does not load it.
  const { evidenceBucket } = await import('./evidence-bucket.ts');
  return evidenceBucket({ ...place, limitBytes, log });
}
