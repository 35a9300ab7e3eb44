import { userInfo } from 'node:os';
import { SlurmPoolExecutor, salloc, squeue } from '@prac/slurm';
import { hasSlurm, interrupted, scratchFolder } from './slurm.ts';

const square = (n: number) => n ** 2;
const abort = interrupted();

async function onANode(): Promise<void> {
  const user = userInfo().username;
  await using node = await salloc({
    nodes: 1,
    partition: 'normal',
    time: '2:00:00',
    abort,
  });
  const mine = await squeue({ user, states: 'RUNNING' });
  for (const { id, state, nodes, nodeList } of mine)
    if (id === node.id)
      console.log(`${state}, ${nodes} node: ${nodeList}`);

  // As one would type it there, after ssh.
  const command = ['printenv', 'SLURMD_NODENAME'];
  const { stdout } = await node.srun(command, {
    captureOutput: true,
    text: true,
  });
  console.log('srun, on node:', stdout.trimEnd());

  await node.release();
  const left = await squeue({ user, states: 'RUNNING' });
  console.log('released:', !left.some(({ id }) => id === node.id));
}

const isSlurm = await hasSlurm();
using _ = scratchFolder(isSlurm);
if (isSlurm) await onANode();

await using executor = new SlurmPoolExecutor({
  workers: 2,
  launcher: isSlurm ? 'sbatch' : 'local',
  partition: 'normal',
  time: '2:00:00',
});
abort.onabort = () => executor.shutdown({ cancelFutures: true });
console.log('submit:', await executor.submit(square, 7));
for await (const it of executor.map(square, [1, 2, 3]))
  console.log('map:', it);
