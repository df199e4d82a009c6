/** Where somebody is told; apart from the sending, which is loaded only where there is something to tell. */
import { createHash } from "node:crypto";

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

/** One place that is told by itself: a recipient, the hook, the command. */
export interface Place {
  /** What tells it from others, without saying what it is: hooks are secret. */
  readonly id: string;
  /** How people know it. */
  readonly label: string;
  /** This place alone. */
  readonly only: Channels;
}

/** Parts channels into places: one that is broken must not make the others hear everything again. */
export function placesOf(channels: Channels): Place[] {
  const none: Channels = { mail: "", smtp: channels.smtp, hook: "", command: "" };
  const place = (label: string, what: string, only: Partial<Channels>): Place => ({
    id: createHash("sha256").update(`${label} ${what}`).digest("hex").slice(0, 24),
    label,
    only: { ...none, ...only },
  });
  const recipients = [...new Set(channels.mail.split(",").map((one) => one.trim()))].filter((one) => one !== "");
  return [
    ...recipients.map((mail) => place(`mail ${mail}`, "", { mail })),
    ...(channels.hook === "" ? [] : [place("hook", channels.hook, { hook: channels.hook })]),
    ...(channels.command === "" ? [] : [place("command", channels.command, { command: channels.command })]),
  ];
}
