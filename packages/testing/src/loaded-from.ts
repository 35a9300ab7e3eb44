/**
 * Whether this package was loaded from its sources or from its build.
 *
 * Tests must read sources: a build may be stale, and then they pass or fail for what is no longer there.
 */
export const loadedFrom: 'source' | 'dist' = import.meta.url.endsWith('.ts') ? 'source' : 'dist';
