// Programs import this first: tests bundle them, since reading the sources takes a second.
import { useBundle } from '@prac/sync/bundle';

useBundle();
