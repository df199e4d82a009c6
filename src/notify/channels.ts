/** The channels for alerts. Apart from the sending modules, which are loaded only if there is something to send. */
import { createHash } from "node:crypto";

/** The configured channels; each is "" if unused. */
export interface Channels {
  /** Mail addresses, separated by commas. */
  readonly mail: string;
  /** The mail server: `smtp://user:password@host:587`, or `smtps://…`. */
  readonly smtp: string;
  /** A URL that accepts `{"text": …}` by POST, as Slack, Mattermost and others do. */
  readonly hook: string;
  /** A shell command. It receives the subject as `$SUBJECT` and the text on its standard input. */
  readonly command: string;
}

/** Returns whether any channel is configured. */
export function anyChannel({ mail, hook, command }: Channels): boolean {
  return mail !== "" || hook !== "" || command !== "";
}

/** One place that receives alerts by itself: a recipient, the hook, or the command. */
export interface Place {
  /** Identifies the place without revealing it, since hooks are secret. */
  readonly id: string;
  /** The name shown to people. */
  readonly label: string;
  /** The channels with this place only. */
  readonly only: Channels;
}

/** Splits channels into places, so that a broken one does not cause repeats to the others. */
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
