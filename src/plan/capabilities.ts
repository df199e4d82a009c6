/** What the services turned out to do where their documentation is silent (A8), and what a probe asked them. */

/** What a run goes by; kept, so that it is found out once only. */
export interface Capabilities {
  /** Mailchimp's 500-batch takes updates without a status. */
  updatesInBulk?: boolean;
  /** A change of tags alone moves Copper's `date_modified`. */
  tagsMovePerson?: boolean;
  /** A change of tags alone moves Mailchimp's `last_changed`. */
  tagsMoveMember?: boolean;
  /** Copper takes the parts of a name (W8). */
  namePartsTaken?: boolean;
  /** Copper leaves custom fields alone that a write does not name. */
  customsInPart?: boolean;
  /** What Mailchimp takes for the state of an address that has none (V15). */
  stateStandIn?: StateStandIn;
}

/** What stands in for a state: a no-break space, `N/A`, or nothing that Mailchimp takes. */
export type StateStandIn = "nbsp" | "n/a" | "none";

/** A question put to a service by `doctor --probe`. */
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

/** Its answer; `detail` is a figure or the service's own words. */
export interface Probed {
  readonly side: "copper" | "mailchimp";
  readonly question: Question;
  readonly answer: "yes" | "no" | "unknown";
  readonly detail: string;
}

/** Takes answers down, one question after another. @param answer `undefined` where it could not be found out */
export function answersOf(side: Probed["side"], into: Probed[]) {
  return (question: Question, answer: boolean | undefined, detail = ""): void => {
    into.push({ side, question, answer: answer === undefined ? "unknown" : answer ? "yes" : "no", detail });
  };
}

/** What the answers of a probe change in how a run goes. */
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
