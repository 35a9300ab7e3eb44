import type { Mask } from '../../framework/mask.ts';

/** The system chooses the ports. */
export const HOSTS: Mask = { pattern: /http:\/\/127\.0\.0\.1:\d+\//g, by: '<host>' };
