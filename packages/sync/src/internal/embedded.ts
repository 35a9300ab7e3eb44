/**
 * The programs of the workers as texts, for bundles. The build puts them here; the sources have none.
 */
export const embedded: Readonly<Partial<Record<'hub' | 'thread', string>>> = {};
