#!/usr/bin/env node
// Runs from source, as everything here does (ADR 1).
import { register } from 'tsx/esm/api';

// Whoever reads us has seen enough, as `| head` does.
process.stdout.on('error', ({ code }) => process.exit(code === 'EPIPE' ? 0 : 1));

register();
const { main } = await import('../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
