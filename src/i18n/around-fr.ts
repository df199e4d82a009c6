/** French: what lies around the runs (decisions, notices, webhooks, settings that clash). */
import type { AroundCatalogue } from "./around-en.ts";

export const aroundFr: AroundCatalogue = {
  "deletions.vanished": "{name} : n’est plus dans Copper ; retirée de la liste",
  "deletions.there": "{name} : est toujours dans Copper ; rien n’a été fait",
  "deletions.unfinished": "{name} : commencé, pas terminé ({detail}) ; la prochaine synchronisation le termine",
  "deletions.leftOut": "— sans ce qui n’existe plus dans Copper : {list}",
  "deletions.memberStays": "— dans Mailchimp, le contact reste tel quel : il a changé depuis son archivage",
  "review.did.vanished": "plus dans Copper",
  "review.did.there": "toujours dans Copper",
  "review.did.unfinished": "pas terminée(s)",
  "note.undo-left-alone": "pas écrit : à supprimer, archivé, ou hors de ONLY ou du filtre désormais",
  "note.undo-comes-again": "rétabli, mais la prochaine synchronisation le ramène : Copper le demande toujours",
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
  "engagement.marked": "Campagne Mailchimp ({mark}) « {subject} » : {list}",
};
