# Ce que lisent les administrateurs du bot.

admin-status =
    { $is_paused ->
        [0] 🟢 En service : { DURATION($uptime) }
       *[other] ⏸ Aucun nouvel enregistrement n'est accepté
    }
    File d'attente : { $queue }, sans réponse : { $unfinished }
    Processus : { $working } sur { $workers }, modèle { $model }
    Aujourd'hui : enregistrements { $count }, personnes { $users }, son { DURATION($seconds) }. Enregistrements hier : { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] N'a pas encore écrit au bot : vérifiez l'ID
           *[other] Formule : { $plan }
        }
       *[other] 🚫 Bloqué
    }
    { $is_unlimited ->
        [0] Aujourd'hui : { DURATION($used) } sur { DURATION($daily) }
       *[other] Sans limite quotidienne
    }
    Réserve : { DURATION($extra) }
    Enregistrements en tout : { $count }, son : { DURATION($seconds) }
admin-summary =
    ☀️ Hier
    Enregistrements : { $count } (la veille : { $before }), personnes : { $users }, son : { DURATION($seconds) }
    Incidents en 24 heures : { $troubles }, en attente maintenant : { $queue }
admin-changes = Modifications :
admin-plans = Quelle formule ?
admin-no-plans = Il n'y a pas encore de formules : elles sont dans la configuration, [quota.plans.NOM].
admin-top-title = 🏆 Les plus actifs en { $days } jours
admin-top-line = { $name } : { DURATION($seconds) }, enregistrements : { $count }
admin-nothing = Rien.
admin-errors-title = ⚠️ Incidents récents
admin-who-how = Nommez quelqu'un : /admin 123456789 ou /admin @nom. Ou répondez /admin à un de ses messages, dans un groupe ou transféré ici. La réponse vient ici, en privé.
admin-pause-ask = Les nouveaux enregistrements sont refusés poliment ; ceux qui sont acceptés auront leur texte. Il en est ainsi jusqu'à la reprise.
admin-cast-how = Pour écrire à tout le monde, envoyez : /admin broadcast TEXTE. Vous verrez d'abord le résultat.
admin-cast-ask = L'envoyer à tous ceux qui ont écrit au bot ? Destinataires : { $count }
admin-cast-long = Le texte dépasse { $most } caractères. Raccourcissez-le.
admin-cast-progress = 📣 Diffusion en cours. Remis : { $delivered }, bot bloqué : { $blocked }, jamais écrit en privé : { $strangers }, échecs : { $failed }, restants : { $waiting }
admin-cast-done = 📣 Diffusion terminée. Remis : { $delivered }, bot bloqué : { $blocked }, jamais écrit en privé : { $strangers }, échecs : { $failed }
admin-cast-stopped = 📣 Diffusion arrêtée. Remis : { $delivered }, bot bloqué : { $blocked }, jamais écrit en privé : { $strangers }, échecs : { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Actualiser
admin-button-who = 👤 Personne
admin-button-top = 🏆 Les plus actifs
admin-button-errors = ⚠️ Incidents
admin-button-cast = 📣 Diffusion
admin-button-pause = ⏸ Suspendre
admin-button-resume = ▶️ Reprendre
admin-button-back = « Retour
admin-button-plan = 🎟 Formule
admin-button-plan-none = Sans formule
admin-button-unlimited-1 = ∞ Lever la limite
admin-button-unlimited-0 = Rétablir la limite
admin-button-ban-1 = 🚫 Bloquer
admin-button-ban-0 = Débloquer
admin-button-cast-send = 📣 Envoyer à tous
admin-button-cast-drop = Ne pas envoyer
admin-button-stop = ⏹ Arrêter
admin-done = C'est fait
admin-alert-worker = 🔴 Un processus de travail s'arrête sans cesse et n'est plus relancé. Le journal dit pourquoi : journalctl -u voicepipe. Redémarrer le service le relance.
admin-alert-disk = 🔴 Il reste peu d'espace disque : { $value } Mo. Bientôt plus aucun enregistrement ne sera accepté.
admin-alert-queue = 🔴 La file n'avance plus : un enregistrement attend depuis { DURATION($value) }.
admin-alert-telegram = 🟠 Telegram a été injoignable pendant { DURATION($value) }. La connexion est rétablie, le retard est rattrapé.
admin-over-worker = 🟢 Les processus de travail vont de nouveau bien.
admin-over-disk = 🟢 Il y a de nouveau assez d'espace disque.
admin-over-queue = 🟢 La file avance de nouveau.
