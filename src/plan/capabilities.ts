/** Capabilities: how the services behave where their documentation says nothing (A8), and the probe that finds out. */

/** Known behaviour of the services. Stored, so that it is found out only once. Absent means unknown. */
export interface Capabilities {
  /** Mailchimp's batch of 500 accepts updates without a status. */
  updatesInBulk?: boolean;
  /** A change of tags alone moves Copper's `date_modified`. */
  tagsMovePerson?: boolean;
  /** A change of tags alone moves Mailchimp's `last_changed`. */
  tagsMoveMember?: boolean;
  /** Copper accepts the parts of a name (W8). */
  namePartsTaken?: boolean;
  /** Copper keeps custom fields that a write does not name. */
  customsInPart?: boolean;
  /** The text that Mailchimp accepts as the state of an address that has none (V15). */
  stateStandIn?: StateStandIn;
}

/** The stand-in for a missing state: a no-break space, `N/A`, or none if Mailchimp accepts neither. */
export type StateStandIn = "nbsp" | "n/a" | "none";

/** A question that `doctor --probe` asks of a service. */
export type Question =
  | "tags-lower-case"
  | "tags-emoji"
  | "tags-cleared"
  | "doubled-refused"
  | "doubled-case-refused"
  | "doubled-second-refused"
  | "dates-inclusive"
  | "search-lag"
  | "tags-move-person"
  | "person-moves-by-itself"
  | "bulk-updates"
  | "bulk-keeps-status"
  | "tags-move-member"
  | "tags-ignore-case"
  | "name-parts"
  | "customs-in-part"
  | "dates-midnight"
  | "tags-shown"
  | "state-nbsp"
  | "state-na"
  | "removed";

/** The answer to a question; `detail` is a figure or the service's own words. */
export interface Probed {
  readonly side: "copper" | "mailchimp";
  readonly question: Question;
  readonly answer: "yes" | "no" | "unknown";
  readonly detail: string;
}

/**
 * Returns a function that records a question's answer; `undefined` becomes `unknown`.
 * @param into receives the answers
 */
export function answersOf(side: Probed["side"], into: Probed[]) {
  return (question: Question, answer: boolean | undefined, detail = ""): void => {
    into.push({ side, question, answer: answer === undefined ? "unknown" : answer ? "yes" : "no", detail });
  };
}

/** Returns the capabilities that follow from a probe's answers. An unknown answer leaves its capability absent. */
export function capabilitiesOf(probed: readonly Probed[]): Capabilities {
  const told = (question: Question) => {
    const answer = probed.find((one) => one.question === question)?.answer;
    return answer === "yes" ? true : answer === "no" ? false : undefined;
  };
  const bulk = told("bulk-keeps-status") === false ? false : told("bulk-updates");
  const person = told("tags-move-person");
  const member = told("tags-move-member");
  const parts = told("name-parts");
  const customs = told("customs-in-part");
  const state = told("state-nbsp")
    ? "nbsp"
    : told("state-na")
      ? "n/a"
      : told("state-na") === false
        ? "none"
        : undefined;
  return {
    ...(bulk !== undefined && { updatesInBulk: bulk }),
    ...(person !== undefined && { tagsMovePerson: person }),
    ...(member !== undefined && { tagsMoveMember: member }),
    ...(parts !== undefined && { namePartsTaken: parts }),
    ...(customs !== undefined && { customsInPart: customs }),
    ...(state !== undefined && { stateStandIn: state }),
  };
}
