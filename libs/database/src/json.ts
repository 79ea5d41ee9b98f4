/** A value that survives JSON unchanged. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object that survives JSON unchanged. Declare results as `type`, not `interface`, to be assignable. */
export type JsonObject = { readonly [key: string]: JsonValue };
