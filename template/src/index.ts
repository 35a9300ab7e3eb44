export { greet } from './greet.ts';
