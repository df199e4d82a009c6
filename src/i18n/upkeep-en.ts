/** English: what is done now and then — rebuilding, access and erasure requests, finding out, telling. */
export const upkeepEn = {
  "command.export": "Everything that is kept of one address, as JSON (an access request).",
  "command.forget": "Takes one address out of the database and the logs (an erasure request).",
  "option.out": "write to this file, readable by you only",
  "option.rebuild": "do not believe the database: find out again who is who",
  "address.none": "{address} cannot be an e-mail address.",
  "address.exported": "{count} {count|entry|entries} written to {file}.",
  "address.needYes":
    "{count} {count|entry|entries} about {address} would go for good: repeat with --yes. “export” shows them first.",
  "address.unknown": "Nothing is kept about {address}.",
  "address.forgotten":
    "{address} is forgotten here: {count} {count|entry|entries} of the database, {lines} {lines|line|lines} of the logs. Who is still in Copper or in the audience comes again with the next run: delete him there first (“deletions delete --forget”).",
  "error.databaseLost":
    "The database could not be used any further ({detail}). Is the disk full, the file locked, the server down? What was sent is in the journal; the next run goes on from there.",
  "option.probe": "find out with a throwaway contact what the services do (asks first)",
  "option.probeYes": "probe without asking",
  "probe.ask":
    "Make one throwaway person in Copper and one member in the audience (no campaign reaches him), look how both services treat them, and take them away again?",
  "probe.needYes": "A probe makes and removes one throwaway contact: repeat with --yes.",
  "probe.going": "Probing…",
  "probe.line": "{text}: {answer}",
  "probe.yes": "yes",
  "probe.no": "no",
  "probe.unknown": "not found out",
  "probe.other": "← not as we believed",
  "probe.send":
    "What was found is kept for later runs. It holds nothing personal: with --json it can be sent to us as it is, and helps.",
  "probe.tags-lower-case": "{service} answers tags in lower case",
  "probe.tags-emoji": "{service} keeps emoji in tags",
  "probe.tags-cleared": "{service} clears tags by an empty list",
  "probe.doubled-refused": "{service} refuses a second person with the same address",
  "probe.doubled-case-refused": "… also in another case",
  "probe.doubled-second-refused": "… also as a second address",
  "probe.dates-inclusive": "{service}’s date filters include their bound",
  "probe.search-lag": "{service}’s search lags behind a write, in seconds",
  "probe.tags-move-person": "A change of tags alone moves {service}’s time of change",
  "probe.person-moves-by-itself": "{service} changes a new person by itself",
  "probe.bulk-updates": "{service} takes many updates at once without a status",
  "probe.bulk-keeps-status": "… and leaves the status as it is",
  "probe.tags-move-member": "A change of tags alone moves {service}’s time of change",
  "probe.tags-ignore-case": "{service} compares tags without regard to case",
  "probe.removed": "{service}’s throwaway contact is gone again",
  "rebuild.moved": "The database could not be read. It is kept as {file}; a new one is made from Copper and Mailchimp.",
};

/** The texts of one language: every key of this catalogue. */
export type UpkeepCatalogue = Readonly<Record<keyof typeof upkeepEn, string>>;
