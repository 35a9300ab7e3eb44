import { SlurmPoolExecutor } from '@prac/slurm';

const factor = 3; // ordinary functions, with what they have captured

// On a cluster: { workers: 64, partition: 'normal', time: 3600 }
const executor = new SlurmPoolExecutor({ workers: 2, launcher: 'local' });
console.log(await executor.submit((n: number) => n * factor, 14)); // 42
for await (const square of executor.map((n: number) => n ** 2, [1, 2, 3])) console.log(square); // 1
await executor.shutdown(); // or: await using executor = … (Node 24 and later)
