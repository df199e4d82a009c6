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
  "rebuild.moved":
    "La base n’a pas pu être lue. Elle est conservée sous {file} ; une nouvelle est faite à partir de Copper et de Mailchimp.",
};
