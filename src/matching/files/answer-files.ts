import type { Blocked } from '../reasons/reason.js';
import { relaxationInFile, teamSentences } from '../reasons/words.js';
import type { PlanAnswer } from './plan-answer.js';
import type { TeamsAnswer } from './teams-answer.js';

/** The `teams@1` file of an answer: reasons and changes as sentences, with ids for names. */
export function teamsFile(answer: TeamsAnswer): object {
  return {
    ...answer,
    teams: answer.teams.map((team) => ({ ...team, reasons: teamSentences(team.reasons) })),
    blocked: answer.blocked.map(blockedInFile),
  };
}

/** The `plan@1` file of an answer: changes as sentences, with ids for names. */
export function planFile(answer: PlanAnswer): object {
  return { ...answer, blocked: answer.blocked.map(blockedInFile) };
}

function blockedInFile(blocked: Blocked): object {
  const relaxations = blocked.relaxations.map((one) => ({
    change: relaxationInFile(one),
    peers: one.peers,
  }));
  return { ...blocked, relaxations };
}
