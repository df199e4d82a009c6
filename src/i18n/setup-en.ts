/** English: the set-up in the browser. */
export const setupEn = {
  "setup.ready":
    "Nothing is set up here yet. Open {link} and follow the steps; nothing is synced before you start it.\nThe link is good once. Ctrl-C ends it; what you have answered is kept.",
  "setup.envAbout": "Settings of copper-mailchimp-sync. Keep this file to yourself: it holds keys.",
  "setup.step": "Step {at} of {of}",
  "setup.back": "Back: {step}",
  "setup.goOn": "Continue",
  "setup.try": "Check and continue",
  "setup.kept":
    "The key is kept on this machine only, in the file .env, which only you can read. It is never shown again.",
  "setup.copper": "Connect Copper",
  "setup.copper.where": "Sign in to Copper as an administrator and make a key for this program:",
  "setup.copper.path": "In Copper: Settings, then Integrations, then API Keys, then Generate API Key.",
  "setup.copper.key": "Copper API key",
  "setup.copper.email": "E-mail address of the key’s owner",
  "setup.copper.there": "Copper is connected with the address {email}. Enter another key only to change it.",
  "setup.copper.not-an-address":
    "This is not an e-mail address. Enter the address with which the key’s owner signs in to Copper.",
  "setup.copper.of-mailchimp":
    "This looks like a Mailchimp key: it ends with a data centre. The Copper key comes first; Mailchimp’s is the next step.",
  "setup.copper.no-ending": "Copper refuses this key.",
  "setup.copper.refused":
    "Copper refuses the key with this address. Either the key is mistyped or was removed, or the address is not that of the key’s owner.",
  "setup.copper.forbidden":
    "Copper knows the key but does not let it in: its owner lacks the rights. Use the key of an administrator.",
  "setup.copper.deactivated": "This Copper account is deactivated. Sign in to Copper to see why.",
  "setup.copper.unreachable":
    "Copper cannot be reached. Check this machine’s network connection and try again; nothing is wrong with the key so far.",
  "setup.copper.not-the-service":
    "Something else than Copper answered. A proxy or a sign-in page of the network may be in between.",
  "setup.mailchimp": "Connect Mailchimp",
  "setup.mailchimp.where": "Sign in to Mailchimp and make a key for this program:",
  "setup.mailchimp.path": "In Mailchimp: Profile, then Extras, then API keys, then Create A Key.",
  "setup.mailchimp.key": "Mailchimp API key",
  "setup.mailchimp.ending": "Copy it whole: its ending (-us21, say) tells where your account lies.",
  "setup.mailchimp.there": "Mailchimp is connected. Enter another key only to change it.",
  "setup.mailchimp.not-an-address": "Mailchimp refuses this key.",
  "setup.mailchimp.of-mailchimp": "Mailchimp refuses this key.",
  "setup.mailchimp.no-ending":
    "The end of the key is missing: it closes with a dash and a data centre, such as -us21. Copy it whole.",
  "setup.mailchimp.refused": "Mailchimp refuses the key. It is mistyped, or it was removed.",
  "setup.mailchimp.forbidden":
    "Mailchimp knows the key but does not let it in: its owner lacks the rights. Use the key of an administrator.",
  "setup.mailchimp.deactivated": "This Mailchimp account is deactivated. Sign in to Mailchimp to see why.",
  "setup.mailchimp.unreachable":
    "Mailchimp cannot be reached. Check this machine’s network connection and the end of the key, then try again.",
  "setup.mailchimp.not-the-service":
    "Something else than Mailchimp answered. A proxy or a sign-in page of the network may be in between.",
  "setup.audience": "Choose the audience",
  "setup.audience.about": "The people of Copper and the contacts of this audience are kept in sync.",
  "setup.audience.size": "{count} {count|contact|contacts}",
  "setup.audience.none": "This Mailchimp account has no audience yet. Make one in Mailchimp, then reload this page.",
  "setup.audience.more": "{count} audiences. One is synced; more can be added later in sync.config.yaml.",
  "setup.reading": "Copper’s people are being read: {count} so far. Reload the page to see more.",
  "setup.fields": "Fields",
  "setup.fields.about":
    "Which field of Copper goes to which field of Mailchimp? Beside each you see what would become of your own people’s values. Nothing is sent by this page.",
  "setup.fields.from": "From Copper",
  "setup.fields.becomes": "For example",
  "setup.fields.tag": "{tag}, {type}",
  "setup.fields.fromFor": "Copper field for “{name}”",
  "setup.fields.wayFor": "Direction of “{name}”",
  "setup.fields.nothing": "(not synced)",
  "setup.fields.look": "Show the examples",
  "setup.fields.notSent": "not synced",
  "setup.fields.nobody": "Nobody has a value here so far.",
  "setup.fields.sentAs": "would be sent as “{value}”",
  "setup.fields.asItIs": "would be sent as they are",
  "setup.fields.othersAsTheyAre": "the others would be sent as they are",
  "setup.fields.cannot": "cannot be sent: {why}",
  "setup.fields.missing": "Fields that Mailchimp does not have yet",
  "setup.fields.missingAbout":
    "A click makes the field in your audience at once. It is the only thing that is changed in Mailchimp before you start.",
  "setup.fields.make": "Make “{name}” in Mailchimp",
  "setup.fields.notMade": "The field was not made. Mailchimp says: {why}",
  "field.address.street": "Street",
  "field.address.city": "City",
  "field.address.state": "State",
  "field.address.postal_code": "Postal code",
  "field.address.country": "Country",
  "setup.people": "Who takes part",
  "setup.people.about":
    "Choose nothing, and everybody in Copper takes part. Otherwise those who have one of the tags and one of the contact types that you choose.",
  "setup.people.tags": "Only people with one of these tags",
  "setup.people.types": "Only people of one of these contact types",
  "setup.people.others": "{count} more",
  "setup.people.count": "{count} of {total} people take part.",
  "setup.people.withAddress": "{count} of them have an e-mail address and can be in Mailchimp.",
  "setup.people.look": "Count",
  "setup.trial": "A first trial",
  "setup.trial.about":
    "You can begin with up to three people, look at the result in both services, and let everybody in afterwards.",
  "setup.trial.skip": "Begin with everybody",
  "setup.trial.search": "Name or address",
  "setup.trial.find": "Search",
  "setup.trial.choose": "Or only with these (up to three)",
  "setup.trial.none": "Nobody who takes part is found.",
  "setup.trial.take": "Begin with those chosen",
  "setup.trial.besides":
    "The address {address} contains one of those chosen, and would be touched as well. Choose other people.",
  "setup.trial.howMany": "Choose one to {most} people, or begin with everybody.",
  "setup.new-contacts": "New contacts",
  "setup.new.consent":
    "You may write to people only if they have agreed, and you answer for that. Whoever has unsubscribed stays unsubscribed, whatever you choose here.",
  "setup.new.toMailchimp": "How should people who are only in Copper be added to Mailchimp?",
  "setup.new.subscribed": "As subscribed",
  "setup.new.subscribed.about":
    "They have agreed already. Campaigns reach them at once, and a welcome automation may write to them.",
  "setup.new.pending": "Ask them first",
  "setup.new.pending.about": "Mailchimp writes to each of them with a link to confirm (double opt-in).",
  "setup.new.transactional": "As not subscribed",
  "setup.new.transactional.about": "They are in the audience, and no campaign reaches them.",
  "setup.new.toCopper": "What about subscribed Mailchimp contacts that Copper does not know?",
  "setup.new.create": "Create them in Copper as people",
  "setup.new.leave": "Leave them in Mailchimp only",
  "setup.new.both": "Please answer both questions.",
  "setup.preview": "Preview",
  "setup.preview.reading": "Reading both sides. Nothing is changed.",
  "setup.preview.means": "What the first sync does",
  "setup.preview.marked":
    "{count} {count|person carries|people carry} the deletion tag and {count|stays|stay} out until you decide.",
  "setup.preview.nothingYet": "Nothing has been changed yet.",
  "setup.preview.start": "Start the first sync",
  "setup.preview.again": "Make the preview again",
  "setup.preview.details": "In detail",
  "setup.started": "The first sync is running",
  "setup.started.about": "You can close this page; the sync goes on by itself.",
  "setup.started.dashboard": "Open the dashboard",
  "setup.started.fromNow": "How it goes on",
  "setup.started.here":
    "As long as “serve” runs, it syncs by itself at the interval that is set. Ctrl-C in its window ends it.",
  "setup.started.cron": "Without an open window, by this machine’s cron:",
  "setup.started.service": "As a service of your user (systemd):",
  "setup.started.files": "What you have answered stands in .env and sync.config.yaml, which you can read and change.",
};

/** The texts of one language: every key of this catalogue. */
export type SetupCatalogue = Readonly<Record<keyof typeof setupEn, string>>;
