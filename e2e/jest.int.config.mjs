import { integration } from '../jest.preset.mjs';

export default integration('e2e');
