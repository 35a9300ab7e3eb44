import { CalledProcessError, run } from '@prac/subprocess';

try {
  await run(['false'], { check: true });
} catch (error) {
  if (!(error instanceof CalledProcessError)) throw error;
  console.log('ERROR:', error.message);
}
