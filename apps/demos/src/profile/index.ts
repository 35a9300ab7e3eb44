import type { PresentChapter } from '../framework/chapter.ts';
import { doProfile } from './scenarios/do-profile.ts';

export const profile: PresentChapter = {
  name: 'profile',
  title: 'where the time goes: a decorator that profiles a function',
  folder: import.meta.dirname,
  scenarios: [doProfile],
};
