/** French: clients' connections and their access tokens, and error pages. */
import type { ClientsCatalogue } from "./clients-en.ts";

export const clientsFr: ClientsCatalogue = {
  "connections.needDatabase":
    "Les connexions multiples sont gardées dans PostgreSQL : réglez d’abord DATABASE_URL sur postgres://utilisateur:mot-de-passe@hôte/nom.",
  "connections.onlyKeys": "Seules ses clés changent.",
  "connections.replaces": "Ce qui change pour « {name} » :",
  "connections.replaceAsk": "Remplacer « {name} » par cette connexion ?",
  "connections.replaceYes":
    "« {name} » n’a pas été remplacée. Répétez avec --yes si c’est bien cela. Pour d’autres clés seulement : « connections key {name} » ; pour un réglage : « connections set {name} … ».",
  "connections.part.account": "compte et audience",
  "connections.part.audience": "audience",
  "connections.part.state": "état",
  "connections.otherAccount":
    "Ces clés ouvrent un autre compte ou une autre audience que « {name} » ; rien n’a été changé. Pour un autre compte : « connections add {name} --replace ».",
  "connections.keyRenewed": "{name} : les clés sont renouvelées ; tout le reste ne change pas.",
  "connections.whichKeys":
    "Donnez les nouvelles clés dans l’environnement : {people} (avec COPPER_API_EMAIL si elle change aussi), {members}, ou les deux.",
  "connections.askKey": "{name}, nouvelle (vide : reste la même)",
  "connections.notBySet":
    "{setting} dit de quel compte il s’agit, ou est secret. Pour d’autres clés : « connections key {name} » ; pour un autre compte ou une autre audience : « connections add {name} --replace ».",
  "connections.set": "{name} : changée.",
  "connections.taken": "Il y a déjà une connexion « {name} ».",
  "connections.taken.name": "Il y a désormais une connexion « {name} ». Rien n’a été modifié.",
  "connections.taken.scope": "« {name} » synchronise déjà ce compte et cette audience. Rien n’a été modifié.",
  "connections.taken.changed":
    "« {name} » a été modifiée ou retirée entre-temps par quelqu’un d’autre. Rien n’a été modifié ici : regardez-la, puis recommencez.",
  "connections.renamed": "{name} s’appelle désormais {fresh} ; ses liens restent valables.",
  "connections.noLinks": "Aucun lien n’ouvre « {name} ». « connections link {name} » en crée un.",
  "connections.linksHead": "lien|créé|dernière utilisation|valable jusqu’au",
  "connections.linkUnused": "jamais",
  "connections.links": "{count} {count|lien d’accès|liens d’accès} de clients",
  "connections.linkMade": "créé le",
  "connections.linkUsed": "utilisé en dernier le",
  "connections.linkNotUsed": "jamais utilisé",
  "connections.linkUntil": "valable jusqu’au",
  "connections.revoke": "Révoquer",
  "connections.revokeOf": "Révoquer le lien {link} de {name}",
  "connections.revoked": "Lien révoqué, avec les sessions qu’il avait ouvertes.",
  "connections.whichLinks": "Nommez les liens comme « connections links {name} » les montre, ou --all.",
  "connections.unlinked":
    "{name} : {count} {count|lien révoqué|liens révoqués}, avec les sessions {count|qu’il avait|qu’ils avaient} ouvertes.",
  "command.connections.links": "Les liens qui ouvrent une connexion.",
  "command.connections.unlink": "Révoque des liens, avec les sessions qu’ils ont ouvertes.",
  "command.connections.set": "Change des réglages d’une connexion ; tout le reste ne change pas.",
  "command.connections.rename": "Donne un autre nom à une connexion.",
  "option.allLinks": "tous les liens de la connexion",
  "schedule.tooLong":
    "La ligne de crontab dépasserait les {count} caractères que cron accepte : installez le programme dans un dossier au chemin plus court.",
  "outage.away": "{service} ne répond pas",
  "outage.away.text":
    "{service} n’a pas répondu deux fois de suite, pour {name} entre autres. Rien n’est perdu : chaque connexion est réessayée toute seule, de moins en moins souvent.\nUn dernier message vous dira quand ce sera fini.",
  "outage.back": "{service} répond de nouveau",
  "outage.back.text":
    "{service} répond de nouveau : {name} a pu être synchronisée. Les autres connexions suivront à leur prochaine synchronisation. Rien à faire.",
  "progress.waits": "{service} : la limite du compte est atteinte ; la suite dans {seconds} s",
  "serve.opened": "fonctionne de nouveau.",
  "serve.noConnections":
    "La base ne garde encore aucune connexion, et ce dossier n’a pas de réglages à lui. « connections add NOM » ajoute la première ; relancez ensuite « serve ».",
  "wrong.400": "Cette adresse ou ce formulaire contient une erreur. Rien n’a été modifié.",
  "wrong.404": "Il n’y a rien à cette adresse.",
  "wrong.413": "C’est plus que ce qui peut être reçu en une fois. Rien n’a été modifié.",
  "wrong.500":
    "Quelque chose s’est mal passé sur ce serveur ; son journal dit quoi. Réessayez, ou prévenez la personne qui s’en occupe.",
  "wrong.database": "La base de données est momentanément inaccessible. Rien n’est perdu.",
  "wrong.again": "Cette page réessaie d’elle-même, toutes les {seconds} secondes.",
  "wrong.back": "Retour à l’accueil",
  "audit.key": "clés renouvelées",
  "audit.set": "réglages modifiés",
  "audit.rename": "renommée",
  "audit.unlink": "liens révoqués",
  "connections.summary":
    "{attention} {attention|demande|demandent} votre attention · {well} à jour · {paused} en pause",
  "connections.search": "Chercher une connexion",
  "connections.due": "Prochaine synchronisation",
  "connections.pause": "Mettre en pause",
  "connections.resume": "Reprendre",
  "connections.step": "Action",
  "worker.waits":
    "La base de données ne répond pas ({detail}). Nouveaux essais automatiques ; si cela dure, vérifiez DATABASE_URL.",
  "worker.goesOn": "La base de données répond de nouveau.",
};
