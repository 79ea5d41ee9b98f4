const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether PostgreSQL would take it for an id; what is not one is simply not found. */
export const isUuid = (text: string): boolean => uuid.test(text);
