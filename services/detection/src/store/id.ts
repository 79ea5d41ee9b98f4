import { NIL, validate } from 'uuid';

/** Whether the text can be an id at all; any other names nothing (S-3). */
export const isId = (id: string): boolean => validate(id);

/** The id of nothing: what is asked for by a text that cannot be an id. */
export const noId = NIL;
