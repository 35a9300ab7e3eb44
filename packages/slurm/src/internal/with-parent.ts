/**
 * Words that run a command of Slurm which has to be asked to end, or it leaves its job behind: it is asked when its standard input, a pipe from this
 * program, has an end. Also when this program is killed.
 */
export function withParent(argv: readonly string[]): string[] {
  return ['sh', '-c', SCRIPT, 'sh', ...argv];
}

const SCRIPT = 'exec 3<&0; "$@" <&3 & child=$!; (cat <&3; kill $child) > /dev/null 2>&1 & wait $child';
