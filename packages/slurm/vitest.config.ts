export { default } from '../../configs/vitest.ts';
