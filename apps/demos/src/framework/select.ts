import { distance } from 'fastest-levenshtein';
import { type Chapter, isPlanned, type PlannedChapter, type PresentChapter, type Scenario } from './chapter.ts';
import { UsageError } from './usage-error.ts';

/** A scenario that can run, and where it stands. */
export interface Present {
  /** Such as `subprocess/3`. */
  readonly id: string;
  readonly name: string;
  readonly chapter: PresentChapter;
  readonly scenario: Scenario;
}

/** A scenario of a chapter that is not there yet. */
export interface Planned {
  readonly id: string;
  readonly name: string;
  readonly chapter: PlannedChapter;
}

export type Target = Present | Planned;

export function isPresent(target: Target): target is Present {
  return 'scenario' in target;
}

/** All scenarios of a chapter, in order. */
export function targetsOf(chapter: Chapter): Target[] {
  const place = (name: string, index: number) => ({ id: `${chapter.name}/${index + 1}`, name });
  return isPlanned(chapter)
    ? chapter.scenarios.map((name, index) => ({ ...place(name, index), chapter }))
    : chapter.scenarios.map((scenario, index) => ({ ...place(scenario.name, index), chapter, scenario }));
}

/**
 * Finds what ids stand for: `chapter`, `chapter/number` or `chapter/name`. Each scenario occurs once.
 *
 * @param otherWords - What else may stand where an id stands: a mistyped one of these is recognised too.
 * @throws {UsageError} if an id stands for nothing; the message suggests what may have been meant.
 */
export function select(
  ids: readonly string[],
  chapters: readonly Chapter[],
  otherWords: readonly string[] = [],
): Target[] {
  const found = ids.flatMap((id) => {
    const targets = chapters.flatMap((chapter) => (chapter.name === id ? targetsOf(chapter) : named(id, chapter)));
    if (targets.length === 0) throw new UsageError(unknown(id, chapters, otherWords));
    return targets;
  });
  return [...new Map(found.map((target) => [target.id, target])).values()];
}

function named(id: string, chapter: Chapter): Target[] {
  return targetsOf(chapter).filter((target) => target.id === id || `${chapter.name}/${target.name}` === id);
}

function unknown(id: string, chapters: readonly Chapter[], otherWords: readonly string[]): string {
  const near = nearest(id, [...otherWords.map((word) => ({ spelling: word, means: word })), ...spellings(chapters)]);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : '`practical list` shows what there is.';
  return `unknown chapter or scenario "${id}". ${hint}`;
}

interface Spelling {
  readonly spelling: string;
  readonly means: string;
}

/** All that somebody may have tried to write; the bare name of a scenario stands for its id. */
function spellings(chapters: readonly Chapter[]): Spelling[] {
  return chapters.flatMap((chapter) => [
    { spelling: chapter.name, means: chapter.name },
    ...targetsOf(chapter).flatMap(({ id, name }) => {
      const full = `${chapter.name}/${name}`;
      return [
        { spelling: full, means: full },
        { spelling: name, means: full },
        { spelling: id, means: id },
      ];
    }),
  ]);
}

/** The spellings with the fewest wrong letters; none if more than a third would be wrong (two letters, in a short word). */
function nearest(id: string, all: readonly Spelling[]): string[] {
  const scored = all.map(({ spelling, means }) => ({ means, wrong: distance(id.toLowerCase(), spelling) }));
  const fewest = Math.min(...scored.map(({ wrong }) => wrong));
  if (fewest >= id.length || fewest > Math.max(2, Math.floor(id.length / 3))) return [];
  return [...new Set(scored.filter(({ wrong }) => wrong === fewest).map(({ means }) => means))].slice(0, 3);
}
