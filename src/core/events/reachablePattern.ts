// A topic or pattern as people and other extensions write it, checked where it comes in.
import * as z from 'zod/mini';
import { isReachablePattern } from './topicPattern';

/** Refuses patterns that no event can ever match. */
export const reachablePattern = z
  .string()
  .check(z.refine(isReachablePattern, 'Expected a topic or pattern such as "file.saved" or "tests.*"'));
