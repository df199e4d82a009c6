/** Where somebody is told; apart from the sending, which is loaded only where there is something to tell. */

/** Where to tell; empty for nowhere. */
export interface Channels {
  /** Addresses, by comma. */
  readonly mail: string;
  /** `smtp://user:password@host:587`, or `smtps://…`. */
  readonly smtp: string;
  /** Takes `{"text": …}` by POST, as Slack, Mattermost and others do. */
  readonly hook: string;
  /** Gets the subject as `$SUBJECT` and the text on its standard input. */
  readonly command: string;
}

/** Whether there is anybody to tell. */
export function anyChannel({ mail, hook, command }: Channels): boolean {
  return mail !== "" || hook !== "" || command !== "";
}
