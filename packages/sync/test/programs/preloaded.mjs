globalThis.preloaded = [...(globalThis.preloaded ?? []), 'import'];
