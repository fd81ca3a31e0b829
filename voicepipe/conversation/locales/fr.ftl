# Les textes du bot en français : courts, aimables, au vouvoiement.

## Durées : DURATION($seconds) et WAIT($hours, $minutes) en sont composés

count-second = { $count ->
    [one] { $count } seconde
   *[other] { $count } secondes
}
count-minute = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
count-hour = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
wait = dans { $duration }
wait-moment = dans moins d'une minute

## Pendant qu'un enregistrement est en cours

status-working = ⏳ Transcription en cours…{ $eta ->
    [0] { "" }
   *[other] { " " }environ { DURATION($eta) }
}
status-no-machine = ⏳ J'attends une machine pour transcrire : aucune n'est joignable pour l'instant. Votre enregistrement ne sera pas perdu.
status-queued = { $ahead ->
    [0] ⏳ En file d'attente : le vôtre est le prochain…
    [1] ⏳ En file d'attente : { $ahead } enregistrement avant le vôtre…
   *[other] ⏳ En file d'attente : { $ahead } enregistrements avant le vôtre…
}{ $eta ->
    [0] { "" }
   *[other] { " " }Le texte sera là dans environ { DURATION($eta) }
}
status-progress = ⏳ Transcription en cours… { $percent } %{ $eta ->
    [0] { "" }
   *[other] , encore environ { DURATION($eta) }
}

## Un enregistrement n'est pas accepté

refused-banned = Le propriétaire du bot a désactivé la transcription pour vous. Si c'est une erreur, écrivez-lui. Rien n'a été décompté.
refused-paused = Le bot est en maintenance et n'accepte pas de nouvel enregistrement. Renvoyez celui-ci plus tard. Rien n'a été décompté.
refused-too-old = Pardon pour l'attente : le bot était indisponible, et cet enregistrement a maintenant plus de { $hours ->
    [one] { $hours } heure
   *[other] { $hours } heures
}. Si vous avez encore besoin du texte, renvoyez-le. Rien n'a été décompté.
refused-too-large = Ce fichier est trop gros : { $mib } Mo, et j'accepte jusqu'à { $limit } Mo. Envoyez-en un plus petit, ou seulement le son. Rien n'a été décompté.
refused-too-long = Cet enregistrement dure { DURATION($seconds) }, et j'accepte jusqu'à { DURATION($limit) }. Coupez-le et envoyez les parties une à une. Rien n'a été décompté.
refused-too-often = Trop vite : j'accepte jusqu'à { $limit } enregistrements par minute. Envoyez les autres un peu plus tard ; ils restent sans réponse pour l'instant. Rien n'a été décompté.
refused-user-queue-full = J'ai encore en cours { $limit ->
    [1] { $limit } de vos enregistrements. Envoyez celui-ci quand l'autre sera prêt.
   *[other] { $limit } de vos enregistrements. Envoyez celui-ci quand ils seront prêts.
} Rien n'a été décompté.
refused-queue-full = La file d'attente est pleine : il y a trop d'enregistrements en ce moment. Renvoyez celui-ci dans quelques minutes. Rien n'a été décompté.
refused-disk-full = Le serveur manque de place en ce moment. Réessayez plus tard ou écrivez au propriétaire du bot. Rien n'a été décompté.
refused-over-quota = { $daily ->
    [0] { $left ->
        [0] Il ne vous reste plus de secondes.
       *[other] { not-enough }
    } { more-seconds }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] Cet enregistrement dure { DURATION($seconds) }, plus que { daily-and-extra }. { split-by-day }
       *[no] { $left ->
            [0] La limite du jour est atteinte. Elle se renouvelle { WAIT($hours, $minutes) }.
           *[other] { not-enough } { more-seconds }
        }
    }
} Rien n'a été décompté.
refused-more = Cela vaut aussi pour { $more ->
    [1] { $more } autre enregistrement.
   *[other] { $more } autres enregistrements.
}
first-button = Transcrire le début : { DURATION($seconds) }
first-taken = Je transcris le début de l'enregistrement.
not-enough = { $seconds ->
    [0] Vos secondes ne suffisent pas pour cet enregistrement : il vous reste { DURATION($left) }.
   *[other] Cet enregistrement dure { DURATION($seconds) }, et il vous reste { DURATION($left) }.
} Vous pouvez dès maintenant en envoyer un plus court.
more-seconds = { $daily ->
    [0] Le propriétaire du bot peut en ajouter.
   *[other] Votre limite quotidienne ({ DURATION($daily) }) se renouvelle { WAIT($hours, $minutes) }.
}
daily-and-extra = votre limite quotidienne ({ DURATION($daily) }){ $extra ->
    [0] { "" }
   *[other] { " " }et votre réserve ({ DURATION($extra) }) réunies
}
split-by-day = Coupez-le en parties plus courtes{ $extra ->
    [0] { " " }: jusqu'à { DURATION($daily) } peuvent être transcrites par jour
   *[other] { "" }
}.{ $left ->
    [0] { " " }La limite du jour est atteinte ; elle se renouvelle { WAIT($hours, $minutes) }.
   *[other] { EXCEEDS($daily, $left) ->
        [yes] { " " }Il reste aujourd'hui : { DURATION($left) }.
       *[no] { "" }
    }
}

## Un enregistrement a été accepté, mais il n'y a pas de texte

failed-no-speech = Je n'entends personne parler. S'il y a de la parole, enregistrez à nouveau, plus près du micro. Rien n'a été décompté.
failed-no-audio = Ce fichier n'a pas de son. Envoyez un message vocal, un message vidéo, un audio ou une vidéo avec du son. Rien n'a été décompté.
failed-unknown-codec = Le son de ce fichier est codé d'une façon que je ne comprends pas ({ $codec }). Envoyez-le dans un autre format : en message vocal, MP3, M4A ou OGG. Rien n'a été décompté.
failed-no-track = Ce fichier n'a pas cette piste sonore. Rien n'a été décompté.
failed-unreadable = Je ne peux pas ouvrir ce fichier : il est vide, abîmé, ou ne contient pas de son. Renvoyez-le, ou envoyez-le dans un autre format. Rien n'a été décompté.
failed-too-long = Cet enregistrement est plus long que ne le dit son fichier, et j'accepte jusqu'à { DURATION($limit) }. Coupez-le et envoyez les parties une à une. Rien n'a été décompté.
failed-over-quota = Cet enregistrement est plus long que ne le dit son fichier, et { $daily ->
    [0] { not-covered }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] dure plus que { daily-and-extra }. { split-by-day }
       *[no] { not-covered }
    }
} Rien n'a été décompté.
not-covered = vos secondes ne suffisent pas : il vous reste { DURATION($left) }. { more-seconds }
failed-fetch-failed = Impossible d'obtenir cet enregistrement de Telegram. Renvoyez-le. Rien n'a été décompté.
failed-disk-full = Le serveur manque de place pour cet enregistrement. Réessayez plus tard ou écrivez au propriétaire du bot. Rien n'a été décompté.
failed-poison = Impossible de transcrire cet enregistrement : il échoue à chaque fois. Enregistrez-le à nouveau ou envoyez-le dans un autre format. Rien n'a été décompté.
failed-internal = Pardon, quelque chose s'est cassé de notre côté. Renvoyez l'enregistrement ; si cela n'aide pas, écrivez au propriétaire du bot. Rien n'a été décompté.
failed-expired = { hint-expired }

## Annuler

cancel-button = Annuler
cancel-button-keep = Cela suffit
cancel-done = { $count ->
    [0] Aucun de vos enregistrements n'est en cours dans ce chat.
    [1] Annulé : { $count } enregistrement. Rien n'a été décompté.
   *[other] Annulés : { $count } enregistrements. Rien n'a été décompté.
}
cancel-not-yours = Seul l'expéditeur de l'enregistrement ou un administrateur peut l'annuler.
failed-cancelled = Annulé. Rien n'a été décompté.

## Ce qui reste

quota-limited = { $daily ->
    [0] Reste : { DURATION($extra) }. C'est le propriétaire du bot qui donne des secondes.
   *[other]
        Reste aujourd'hui : { DURATION($left) } (limite : { DURATION($daily) }).
        { $bar }
        La limite se renouvelle { WAIT($hours, $minutes) } (à { $at }, { $zone }).{ $extra ->
            [0] { "" }
           *[other] { "" }
                En réserve : { DURATION($extra) }. La réserve n'expire pas et sert après la limite quotidienne.
        }
}
quota-plan = Votre formule : { $title }.
quota-plan-until = { $renewal ->
    [canceled] Payée jusqu'au { $until }, sans renouvellement : l'abonnement est résilié.
    [failed] Payée jusqu'au { $until } ; le renouvellement a échoué faute de paiement.
   *[itself] Payée jusqu'au { $until } ; elle se renouvelle d'elle-même.
}
quota-unlimited = Vous n'avez pas de limite quotidienne : envoyez autant qu'il vous faut. { one-recording }
quota-banned = Le propriétaire du bot a désactivé la transcription pour vous. Si c'est une erreur, écrivez-lui.

## Faire connaissance

start =
    Bonjour ! Envoyez-moi ou transférez-moi un message vocal, un message vidéo, un audio ou une vidéo : je réponds par son texte.

    { limits }

    En savoir plus : /help. Ce que deviennent vos enregistrements : /privacy.
help =
    Ce que vous pouvez envoyer : un message vocal, un message vidéo, un audio, une vidéo ou un fichier avec du son ; transférés aussi. { speech-language }

    { limits } Un fichier : jusqu'à { $max_mib } Mo.

    { in-groups }

    { $commands }
limits = { $unlimited ->
    [0] { $daily ->
        [0] { $max_seconds ->
            [0] { "" }
           *[other] { one-recording }{ " " }
        }C'est le propriétaire du bot qui donne des secondes.
       *[other] Limite quotidienne : { DURATION($daily) }. { one-recording }
    }
   *[other] Vous n'avez pas de limite quotidienne. { one-recording }
}
one-recording = Un enregistrement : jusqu'à { DURATION($max_seconds) }.
speech-language = { $speech_language ->
    [auto] Je comprends le français, le russe, l'anglais et d'autres langues, et je reconnais la langue de moi-même.
    [ru] Je transcris le russe.
    [en] Je transcris l'anglais.
   *[other] La langue des enregistrements a été fixée par le propriétaire du bot : { $speech_language }.
}
in-groups = { $all_media ->
    [0] Dans les groupes, je transcris seulement les messages vocaux et les messages vidéo ronds, et j'y réponds.
   *[other] Dans les groupes, je transcris la même chose, et je réponds à l'enregistrement.
}
privacy-elsewhere = Vos enregistrements sont ouverts sur le serveur du propriétaire de ce bot. Des parties des plus longs sont aussi transcrites sur d'autres machines qu'il a choisies ; rien n'y est conservé.
privacy-all-elsewhere = Vos enregistrements sont ouverts sur le serveur du propriétaire de ce bot. Ce qui y est dit est transcrit sur d'autres machines qu'il a choisies ; rien n'y est conservé.
privacy =
    Vos enregistrements sont transcrits sur le serveur du propriétaire de ce bot et ne vont nulle part ailleurs.

    • Le fichier est supprimé juste après la transcription.
    • { $kept_hours ->
        [0] Le texte est supprimé du serveur dès qu'il est arrivé dans le chat.
        [1] Le texte est gardé sur le serveur { $kept_hours } heure après son arrivée dans le chat, puis supprimé.
       *[other] Le texte est gardé sur le serveur { $kept_hours } heures après son arrivée dans le chat, puis supprimé.
    }
    • Sont gardés : votre identifiant Telegram, nom d'utilisateur, langue, réglages, vocabulaire, si vous m'avez bloqué et le nombre de secondes transcrites ; et pour chaque enregistrement le chat et le numéro du message, l'heure, le type, la durée et la langue.
    • Si vous m'avez connecté à votre compte : ce que vous me permettez. Le nom de votre interlocuteur et ce qui se trouve sous un message vocal, seulement pendant qu'il est en cours.

    Ce qui est dit n'est jamais écrit dans les journaux. Pour supprimer tout ce qui est gardé sur vous : /forget.

## Indications

hint-text = Je transforme la parole en texte. Envoyez un message vocal, un message vidéo, un audio ou une vidéo. En savoir plus : /help
hint-unsupported = Il n'y a pas ici de parole que je puisse transcrire. Envoyez un message vocal, un message vidéo, un audio ou une vidéo.
hint-expired = Cet enregistrement a expiré : il ne pouvait être ouvert qu'une fois. Renvoyez-le, de préférence sans vue unique. Rien n'a été décompté.
too-often = Trop souvent : attendez une minute. Il n'y aura pas de réponse d'ici là.
unknown-command = Cette commande n'existe pas. Toutes les commandes : /help
only-in-private = { $command } fonctionne dans un chat privé avec moi.
only-in-groups = { $command } ne fonctionne que dans les groupes.
button-gone = Ce bouton ne fonctionne plus.

## Tout oublier

forget-ask =
    Cela supprime tout ce qui est gardé sur vous : identifiant, nom d'utilisateur, langue, réglages, vocabulaire, historique et secondes en réserve. C'est sans retour.

    Il ne reste que des sommes globales, sans nom ni identifiant. Sous un code chiffré à la place de l'identifiant restent : deux jours au plus, ce qui a été utilisé aujourd'hui ; un mois ou deux, le moment de votre demande ; et un blocage éventuel, jusqu'à ce que le propriétaire le lève. Les messages de ce chat sont gardés par Telegram ; vous pouvez les y supprimer.

    Si c'est bien ce que vous voulez, envoyez : /forget oui
forget-yes = oui
forget-busy = Votre enregistrement est encore en cours. Attendez sa réponse, puis envoyez encore une fois : /forget oui
forget-done = C'est fait : tout ce qui était gardé sur vous est supprimé. Si vous écrivez à nouveau, nous repartons de zéro.
forget-private = Pour supprimer tout ce qui est gardé sur vous, envoyez /forget dans un chat privé avec moi.

## Ses statistiques et ses données

stats = { $days ->
    [1] Le dernier jour
   *[other] Les { $days } derniers jours
} : { $count ->
    [1] { $count } enregistrement
   *[other] { $count } enregistrements
}, { DURATION($seconds) }. Le plus en un jour : { DURATION($most) }.
stats-none = Aucun enregistrement { $days ->
    [1] le dernier jour
   *[other] les { $days } derniers jours
}.
mydata = Tout ce qui est gardé sur vous. Pour le supprimer : /forget.

## Profil du bot

profile-about = Messages vocaux et vidéo, audios et vidéos, en texte. Envoyez ou transférez un enregistrement.
profile-description = Je transforme la parole en texte : messages vocaux, messages vidéo, audios et vidéos.

    Envoyez ou transférez un enregistrement, et son texte est là en quelques secondes. La transcription se fait sur le serveur du propriétaire du bot, et rien ne va ailleurs.

## Descriptions des commandes

help-transcribe = le texte de l'enregistrement auquel vous répondez par elle
help-quota = combien de secondes il reste
help-cancel = annuler vos enregistrements encore en cours
help-settings = langues, réponses et plus
help-vocabulary = noms et termes, pour qu'ils soient bien écrits
help-stats = vos enregistrements d'un mois, en image
help-mydata = tout ce qui est gardé sur vous, en fichier
help-privacy = ce que deviennent vos enregistrements
help-forget = supprimer tout ce qui est gardé sur vous

command-start = Commencer
command-help = Ce que sait faire le bot
command-transcribe = Texte de l'enregistrement auquel vous répondez
command-quota = Combien de secondes il reste
command-cancel = Annuler les enregistrements encore en cours
command-settings = Réglages
command-vocabulary = Noms et termes
command-stats = Mes enregistrements d'un mois
command-mydata = Tout ce qui est gardé sur moi
command-privacy = Ce que deviennent vos enregistrements
command-forget = Supprimer tout ce qui est gardé sur moi

## /transcribe et les groupes

transcribe-nothing = Répondez par cette commande à un message vocal, un message vidéo ou un autre enregistrement : j'enverrai son texte.
transcribe-gone = Cet enregistrement n'est plus là, ou Telegram ne me le montre pas. Transférez-le ici.
transcribe-expired = Cet enregistrement a expiré : il ne pouvait être ouvert qu'une fois. Rien n'a été décompté.
transcribe-answered = Le texte de cet enregistrement est déjà là : dans le message auquel je réponds.
privacy-mode =
    Merci de m'accueillir dans ce groupe ! Mais je n'en vois pas encore les messages vocaux : Telegram ne me montre que les commandes, c'est le mode privé.

    Pour qu'ils reçoivent une réponse d'eux-mêmes, faites de moi un administrateur du groupe ; je n'ai besoin d'aucun droit. Ou bien que le propriétaire du bot désactive le mode privé (@BotFather, /setprivacy), puis ajoutez-moi de nouveau.

    D'ici là, répondez à un message vocal par /transcribe@{ $bot }, et j'enverrai son texte.
preference-group_mode = Ce qui est transcrit dans un groupe
preference-group_mode-automatic = tous les messages vocaux et vidéo
preference-group_mode-command = seulement sur la commande /transcribe
preference-group_mode-mention = quand on répond avec mon nom ou /transcribe
preference-group_style = Ce qu'on voit du travail
preference-group_style-calm = une réaction, et un message si cela dure
preference-group_style-reaction = une réaction seulement
preference-group_style-status = un message tout de suite, refus en mots
preference-group_visibility = Qui voit un texte
preference-group_visibility-everyone = tout le monde
preference-group_visibility-asker = seulement qui a demandé par /transcribe
preference-group_min_seconds = À partir de quelle durée transcrire sans demande
preference-group_min_seconds-number = { $value ->
    [0] toutes
   *[other] { $value } s ou plus
}
preference-channel_posts = Transcrire les enregistrements publiés dans le canal

## Boutons sous une réponse

answer-language = 🌐 { $language }
answer-txt = .txt
answer-srt = .srt
answer-vtt = .vtt
answer-times = Avec les temps
answer-text = Sans les temps
answer-partial = ✂️ Le début seulement, jusqu'à { $time }
answer-again = Autre langue
answer-again-back = « Retour
answer-again-taken = Je transcris dans cette langue…
answer-hide = Retirer
answer-hide-ask = Retirer le texte du chat ? Il ne reviendra pas.
answer-hide-yes = Retirer pour de bon
answer-hide-no = Garder
answer-not-yours = Ces boutons sont pour l'expéditeur de l'enregistrement et pour les administrateurs.
preference-output_style = L'aspect des longs textes
preference-output_style-folded = le début, le reste replié
preference-output_style-plain = tout le texte d'un coup
preference-output_style-file = le début et un fichier .txt
preference-doubt_marks = Souligner les mots douteux

## Mode invité

guest-hint = Répondez à un message vocal ou vidéo en me nommant : j'écrirai son texte.
guest-no-short = (Je ne sais pas encore résumer : voici le texte entier.)
guest-rest = … Le texte entier est dans votre chat privé avec { $bot }.
guest-rest-unreachable = … Je pourrai vous envoyer le texte entier en privé quand vous aurez commencé un chat avec { $bot } et redemandé.
guest-elsewhere = Vous avez demandé un enregistrement dans un autre chat. Le texte n'a pas pu y être montré, le voici donc :
inline-none = Pas encore de textes : envoyez-moi un message vocal
inline-not-found = Pas de tel texte. Envoyez-moi un message vocal
inline-not-kept = Ici les textes ne sont pas gardés : envoyez un message vocal

## Compte connecté

business-connected =
    Votre compte est connecté. Je transforme en texte les messages vocaux et vidéo qui arrivent dans les chats privés que vous avez choisis.

    { $place ->
        [chat] { $can_reply ->
            [0] Telegram ne me laisse pas répondre en votre nom : vous seul verrez le texte, ici. Vous pouvez le permettre dans les réglages de la connexion.
           *[other] Le texte apparaîtra dans ce même chat, en réponse, en votre nom.
        }
       *[other] Vous seul verrez le texte, ici.
    }
    Ce sont vos secondes qui servent (/quota). Vos interlocuteurs ne voient de moi que le texte, si vous en décidez ainsi. Choisir les chats, me mettre en pause ou me déconnecter : dans les réglages de Telegram.
business-disconnected = Votre compte est déconnecté : je ne vois plus vos chats privés. Ce qui était en cours reste sans texte, et rien n'est décompté.
business-choose = Où montrer le texte
business-from = 🎙 { $name } :
business-own = 🎙 Vous → { $name } :
business-somebody = quelqu'un
business-no-text = { $matter ->
    [over-quota] Un message vocal sans texte ({ $name }) : vos secondes ne suffisent pas. Voir /quota. Je ne le redirai pas aujourd'hui.
    [too-long] Un message vocal sans texte ({ $name }) : il est trop long. Je ne le redirai pas aujourd'hui.
    [no-speech] Un message vocal sans texte ({ $name }) : on n'entend personne parler.
    [user-queue-full] Un message vocal sans texte ({ $name }) : trop d'enregistrements sont en cours. Je ne le redirai pas aujourd'hui.
    [queue-full] Un message vocal sans texte ({ $name }) : la file d'attente est pleine. Je ne le redirai pas aujourd'hui.
    [disk-full] Un message vocal sans texte ({ $name }) : le serveur manque de place. Je ne le redirai pas aujourd'hui.
    [too-old] Un message vocal sans texte ({ $name }) : le bot était indisponible. Je ne le redirai pas aujourd'hui.
    [too-large] Un message vocal sans texte ({ $name }) : le fichier est trop gros. Je ne le redirai pas aujourd'hui.
   *[other] Un message vocal sans texte ({ $name }) : il n'a pas pu être transcrit.
} Rien n'a été décompté.
preference-business_answers = Texte des messages vocaux
preference-business_answers-owner = pour moi seul, ici
preference-business_answers-chat = dans le chat même, en mon nom
preference-business_voices = Les messages vocaux de qui
preference-business_voices-received = seulement les reçus
preference-business_voices-all = les miens aussi

## Réglages

settings-home = { $is_group ->
    [0] ⚙️ Vos réglages
   *[other] ⚙️ Réglages de ce groupe
}
settings-theme-speech = 🗣 Parole
settings-theme-answers = 💬 Réponses
settings-theme-groups = 👥 Dans les groupes
settings-theme-account = 🔗 Compte connecté
settings-theme-bot = 🤖 Le bot
settings-line = { $name } : { $value }
settings-on = oui
settings-off = non
settings-back = « Retour
settings-close = Fermer
settings-closed = Réglages fermés. Pour les rouvrir : /settings
settings-reset = Revenir au réglage par défaut : { $value }
settings-locked = C'est le propriétaire du bot qui en décide.
settings-administrators = Les réglages d'un groupe sont changés par ses administrateurs. Les vôtres sont dans le chat privé avec moi : /settings
settings-administrators-only = Ces boutons sont pour les administrateurs du groupe. Si vous en êtes, appuyez encore dans une minute.
settings-too-many = Vous pouvez en choisir { $most } au plus : retirez-en d'abord.
settings-unknown = Ce réglage n'existe pas. Il y a : { $names }. Tous avec des boutons : /settings
settings-unknown-value = Cette valeur n'existe pas. Possibles : { $expected }

preference-languages = Langues parlées
preference-languages-auto = toutes
preference-languages-about = Une seule langue n'a pas à être reconnue, et il y a moins d'erreurs. De plusieurs, la plus probable est prise.
preference-translation = Traduire en anglais
preference-vocabulary = Vocabulaire
preference-vocabulary-about = Noms et termes que vous dites souvent : /vocabulary
preference-live_drafts = Le texte apparaît pendant la transcription
preference-interface = Langue du bot
preference-interface-auto = comme dans Telegram
preference-keep_texts = Garder les textes après la livraison
preference-time_zone = Fuseau horaire
preference-time_zone-about = D'après lui je dis à quelle heure la limite se renouvelle : /settings time_zone Europe/Paris

vocabulary-empty =
    Votre vocabulaire est vide. Ajoutez les noms et termes que vous dites souvent, pour qu'ils soient bien écrits :
    /vocabulary Anne Chtchoukine, Kubernetes
vocabulary-words =
    📖 Vocabulaire : { $words }

    Ajouter : /vocabulary mot, autre mot
    Retirer : par un bouton ou /vocabulary remove mot
vocabulary-clear = Vider
vocabulary-too-much = Un vocabulaire contient jusqu'à { $words } mots et { $signs } signes, un mot jusqu'à 40 signes ; séparez-les par des virgules.

## What can be made of a text

answer-summary = En bref
answer-points = Points clés
answer-tasks = Tâches
answer-translation = Traduire
made-phrases = Phrases principales
made-summary = En bref
made-points = Points clés
made-tasks = Tâches et dates
made-translation = Traduction
made-by-model = Fait par un modèle de langage ({ $model }) ; il peut se tromper.
made-stands-in = Le modèle de langage ne répond pas pour l'instant, voici donc les phrases principales de l'enregistrement lui-même.
made-taken = J'y travaille…
made-stopped = Arrêté ici.{ $limit ->
    [0] { "" }
   *[other] { " " }Cela compte comme une des { $limit } utilisations du jour.
}
made-stopped-empty = Arrêté avant qu'il n'y ait quoi que ce soit ; cela ne compte pas.
made-in-work = J'y travaille déjà.
made-over = C'est tout pour aujourd'hui : je le fais jusqu'à { $limit } fois par jour.
made-nothing = Il n'y a rien à résumer : le texte est trop court.
made-unavailable = Le modèle de langage ne répond pas pour l'instant. Réessayez plus tard ; cet essai ne compte pas.
made-failed = Cela n'a pas marché. Réessayez ; cet essai ne compte pas.
made-consent = Pour cela, le texte de l'enregistrement part vers un modèle de langage sur un autre serveur : { $host }. Le son ne part nulle part. Vous pouvez retirer votre accord dans /settings.
made-agree = D'accord, envoyer
made-agreed = Bien, les textes peuvent maintenant aller au modèle de langage. Pour le retirer : /settings send_texts.
summary-nothing = Répondez par /summary à un texte que j'ai envoyé ou à son enregistrement.
# Words that may follow /summary, apart by commas
summary-summary = en bref, résumé, bref
summary-points = points clés, points
summary-tasks = tâches, à faire
summary-translation = traduire, traduction, traduis
summary-what = Après /summary, vous pouvez écrire : { $words }. Pour traduire, la langue aussi : traduire anglais.
summary-same = Le texte est déjà dans cette langue.
summary-gone = Je n'ai plus ce texte : je ne garde les textes que peu de temps. Renvoyez l'enregistrement.
command-summary = L'essentiel du texte auquel vous répondez
help-summary = répondez-y à un de mes textes pour en avoir l'essentiel ; vous pouvez dire quoi : points clés, tâches, traduire anglais
preference-auto_summary = L'essentiel des longs textes tout de suite
preference-auto_summary-off = non
preference-auto_summary-summary = en bref
preference-auto_summary-points = points clés
preference-auto_summary-tasks = tâches
preference-send_texts = Envoyer les textes au modèle de langage
# Said after `privacy`; $where: nowhere, here (a model on this machine) or away, on $host
privacy-made = { $where ->
    [nowhere] Je peux choisir les phrases principales d'un texte : cela se passe aussi ici, sur le même serveur.
    [here] Résumés, points clés, tâches et traductions sont faits par un modèle de langage sur le même serveur.
   *[away] Résumés, points clés, tâches et traductions sont faits par un modèle de langage sur un autre serveur ({ $host }). Les textes n'y vont que si vous l'avez permis et seulement quand il le faut ; le son, jamais.
}
## Acheter avec des étoiles Telegram

buy-choose =
    Les secondes au-delà de la limite du jour s'achètent avec des étoiles Telegram. Elles n'expirent pas et s'utilisent après celles du jour.{ $extra ->
        [0] { "" }
       *[other] { " " }Il vous en reste { DURATION($extra) }.
    }

    Conditions : /terms. Questions sur un paiement : /paysupport.
buy-button = { $title } pour { $stars } ⭐
buy-seconds = { DURATION($seconds) } de parole
buy-description = Des secondes au-delà de la limite du jour : elles n'expirent pas et s'utilisent après celles du jour.
buy-description-plan = Le forfait « { $title } » pour 30 jours. Il se renouvelle seul ; on l'annule dans les réglages de Telegram.
buy-subscribe = Le forfait « { $title } » : { $stars } ⭐ pour 30 jours. Il se renouvelle seul ; on l'annule dans les réglages de Telegram.
buy-subscribe-button = S'abonner
buy-offer = Acheter plus de secondes
buy-fault = { $fault ->
    [expired] Cette facture a expiré. Envoyez /buy de nouveau.
    [doubled] Cette facture est déjà payée.
    [not-yours] Cette facture est à quelqu'un d'autre. Envoyez /buy pour acheter pour vous.
    [gone] Ceci n'est plus vendu, ou le prix a changé. Envoyez /buy de nouveau.
    [not-now] Aucun enregistrement n'est accepté en ce moment, il n'y a donc rien à payer.
   *[other] Cette commande n'existe pas. Envoyez /buy de nouveau.
}
payment-receipt =
    Merci ! Payé : { $stars } ⭐. Ajouté : { DURATION($seconds) }. Vous avez maintenant { DURATION($extra) } en plus du jour.

    Numéro du paiement : { $charge }
payment-receipt-plan =
    Merci ! Payé : { $stars } ⭐. Le forfait « { $title } » est à vous jusqu'au { $until }.

    Numéro du paiement : { $charge }
payment-returned =
    { $reason ->
        [doubled] Cette commande a été payée deux fois.
        [expired] La commande avait expiré au moment du paiement.
        [not-yours] Cette facture était à quelqu'un d'autre.
        [asked] Le propriétaire du bot a remboursé un paiement.
        [elsewhere] Un paiement a été remboursé.
       *[other] Cette commande n'existe pas.
    } Vous avez récupéré { $stars } ⭐.{ $taken ->
        [0] { "" }
       *[other] { " " }Ce qui n'a pas été utilisé est retiré : { DURATION($taken) }.
    }

    Numéro du paiement : { $charge }
history-none = Aucun paiement pour le moment.
history-payments = Paiements :
history-line = { $at } · { $title } · { $stars } ⭐ · { $state ->
    [credited] crédité
    [refunding] remboursement en cours
   *[other] remboursé
} · { $charge }
history-use = { $days ->
    [one] Transcrit en { $days } jour :
   *[other] Transcrit en { $days } jours :
}
history-use-line = { $at } · { DURATION($seconds) } · { $count ->
    [one] { $count } enregistrement
   *[other] { $count } enregistrements
}
terms =
    Vous achetez des secondes de reconnaissance vocale, ou un forfait de 30 jours, avec des étoiles Telegram.

    Les secondes achetées n'expirent pas et s'utilisent après celles du jour. Un enregistrement qui n'a pas pu être transcrit ne coûte rien. Ce qui n'est pas utilisé peut être remboursé : envoyez /paysupport. Si vous demandez l'effacement de vos données (/forget), les secondes non utilisées sont perdues. L'exactitude n'est pas garantie.

    Le vendeur est le propriétaire de ce bot, pas Telegram : l'assistance de Telegram ne peut pas aider pour ces achats.
paysupport =
    Décrivez votre question sur un paiement dans un message après la commande, par exemple : /paysupport je n'ai pas reçu les secondes du paiement …

    Le numéro du paiement est dans le reçu et dans /history. Le propriétaire du bot répond ; l'assistance de Telegram ne peut pas aider pour ces achats.
paysupport-sent = Votre question est transmise aux administrateurs du bot. Ils vous écriront.
paysupport-nobody = Il n'y a personne à qui transmettre la question en ce moment. Écrivez au propriétaire du bot.
paysupport-question =
    Une question sur un paiement, de { $user } :

    { $words }
forget-payments = Les secondes achetées et non utilisées sont perdues à l'effacement. Pour la comptabilité restent le numéro, le montant, la date et l'intitulé de chaque paiement, sans votre nom ni votre identifiant.
privacy-payments = D'un paiement en Étoiles sont gardés le numéro, le montant, la date et le forfait. Après /forget, ils restent pour la comptabilité, sans votre nom ni votre ID ; les secondes non utilisées sont perdues.
help-buy = acheter des secondes avec des étoiles
help-history = paiements et usage
help-paysupport = question sur un paiement
help-terms = conditions de vente
command-buy = Acheter des secondes avec des étoiles
command-history = Mes paiements et mon usage
command-paysupport = Question sur un paiement
command-terms = Conditions de vente
