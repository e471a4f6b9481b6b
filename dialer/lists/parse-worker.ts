/** What runs in the workers of a list import. */
export { parseBlock as default } from './parse-block.js';
