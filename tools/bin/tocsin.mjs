#!/usr/bin/env node
// Runs from source, as everything here does (ADR 1).
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
