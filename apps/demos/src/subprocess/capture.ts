import { PIPE, run } from '@prac/subprocess';

const { returncode, stdout } = await run(['ls', '-lahF'], {
  stdout: PIPE,
});
console.log('returncode:', returncode);
console.log(`Have ${stdout.length} bytes in stdout:`);
console.log(stdout.toString());
