/** French: decisions, notices, webhooks, and conflicting settings. */
import type { AroundCatalogue } from "./around-en.ts";

export const aroundFr: AroundCatalogue = {
  "deletions.vanished": "{name} : n’est plus dans {Copper} ; fiche retirée de la liste",
  "deletions.there": "{name} : est toujours dans {Copper} ; rien n’a été fait",
  "deletions.unfinished": "{name} : commencé, pas terminé ({detail}) ; la prochaine synchronisation le termine",
  "deletions.leftOut": "— sans ce qui n’existe plus dans {Copper} : {list}",
  "deletions.memberStays": "— dans {Mailchimp}, le contact reste tel quel : il a changé depuis son archivage",
  "review.did.vanished": "{count} n’{count|est|sont} plus dans {Copper}",
  "review.did.there": "{count} toujours dans {Copper}",
  "review.did.unfinished": "{count} pas encore {count|terminée|terminées}",
  "note.undo-left-alone": "non modifié : à supprimer, archivé, ou hors de ONLY ou du filtre désormais",
  "note.undo-unseen": "illisible cette fois, donc rien n’a été modifié ; annulez de nouveau plus tard",
  "kind.decisions": "Décisions sur les personnes à supprimer",
  "reason.probe": "créé pour la vérification",
  "kind.probe": "Nettoyage après la vérification des deux services",
  "note.undo-comes-again":
    "rétabli, mais la prochaine synchronisation le modifiera de nouveau : l’autre côté le demande toujours",
  "notify.logs": "Le journal ne peut pas être écrit ; tout le reste continue",
  "notify.logs.do": "Libérez de la place sur le disque, ou indiquez dans LOG_DIR un dossier où l’on peut écrire.",
  "notify.channel": "{count} {count|destinataire ne peut pas être prévenu|destinataires ne peuvent pas être prévenus}",
  "notify.channel.do": "Corrigez NOTIFY_MAIL, NOTIFY_SMTP_URL, NOTIFY_HOOK ou NOTIFY_COMMAND.",
  "note.log-unwritable": "le journal ne peut pas être écrit ; tout le reste continue",
  "webhooks.plainUrl":
    "L’adresse ne doit contenir ni « ? » ni « # » ni utilisateur : les services y ajoutent leur propre chemin.",
  "webhooks.notRemoved": "Pas désabonné partout : le secret est gardé. « webhooks remove » essaie de nouveau.",
  "webhooks.partly": "Pas abonné. Corrigez ce qui est dit plus haut, puis relancez « webhooks install ».",
  "webhooks.asBefore":
    "Pas réabonné ; ce qui existait reste. Corrigez ce qui est dit plus haut, puis relancez « webhooks install ».",
  "webhooks.left":
    "{count} {count|abonnement antérieur n’a|abonnements antérieurs n’ont} pas encore pu être {count|retiré|retirés} : « webhooks remove » essaie de nouveau.",
  "engagement.marked": "Campagne {Mailchimp} ({mark}) « {subject} » : {list}",
  "setting.atLine": "{name}, ligne {line}",
  "setting.didYouMean": "Vouliez-vous dire « {meant} » ?",
  "setting.oneOf": "Doit être l’un de : {meant}.",
  "setting.unknown-key": "{name} : « {detail} » n’est pas connu.",
  "setting.yaml-value": "{name} : « {detail} » n’est pas compris.",
  "setting.key-here":
    "{name} : « {detail} » est une clé, et les clés n’ont pas leur place dans ce fichier : mettez-la dans .env sous un nom à elle et écrivez ici $CE_NOM.",
  "setting.names-nothing":
    "{name} : {meant} nomme « {detail} », que ni l’environnement ni .env ne contiennent : ajoutez {detail}=… dans .env.",
  "setting.names-itself":
    "{name} : {detail} se nomme lui-même. Supprimez la ligne pour prendre celui de .env, ou mettez celui de cette connexion dans .env comme {meant}=… et écrivez ici ce nom, après un « $ ».",
  "setting.twice": "{name} : deux connexions s’appellent « {detail} ». Donnez un autre nom à l’une d’elles.",
  "setting.clash": "{name} : le tag « {detail} » aurait deux sens ({meant}). Choisissez un autre nom pour l’un d’eux.",
  "setting.two-files":
    "{name} se trouve à côté de sync.config.yaml et n’est pas lu : mettez ce qui doit valoir dans sync.config.yaml et supprimez {name}.",
  "setting.other-file": "{name} n’est pas lu : renommez-le en sync.config.yaml.",
};
