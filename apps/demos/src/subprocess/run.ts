import { run } from '@prac/subprocess';

const completed = await run(['ls', '-lahF']);
console.log('returncode:', completed.returncode);
