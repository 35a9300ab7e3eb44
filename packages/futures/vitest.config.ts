export { default } from '../../configs/vitest-threads.ts';
