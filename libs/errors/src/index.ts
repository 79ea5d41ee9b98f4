export { DomainError, defineError, definedErrors, type ErrorDefinition } from './domain-error.ts';
export * from './shared.ts';
