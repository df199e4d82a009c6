/** French: the set-up in the browser. */
import type { SetupCatalogue } from "./setup-en.ts";

export const setupFr: SetupCatalogue = {
  "setup.orMany":
    "Pour les comptes de nombreux clients, définissez CONNECTIONS_KEY et utilisez plutôt « connections add NOM ».",
  "setup.ready":
    "Rien n’est encore configuré ici. Ouvrez {link} et suivez les étapes ; rien n’est synchronisé avant que vous ne le lanciez.\nLe lien ne sert qu’une fois. Ctrl-C arrête ; vos réponses sont conservées.",
  "setup.envAbout": "Réglages de copper-mailchimp-sync. Gardez ce fichier pour vous : il contient des clés.",
  "init.choose": "(choisissez)",
  "setup.step": "Étape {at} sur {of}",
  "setup.back": "Retour : {step}",
  "setup.goOn": "Continuer",
  "setup.try": "Vérifier et continuer",
  "setup.kept":
    "La clé reste sur cette machine, dans le fichier .env que vous seul pouvez lire. Elle n’est plus jamais affichée.",
  "setup.copper": "Connecter {Copper}",
  "setup.copper.where": "Connectez-vous à {Copper} comme administrateur et créez une clé pour ce programme :",
  "setup.copper.path": "Dans {Copper} : Settings, puis Integrations, puis API Keys, puis Generate API Key.",
  "setup.copper.key": "Clé API {Copper}",
  "setup.copper.email": "Adresse e-mail de la personne à qui appartient la clé",
  "setup.copper.there": "{Copper} est connecté avec l’adresse {email}. Ne saisissez une autre clé que pour en changer.",
  "setup.copper.not-an-address":
    "Ceci n’est pas une adresse e-mail. Saisissez celle avec laquelle la personne à qui appartient la clé se connecte à {Copper}.",
  "setup.copper.no-ending": "{Copper} refuse cette clé.",
  "setup.copper.refused":
    "{Copper} refuse la clé avec cette adresse. Soit la clé est mal saisie ou a été supprimée, soit l’adresse n’est pas celle de la personne à qui elle appartient.",
  "setup.copper.forbidden":
    "{Copper} connaît la clé mais ne la laisse pas entrer : les droits manquent. Utilisez la clé d’un administrateur.",
  "setup.copper.deactivated": "Ce compte {Copper} est désactivé. Connectez-vous à {Copper} pour savoir pourquoi.",
  "setup.copper.unreachable":
    "{Copper} ne répond pas. Vérifiez la connexion réseau de cette machine et réessayez ; la clé n’est pas en cause pour l’instant.",
  "setup.copper.not-the-service":
    "Autre chose que {Copper} a répondu. Un proxy ou une page de connexion du réseau se trouve peut-être entre les deux.",
  "setup.audience": "Choisir l’audience",
  "setup.audience.about": "Les personnes de {Copper} et les contacts de cette audience sont synchronisés.",
  "setup.audience.size": "{count} {count|contact|contacts}",
  "setup.audience.none":
    "Ce compte {Mailchimp} n’a pas encore d’audience. Créez-en une dans {Mailchimp}, puis rechargez cette page.",
  "setup.audience.more":
    "{count} audiences. Une seule est synchronisée ; d’autres peuvent être ajoutées plus tard dans sync.config.yaml.",
  "setup.reading":
    "Les personnes de {Copper} sont en cours de lecture : {count} pour l’instant. Rechargez la page pour en voir plus.",
  "setup.fields": "Champs",
  "setup.fields.about":
    "Quel champ de {Copper} va vers quel champ de {Mailchimp} ? À côté de chacun, vous voyez ce que deviendraient les valeurs de vos propres contacts. Cette page n’envoie rien.",
  "setup.fields.from": "Depuis {Copper}",
  "setup.fields.becomes": "Par exemple",
  "setup.fields.tag": "{tag}, {type}",
  "setup.fields.fromFor": "Champ de {Copper} pour « {name} »",
  "setup.fields.wayFor": "Sens de « {name} »",
  "setup.fields.nothing": "(non synchronisé)",
  "setup.fields.look": "Montrer les exemples",
  "setup.fields.notSent": "non synchronisé",
  "setup.fields.nobody": "Personne n’a encore de valeur ici.",
  "setup.fields.sentAs": "serait envoyé sous la forme « {value} »",
  "setup.fields.asItIs": "seraient envoyées telles quelles",
  "setup.fields.othersAsTheyAre": "les autres seraient envoyées telles quelles",
  "setup.fields.cannot": "ne peut pas être envoyé : {why}",
  "setup.fields.missing": "Champs que {Mailchimp} n’a pas encore",
  "setup.fields.missingAbout":
    "Un clic crée aussitôt le champ dans votre audience. C’est la seule chose modifiée dans {Mailchimp} avant que vous ne lanciez la synchronisation.",
  "setup.fields.make": "Créer « {name} » dans {Mailchimp}",
  "setup.fields.notMade": "Le champ n’a pas été créé. {Mailchimp} répond : {why}",
  "field.address.street": "Rue",
  "field.address.city": "Ville",
  "field.address.state": "État ou canton",
  "field.address.postal_code": "Code postal",
  "field.address.country": "Pays",
  "setup.people": "Qui participe",
  "setup.people.about":
    "Sans choix, toutes les personnes de {Copper} participent. Sinon, celles qui ont un des tags et un des types de contact choisis.",
  "setup.people.tags": "Seulement les personnes avec un de ces tags",
  "setup.people.types": "Seulement les personnes d’un de ces types de contact",
  "setup.people.others": "{count} de plus",
  "setup.people.count": "{count} personnes sur {total} participent.",
  "setup.people.withAddress": "{count} d’entre elles ont une adresse e-mail et peuvent être dans {Mailchimp}.",
  "setup.people.look": "Compter",
  "setup.trial": "Un premier essai",
  "setup.trial.about":
    "Vous pouvez commencer avec trois personnes au plus, regarder le résultat dans les deux services, puis ouvrir à tout le monde.",
  "setup.trial.skip": "Commencer avec tout le monde",
  "setup.trial.search": "Nom ou adresse",
  "setup.trial.find": "Chercher",
  "setup.trial.choose": "Ou seulement avec ces personnes (trois au plus)",
  "setup.trial.none": "Aucune personne participante trouvée.",
  "setup.trial.take": "Commencer avec les personnes choisies",
  "setup.trial.besides":
    "L’adresse {address} contient l’une de celles choisies et serait touchée aussi. Choisissez d’autres personnes.",
  "setup.trial.howMany": "Choisissez de une à {most} personnes, ou commencez avec tout le monde.",
  "setup.new-contacts": "Nouveaux contacts",
  "setup.new.consent":
    "Vous ne pouvez écrire qu’aux personnes qui l’ont accepté, et vous en répondez. Les désabonnés restent désabonnés, quel que soit votre choix ici.",
  "setup.new.toMailchimp": "Comment ajouter à {Mailchimp} les personnes qui ne sont que dans {Copper} ?",
  "setup.new.subscribed": "Comme abonnés",
  "setup.new.subscribed.about":
    "Ces personnes ont déjà accepté. Les campagnes leur parviennent aussitôt, et un message de bienvenue automatique peut partir.",
  "setup.new.pending": "Leur demander d’abord",
  "setup.new.pending.about": "{Mailchimp} écrit à chaque personne avec un lien de confirmation (double opt-in).",
  "setup.new.transactional": "Comme non abonnés",
  "setup.new.transactional.about": "Ils figurent dans l’audience, et aucune campagne ne leur parvient.",
  "setup.new.toCopper": "Et les contacts {Mailchimp} abonnés que {Copper} ne connaît pas ?",
  "setup.new.create": "Les créer dans {Copper} comme personnes",
  "setup.new.leave": "Les laisser dans {Mailchimp} seulement",
  "setup.new.both": "Veuillez répondre aux deux questions.",
  "setup.preview": "Aperçu",
  "setup.preview.reading": "Lecture des deux côtés. Rien n’est modifié.",
  "setup.preview.means": "Ce que fait la première synchronisation",
  "setup.preview.marked":
    "{count} {count|personne porte|personnes portent} le tag de suppression et {count|reste|restent} de côté jusqu’à votre décision.",
  "setup.preview.nothingYet": "Rien n’a encore été modifié.",
  "setup.preview.start": "Lancer la première synchronisation",
  "setup.preview.again": "Refaire l’aperçu",
  "setup.preview.details": "En détail",
  "setup.started": "La première synchronisation est en cours",
  "setup.started.about": "Vous pouvez fermer cette page ; la synchronisation continue d’elle-même.",
  "setup.started.dashboard": "Ouvrir le tableau de bord",
  "setup.started.fromNow": "Et ensuite",
  "setup.started.here":
    "Tant que « serve » tourne, la synchronisation se fait d’elle-même à l’intervalle choisi. Ctrl-C dans sa fenêtre l’arrête.",
  "setup.started.cron": "Sans fenêtre ouverte, par le cron de cette machine :",
  "setup.started.service": "Comme service de votre utilisateur (systemd) :",
  "setup.started.files": "Vos réponses se trouvent dans .env et sync.config.yaml, que vous pouvez lire et modifier.",
};
