export type { Store, Transaction, Versioned } from './transaction.ts';
