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
  "rebuild.moved": "The database could not be read. It is kept as {file}; a new one is made from Copper and Mailchimp.",
};

/** The texts of one language: every key of this catalogue. */
export type UpkeepCatalogue = Readonly<Record<keyof typeof upkeepEn, string>>;
