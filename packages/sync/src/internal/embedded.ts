/**
 * The programs of the workers as texts, for bundles. The build puts them here: in the sources there are none, since there the
 * files are at hand.
 */
export const embedded: Readonly<Partial<Record<'hub' | 'thread', string>>> = {};
