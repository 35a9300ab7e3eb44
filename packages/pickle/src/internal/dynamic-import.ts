/** `import()`, in a file of its own: a script for workers has it from the one that runs the script (see scripts/lib/worker-program.ts). */
export const dynamicImport = (url: string): Promise<object> => import(/* @vite-ignore */ url);
