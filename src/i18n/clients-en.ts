/** English: clients' connections and their access tokens, and error pages. */
export const clientsEn = {
  "connections.needDatabase":
    "Many connections are kept in PostgreSQL: set DATABASE_URL to postgres://user:password@host/name first.",
  "connections.onlyKeys": "Only its keys change.",
  "connections.replaces": "What changes of “{name}”:",
  "connections.replaceAsk": "Replace “{name}” with this connection?",
  "connections.replaceYes":
    "“{name}” was not replaced. Repeat with --yes if this is right. For other keys alone: “connections key {name}”; for one setting: “connections set {name} …”.",
  "connections.part.account": "account and audience",
  "connections.part.audience": "audience",
  "connections.part.state": "state",
  "connections.otherAccount":
    "These keys open another account or audience than “{name}” has; nothing was changed. For another account: “connections add {name} --replace”.",
  "connections.keyRenewed": "{name}: the keys are renewed; everything else stays.",
  "connections.whichKeys":
    "Give the new keys in the environment: {people} (with COPPER_API_EMAIL if it changes too), {members}, or both.",
  "connections.askKey": "{name}, new (blank: stays as it is)",
  "connections.notBySet":
    "{setting} says which account it is, or is secret. For other keys: “connections key {name}”; for another account or audience: “connections add {name} --replace”.",
  "connections.set": "{name}: changed.",
  "connections.taken": "There is a connection “{name}” already.",
  "connections.taken.name": "There is a connection “{name}” by now. Nothing was changed.",
  "connections.taken.scope": "“{name}” already syncs this account and audience. Nothing was changed.",
  "connections.taken.changed":
    "“{name}” was changed or removed by somebody else meanwhile. Nothing was changed here: look at it, and try again.",
  "connections.renamed": "{name} is called {fresh} from now on; its links stay valid.",
  "connections.noLinks": "No link opens “{name}”. “connections link {name}” makes one.",
  "connections.linksHead": "link|made|last used|valid until",
  "connections.linkUnused": "never",
  "connections.links": "{count} sign-in {count|link|links} of clients",
  "connections.linkMade": "made",
  "connections.linkUsed": "last used",
  "connections.linkNotUsed": "never used",
  "connections.linkUntil": "valid until",
  "connections.revoke": "Revoke",
  "connections.revokeOf": "Revoke the link {link} of {name}",
  "connections.revoked": "Link revoked, with the sessions that it opened.",
  "connections.whichLinks": "Name the links as “connections links {name}” shows them, or --all.",
  "connections.unlinked": "{name}: {count} {count|link|links} revoked, with the sessions that they opened.",
  "command.connections.links": "The links that open a connection.",
  "command.connections.unlink": "Revokes links, with the sessions that they opened.",
  "command.connections.set": "Changes settings of a connection; everything else stays.",
  "command.connections.rename": "Gives a connection another name.",
  "option.allLinks": "all links of the connection",
  "schedule.tooLong":
    "The crontab line would be longer than the {count} characters that cron takes: install the program in a folder with a shorter path.",
  "outage.away": "{service} cannot be reached",
  "outage.away.text":
    "{service} could not be reached twice in a row, by {name} among others that use it. Nothing is lost: every connection is tried again by itself, less and less often.\nYou are told once more when it is over.",
  "outage.back": "{service} can be reached again",
  "outage.back.text":
    "{service} can be reached again: {name} has synced. The other connections follow at their next sync. Nothing to do.",
  "progress.waits": "{service}: the account’s limit is used up; going on in {seconds} s",
  "serve.opened": "works again.",
  "serve.noConnections":
    "The database keeps no connections yet, and this folder has no settings of its own. “connections add NAME” adds the first; then start “serve” again.",
  "wrong.400": "This address or form says something that cannot be. Nothing was changed.",
  "wrong.404": "There is nothing at this address.",
  "wrong.413": "That is more than can be taken at once. Nothing was changed.",
  "wrong.500": "Something went wrong on this server; its log says what. Try again, or tell whoever looks after it.",
  "wrong.database": "The database cannot be reached at the moment. Nothing is lost.",
  "wrong.again": "This page tries again by itself, every {seconds} seconds.",
  "wrong.back": "Back to Home",
  "audit.key": "keys renewed",
  "audit.set": "settings changed",
  "audit.rename": "renamed",
  "audit.unlink": "links revoked",
  "connections.summary": "{attention} {attention|needs|need} your attention · {well} up to date · {paused} paused",
  "connections.search": "Search connections",
  "connections.due": "Next sync",
  "connections.pause": "Pause",
  "connections.resume": "Resume",
  "connections.step": "Action",
  "worker.waits": "The database does not answer ({detail}). Tried again by itself; if this lasts, check DATABASE_URL.",
  "worker.goesOn": "The database answers again.",
} as const;

/** The texts of one language: every key of this catalogue. */
export type ClientsCatalogue = Readonly<Record<keyof typeof clientsEn, string>>;
