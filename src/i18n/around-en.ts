/** English: decisions, notices, webhooks, and conflicting settings. */
export const aroundEn = {
  "deletions.vanished": "{name}: no longer in {Copper}; taken off the list",
  "deletions.there": "{name}: is in {Copper} after all; nothing was done",
  "deletions.unfinished": "{name}: begun, not finished ({detail}); the next sync finishes it",
  "deletions.leftOut": "— without what no longer exists in {Copper}: {list}",
  "deletions.memberStays": "— in {Mailchimp} the contact stays as it is: it changed since it was archived",
  "review.did.vanished": "{count} no longer in {Copper}",
  "review.did.there": "{count} still in {Copper}",
  "review.did.unfinished": "{count} not finished yet",
  "note.undo-left-alone": "not changed: marked for deletion, archived, or outside ONLY or the filter by now",
  "note.undo-unseen": "could not be read this time, so nothing was changed; undo again later",
  "kind.decisions": "Decisions on people marked for deletion",
  "reason.probe": "made for the check",
  "kind.probe": "Clean-up after the check of both services",
  "note.undo-comes-again": "restored, but the next sync changes it again: the other side still asks for it",
  "notify.logs": "The log cannot be written; everything else goes on",
  "notify.logs.do": "Free some space on the disk, or set LOG_DIR to a folder that can be written.",
  "notify.channel": "{count} {count|recipient|recipients} cannot be told",
  "notify.channel.do": "Correct NOTIFY_MAIL, NOTIFY_SMTP_URL, NOTIFY_HOOK or NOTIFY_COMMAND.",
  "note.log-unwritable": "the log cannot be written; everything else goes on",
  "webhooks.plainUrl":
    "The address must have neither “?” nor “#” nor a user in it: the services add a path of their own to it.",
  "webhooks.notRemoved": "Not unsubscribed everywhere: the secret is kept. “webhooks remove” tries again.",
  "webhooks.partly": "Not subscribed. Correct what is said above, then “webhooks install” again.",
  "webhooks.asBefore":
    "Not subscribed anew; what was there before stays. Correct what is said above, then “webhooks install” again.",
  "webhooks.left":
    "{count} earlier {count|subscription|subscriptions} could not be taken away yet: “webhooks remove” tries again.",
  "engagement.marked": "{Mailchimp} campaign ({mark}) “{subject}”: {list}",
  "setting.atLine": "{name}, line {line}",
  "setting.didYouMean": "Did you mean “{meant}”?",
  "setting.oneOf": "It must be one of: {meant}.",
  "setting.unknown-key": "{name}: “{detail}” is not known.",
  "setting.yaml-value": "{name}: “{detail}” is not understood.",
  "setting.key-here":
    "{name}: “{detail}” is a key, and keys do not stand in this file: put it into .env under a name of its own and write $THAT_NAME here.",
  "setting.names-nothing":
    "{name}: {meant} names “{detail}”, which neither the environment nor .env has: add {detail}=… to .env.",
  "setting.names-itself":
    "{name}: {detail} names itself. Leave the line out to use the one of .env, or put this connection’s own into .env as {meant}=… and write that name here, after a “$”.",
  "setting.twice": "{name}: there are two connections “{detail}”. Give one of them another name.",
  "setting.clash": "{name}: the tag “{detail}” would mean two things ({meant}). Choose another name for one of them.",
  "setting.two-files":
    "{name} stands beside sync.config.yaml and is not read: put what is to hold into sync.config.yaml and delete {name}.",
  "setting.other-file": "{name} is not read: rename it to sync.config.yaml.",
} as const;

/** The texts of one language: every key of this catalogue. */
export type AroundCatalogue = Readonly<Record<keyof typeof aroundEn, string>>;
