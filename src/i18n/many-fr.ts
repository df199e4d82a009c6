/** Français : beaucoup de connexions dans une base, et ceux qui y travaillent. */
import type { ManyCatalogue } from "./many-en.ts";

export const manyFr: ManyCatalogue = {
  "connections.none": "Aucune connexion dans la base. « connections add NOM » en ajoute une.",
  "connections.added": "{name} : ajoutée ({audience}). Prochaine synchronisation : {due}.",
  "connections.addedPaused": "{name} : ajoutée ({audience}), en pause. « connections resume {name} » la lance.",
  "connections.exists":
    "Il y a déjà une connexion « {name} ». Recommencez avec --replace pour mettre celle-ci à sa place.",
  "connections.same": "« {other} » synchronise déjà ce compte et cette audience ; « {name} » n’a pas été ajoutée.",
  "connections.badName": "« {name} » ne peut pas être un nom : lettres, chiffres, - et _ seulement.",
  "connections.badSet": "--set {text} : écrivez NOM=VALEUR avec le nom d’un réglage.",
  "connections.unknown": "Il n’y a pas de connexion « {name} ». « connections list » les montre toutes.",
  "connections.paused": "{name} : en pause. Ce qui est en cours va jusqu’à sa fin.",
  "connections.resumed": "{name} : reprise. Prochaine synchronisation : {due}.",
  "connections.removed": "{name} : retirée avec ses clés. Ce qui a été appris de ses contacts reste dans la base.",
  "connections.needYes": "Recommencez avec --yes pour retirer « {name} » et ses clés de la base.",
  "connections.rotated": "{count} {count|connexion chiffrée|connexions chiffrées} avec la nouvelle clé.",
  "connections.rotatedFile":
    "L’ancienne clé n’est plus dans {file}. Donnez ce fichier aux autres machines avant leur prochaine synchronisation.",
  "connections.needTwo":
    "Écrivez la nouvelle clé avant l’ancienne, séparées par une espace, dans CONNECTIONS_KEY sur chaque machine ; puis recommencez. « connections key » en fabrique une.",
  "connections.keyWritten":
    "Une nouvelle clé est dans {file}, lisible par vous seul. Gardez-en une copie : sans elle, aucun identifiant ne peut être déchiffré.",
  "connections.keyExists": "{file} existe déjà ; « connections rotate » y change la clé.",
  "connections.state.active": "active",
  "connections.state.paused": "en pause",
  "connections.head": "nom|état|audience|dernière réussite|prochaine synchronisation|problème",
  "connections.link": "Valable {days} {days|jour|jours}, pour « {name} » seulement : {link}",
  "connections.sqlite":
    "Beaucoup de connexions demandent PostgreSQL : mettez postgres://… dans DATABASE_URL. Avec SQLite, sync.config.yaml peut en nommer plusieurs.",
  "error.key.missing":
    "Les identifiants des connexions sont chiffrés : renseignez CONNECTIONS_KEY ou CONNECTIONS_KEY_FILE. « connections key FICHIER » fabrique une clé.",
  "error.key.malformed": "CONNECTIONS_KEY doit être 32 octets en base64. « connections key » en fabrique une.",
  "error.key.other":
    "Ces identifiants ont été chiffrés avec une autre clé (empreinte {detail}). Ajoutez cette clé après la première, séparée par une espace.",
  "error.key.unreadable": "Le fichier de CONNECTIONS_KEY_FILE ne peut pas être lu : {detail}.",
  "error.leaseLost":
    "Un autre processus a repris le verrou de cette connexion, parce que celui-ci n’a plus donné signe de vie. Rien d’autre n’a été modifié ; l’autre termine le travail.",
  "worker.ready":
    "Au travail pour {count} {count|connexion|connexions}, {runs} à la fois. Ctrl-C arrête après les requêtes en cours.",
  "worker.ran": "{name} : {outcome}",
  "worker.failed": "{name} : {text}",
  "worker.ended": "Arrêté. Ce qui était en cours est dans le journal ; un autre worker le reprend.",
  "worker.later": "{name} : verrouillée par un autre processus ; nouvel essai.",
  "page.audit": "Qui a fait quoi",
  "audit.at": "Quand",
  "audit.who": "Qui",
  "audit.connection": "Connexion",
  "audit.what": "Quoi",
  "audit.detail": "Détails",
  "audit.none": "Rien pour l’instant.",
  "audit.who.operator": "administrateur",
  "audit.who.client": "client",
  "audit.all": "toutes",
  "audit.add": "connexion ajoutée",
  "audit.replace": "connexion remplacée",
  "audit.pause": "mise en pause",
  "audit.resume": "reprise",
  "audit.remove": "connexion retirée",
  "audit.rotate": "clé de chiffrement changée",
  "audit.link": "lien créé pour le client",
  "audit.plan": "aperçu demandé",
  "audit.sync": "synchronisation demandée",
  "audit.undo": "annulation d’une synchronisation demandée",
  "audit.archive": "personnes archivées",
  "audit.delete": "personnes supprimées",
  "audit.forget": "personnes effacées définitivement",
  "audit.ignore": "personnes laissées telles quelles",
  "audit.restore": "personnes restaurées",
  "connections.badDays": "--days {text} : écrivez un nombre de jours, 1 ou plus.",
  "connections.noAnswer": "La demande a été retirée, ou plus rien n’en est connu.",
};
