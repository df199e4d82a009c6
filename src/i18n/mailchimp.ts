/**
 * Texts about Mailchimp's own ways, in both languages: its menus, its keys, what it bills for. All other texts name it as
 * `{Mailchimp}`.
 */

/** English. */
export const mailchimpEn = {
  "growth.welcome":
    "If the audience has an automation that welcomes new subscribers, it may write to them: look in Mailchimp under Automations.",
  "growth.billable":
    "Contacts that count for the price of Mailchimp: from {from} to {to} (subscribed, unsubscribed and non-subscribed; archived and cleaned ones are free).",
  "where.MAILCHIMP_API_KEY": "In Mailchimp: Profile → Extras → API keys.",
  "where.MAILCHIMP_DC": "The end of the Mailchimp key, after the dash (us21, for example).",
  "where.MAILCHIMP_LIST_ID": "In Mailchimp: Audience → Settings → Audience name and defaults → Audience ID.",
  "setup.copper.of-the-other":
    "This looks like a Mailchimp key: it ends with a data centre. The Copper key comes first; Mailchimp’s is the next step.",
  "setup.mailchimp": "Connect Mailchimp",
  "setup.mailchimp.where": "Sign in to Mailchimp and make a key for this program:",
  "setup.mailchimp.path": "In Mailchimp: Profile, then Extras, then API keys, then Create A Key.",
  "setup.mailchimp.key": "Mailchimp API key",
  "setup.mailchimp.ending": "Copy it whole: its ending (-us21, say) tells where your account lies.",
  "setup.mailchimp.there": "Mailchimp is connected. Enter another key only to change it.",
  "setup.mailchimp.not-an-address": "Mailchimp refuses this key.",
  "setup.mailchimp.of-the-other": "Mailchimp refuses this key.",
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
} as const;

/** French. */
export const mailchimpFr: Readonly<Record<keyof typeof mailchimpEn, string>> = {
  "growth.welcome":
    "Si l’audience a une automatisation qui accueille les nouveaux abonnés, elle peut leur écrire : regardez dans Mailchimp sous Automatisations.",
  "growth.billable":
    "Contacts qui comptent dans le prix de Mailchimp : de {from} à {to} (abonnés, désabonnés et non abonnés ; archivés et nettoyés sont gratuits).",
  "where.MAILCHIMP_API_KEY": "Dans Mailchimp : Profile → Extras → API keys.",
  "where.MAILCHIMP_DC": "La fin de la clé Mailchimp, après le tiret (us21, par exemple).",
  "where.MAILCHIMP_LIST_ID":
    "Dans Mailchimp : Audience → Paramètres → Nom et valeurs par défaut → Identifiant d’audience.",
  "setup.copper.of-the-other":
    "Cela ressemble à une clé Mailchimp : elle se termine par un centre de données. D’abord la clé Copper ; celle de Mailchimp vient à l’étape suivante.",
  "setup.mailchimp": "Connecter Mailchimp",
  "setup.mailchimp.where": "Connectez-vous à Mailchimp et créez une clé pour ce programme :",
  "setup.mailchimp.path": "Dans Mailchimp : Profile, puis Extras, puis API keys, puis Create A Key.",
  "setup.mailchimp.key": "Clé API Mailchimp",
  "setup.mailchimp.ending": "Copiez-la en entier : sa fin (-us21, par exemple) dit où se trouve votre compte.",
  "setup.mailchimp.there": "Mailchimp est connecté. Ne saisissez une autre clé que pour en changer.",
  "setup.mailchimp.not-an-address": "Mailchimp refuse cette clé.",
  "setup.mailchimp.of-the-other": "Mailchimp refuse cette clé.",
  "setup.mailchimp.no-ending":
    "La fin de la clé manque : elle se termine par un tiret et un centre de données, comme -us21. Copiez-la en entier.",
  "setup.mailchimp.refused": "Mailchimp refuse la clé. Elle est mal saisie ou a été supprimée.",
  "setup.mailchimp.forbidden":
    "Mailchimp connaît la clé mais ne la laisse pas entrer : les droits manquent. Utilisez la clé d’un administrateur.",
  "setup.mailchimp.deactivated": "Ce compte Mailchimp est désactivé. Connectez-vous à Mailchimp pour savoir pourquoi.",
  "setup.mailchimp.unreachable":
    "Mailchimp ne répond pas. Vérifiez la connexion réseau de cette machine et la fin de la clé, puis réessayez.",
  "setup.mailchimp.not-the-service":
    "Autre chose que Mailchimp a répondu. Un proxy ou une page de connexion du réseau se trouve peut-être entre les deux.",
};
