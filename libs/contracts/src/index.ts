export * from './contract.ts';
export * from './vocabulary.ts';
export * from './change.ts';
export * from './events.ts';
export * from './detection-events.ts';
export * from './incident-events.ts';
export * from './classification-events.ts';
export * from './notification-events.ts';
