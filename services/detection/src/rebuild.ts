import { runRebuild } from '@tocsin/messaging';
import { facts } from './facts.ts';
import { tables } from './store/tables.ts';

/* Rebuilds the service's copies of foreign facts: `npx tocsin projection rebuild detection`. */

await runRebuild({ service: 'detection', facts, tables }, { dryRun: process.argv.includes('--dry-run') });
