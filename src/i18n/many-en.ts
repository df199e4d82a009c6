/** English: many connections in one database, and those who work for them. */
export const manyEn = {
  "connections.none": "No connections in the database. “connections add NAME” adds one.",
  "connections.added": "{name}: added ({audience}). Next sync: {due}.",
  "connections.addedPaused": "{name}: added ({audience}), paused. “connections resume {name}” starts it.",
  "connections.exists": "There is a connection “{name}” already. Repeat with --replace to put this one in its place.",
  "connections.same": "“{other}” already syncs this account and audience; “{name}” was not added.",
  "connections.badName": "“{name}” cannot be a name: letters, figures, - and _ only.",
  "connections.badSet": "--set {text}: write NAME=VALUE with the name of a setting.",
  "connections.unknown": "There is no connection “{name}”. “connections list” shows all.",
  "connections.paused": "{name}: paused. What is in progress goes on to its end.",
  "connections.resumed": "{name}: resumed. Next sync: {due}.",
  "connections.removed": "{name}: removed with its keys. What was learnt of its contacts stays in the database.",
  "connections.needYes": "Repeat with --yes to take “{name}” and its keys out of the database.",
  "connections.rotated": "{count} {count|connection|connections} encrypted with the new key.",
  "connections.rotatedFile":
    "The old key is no longer in {file}. Give the file to the other machines before their next sync.",
  "connections.needTwo":
    "Write the new key before the old one, with a space between them, into CONNECTIONS_KEY on every machine; then repeat. “connections key” makes a new one.",
  "connections.keyWritten":
    "A new key is in {file}, readable by you only. Keep a copy: without it no credentials can be decrypted.",
  "connections.keyExists": "{file} is there already; “connections rotate” changes the key in it.",
  "connections.state.active": "active",
  "connections.state.paused": "paused",
  "connections.head": "name|state|audience|last success|next sync|problem",
  "connections.link": "Valid for {days} {days|day|days}, for “{name}” only: {link}",
  "connections.sqlite":
    "Many connections need PostgreSQL: set DATABASE_URL to postgres://… With SQLite, sync.config.yaml may name several.",
  "error.key.missing":
    "The credentials of the connections are encrypted: set CONNECTIONS_KEY or CONNECTIONS_KEY_FILE. “connections key FILE” makes a new key.",
  "error.key.malformed": "CONNECTIONS_KEY must be 32 bytes in base64. “connections key” makes one.",
  "error.key.other":
    "These credentials were encrypted with another key (fingerprint {detail}). Add that key after the first one, with a space between them.",
  "error.key.unreadable": "The file of CONNECTIONS_KEY_FILE cannot be read: {detail}.",
  "error.leaseLost":
    "Another process has taken over the lock on this connection, because this one was not heard of for too long. Nothing more was changed; the other one finishes the work.",
  "worker.ready":
    "Working for {count} {count|connection|connections}, {runs} at a time. Ctrl-C stops after the requests in progress.",
  "worker.ran": "{name}: {outcome}",
  "worker.failed": "{name}: {text}",
  "worker.ended": "Stopped. What was in progress is in the journal; another worker goes on from there.",
  "worker.later": "{name}: locked by another process; tried again.",
  "page.audit": "Who did what",
  "audit.at": "When",
  "audit.who": "Who",
  "audit.connection": "Connection",
  "audit.what": "What",
  "audit.detail": "Details",
  "audit.none": "Nothing yet.",
  "audit.who.operator": "administrator",
  "audit.who.client": "client",
  "audit.all": "all",
  "audit.add": "connection added",
  "audit.replace": "connection replaced",
  "audit.pause": "paused",
  "audit.resume": "resumed",
  "audit.remove": "connection removed",
  "audit.rotate": "encryption key changed",
  "audit.link": "link for the client made",
  "audit.plan": "preview requested",
  "audit.sync": "sync requested",
  "audit.undo": "undo of a sync requested",
  "audit.archive": "people archived",
  "audit.delete": "people deleted",
  "audit.forget": "people erased for good",
  "audit.ignore": "people left as they are",
  "audit.restore": "people restored",
  "connections.badDays": "--days {text}: write a number of days, 1 or more.",
  "connections.noAnswer": "It was taken back, or nothing is known of it any more.",
};

/** The texts of one language: every key of this catalogue. */
export type ManyCatalogue = Readonly<Record<keyof typeof manyEn, string>>;
