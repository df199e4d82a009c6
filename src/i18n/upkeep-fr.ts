/** Français : ce qui se fait de temps en temps — reconstruire, demandes d’accès et d’effacement, découvrir, prévenir. */
import type { UpkeepCatalogue } from "./upkeep-en.ts";

export const upkeepFr: UpkeepCatalogue = {
  "command.export": "Tout ce qui est conservé sur une adresse, en JSON (demande d’accès).",
  "command.forget": "Retire une adresse de la base et des journaux (demande d’effacement).",
  "option.out": "écrire dans ce fichier, lisible par vous seul",
  "option.rebuild": "ne pas croire la base : retrouver qui est qui",
  "address.none": "{address} ne peut pas être une adresse e-mail.",
  "address.exported": "{count} {count|entrée écrite|entrées écrites} dans {file}.",
  "address.needYes":
    "{count} {count|entrée|entrées} sur {address} {count|disparaîtrait|disparaîtraient} pour de bon : répétez avec --yes. « export » les montre d’abord.",
  "address.unknown": "Rien n’est conservé sur {address}.",
  "address.forgotten":
    "{address} est oubliée ici : {count} {count|entrée|entrées} de la base, {lines} {lines|ligne|lignes} des journaux. Qui est encore dans Copper ou dans l’audience revient à la prochaine synchronisation : supprimez-le d’abord là-bas (« deletions delete --forget »).",
  "error.databaseLost":
    "La base n’a plus pu être utilisée ({detail}). Le disque est-il plein, le fichier verrouillé, le serveur arrêté ? Ce qui a été envoyé est dans le journal ; la prochaine synchronisation reprend là.",
  "option.probe": "découvrir avec un contact jetable ce que font les services (demande d’abord)",
  "option.probeYes": "sonder sans demander",
  "probe.ask":
    "Créer une personne jetable dans Copper et un membre dans l’audience (aucune campagne ne l’atteint), regarder comment les deux services les traitent, et les retirer ?",
  "probe.needYes": "La sonde crée et retire un contact jetable : répétez avec --yes.",
  "probe.going": "Sonde en cours…",
  "probe.line": "{text} : {answer}",
  "probe.yes": "oui",
  "probe.no": "non",
  "probe.unknown": "pas découvert",
  "probe.other": "← pas comme nous le pensions",
  "probe.send":
    "Ce qui a été trouvé est gardé pour la suite. Rien n’y est personnel : avec --json, vous pouvez nous l’envoyer tel quel, cela aide.",
  "probe.tags-lower-case": "{service} rend les tags en minuscules",
  "probe.tags-emoji": "{service} garde les emojis dans les tags",
  "probe.tags-cleared": "{service} vide les tags par une liste vide",
  "probe.doubled-refused": "{service} refuse une deuxième personne avec la même adresse",
  "probe.doubled-case-refused": "… aussi avec d’autres majuscules",
  "probe.doubled-second-refused": "… aussi comme deuxième adresse",
  "probe.dates-inclusive": "Les filtres de dates de {service} incluent leur borne",
  "probe.search-lag": "La recherche de {service} est en retard sur une écriture, en secondes",
  "probe.tags-move-person": "Un changement de tags seul déplace la date de modification de {service}",
  "probe.person-moves-by-itself": "{service} modifie de lui-même une nouvelle personne",
  "probe.bulk-updates": "{service} prend beaucoup de mises à jour à la fois, sans statut",
  "probe.bulk-keeps-status": "… et laisse le statut tel quel",
  "probe.tags-move-member": "Un changement de tags seul déplace la date de modification de {service}",
  "probe.tags-ignore-case": "{service} compare les tags sans égard aux majuscules",
  "probe.removed": "Le contact jetable de {service} est retiré",
  "where.NOTIFY_SMTP_URL": "Chez votre fournisseur de courrier : smtp://utilisateur:motdepasse@serveur:587.",
  "notify.subject": "{count} {count|affaire vous attend|affaires vous attendent}",
  "notify.more": "et {count} de plus",
  "notify.report": "Le rapport : copper-mailchimp-sync runs show {run}",
  "notify.refused": "Le passage s’est refusé : trop de contacts seraient partis",
  "notify.refused.do":
    "Regardez le plan (« plan »). S’il est juste, laissez-le passer avec « sync --yes » ; rien n’a été écrit.",
  "notify.failing": "La synchronisation ne marche plus",
  "notify.failing.do": "« doctor » dit ce qui ne va pas et quoi faire.",
  "notify.well-again": "La synchronisation marche à nouveau",
  "notify.well-again.do": "Rien à faire.",
  "notify.marked": "{count} {count|personne est marquée|personnes sont marquées} pour suppression",
  "notify.marked.do": "Décidez dans le tableau de bord (« serve ») ou avec « deletions review ».",
  "notify.aside":
    "{count} {count|contact a échoué cinq fois et est mis|contacts ont échoué cinq fois et sont mis} de côté",
  "notify.aside.do": "Le rapport dit pourquoi ; « sync --retry-rejected » essaie de nouveau.",
  "notify.rejected": "Mailchimp refuse {count} {count|adresse|adresses}",
  "notify.rejected.do": "Corrigez l’adresse dans Copper, ou envoyez le lien d’inscription que le rapport montre.",
  "notify.conflict": "{count} {count|adresse appartient|adresses appartiennent} à quelqu’un d’autre",
  "notify.conflict.do": "Deux fiches ont la même adresse : corrigez l’une d’elles dans Copper ou Mailchimp.",
  "notify.week": "la semaine",
  "notify.week.runs": "{count} {count|passage|passages}, dont {well} {well|réussi|réussis}.",
  "notify.week.copper": "Copper : {created} {created|créée|créées}, {updated} {updated|mise|mises} à jour.",
  "notify.week.mailchimp":
    "Mailchimp : {created} {created|créé|créés}, {updated} {updated|mis|mis} à jour, {archived} {archived|archivé|archivés}.",
  "command.webhooks":
    "S’abonne aux notifications des deux services : les changements sont suivis en quelques secondes.",
  "option.url": "l’adresse sous laquelle les deux services atteignent « serve » du dehors",
  "webhooks.needUrl":
    "Dites où les deux services atteignent « serve » du dehors : --url https://… (un proxy devant DASHBOARD_PORT).",
  "webhooks.none": "Pas de webhooks.",
  "webhooks.status": "{url} : {copper} abonnements sur 3 dans Copper, {mailchimp} sur 1 dans Mailchimp.",
  "webhooks.installed": "Abonné : les deux services préviennent {url}. « serve » doit rester en marche.",
  "webhooks.removed": "Désabonné ; les passages à intervalle continuent comme avant.",
  "init.fields": "Les deux côtés ont ces champs ; lesquels garder synchronisés ?",
  "init.yaml": "Autres champs et réglages plus fins : docs/fr/DOCUMENTATION.md.",
  "rebuild.moved":
    "La base n’a pas pu être lue. Elle est conservée sous {file} ; une nouvelle est faite à partir de Copper et de Mailchimp.",
};
