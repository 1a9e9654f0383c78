import type { Rehearsal } from "./rehearsal.js";
import { type Check, checked } from "./step.js";

const questions = 200;

/** Asks the readers while the old fields alone answer; what they say is kept. */
export async function keepAnswers(rehearsal: Rehearsal): Promise<void> {
  rehearsal.answers = (await rehearsal.traffic?.ask(questions)) ?? null;
}

/** Asks the readers, and holds what they say against what they said while the old fields alone answered. */
export async function compareAnswers(rehearsal: Rehearsal): Promise<Check[]> {
  if (rehearsal.traffic === null) return [];
  const { answers } = rehearsal;
  const now = await rehearsal.traffic.ask(questions);
  const wrong = [...now].filter(([question, answer]) => answer !== answers?.get(question));
  return [
    checked(
      "readers answer as they did from the old fields",
      now.size,
      wrong.map(([question]) => question),
    ),
  ];
}
