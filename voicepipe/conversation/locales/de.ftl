# Die Texte des Bots auf Deutsch: kurz, freundlich, per Sie.

## Zeitspannen: DURATION($seconds) und WAIT($hours, $minutes) werden hieraus zusammengesetzt

count-second = { $count ->
    [one] { $count } Sekunde
   *[other] { $count } Sekunden
}
count-minute = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
count-hour = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
wait = in { $duration }
wait-moment = in weniger als einer Minute

## Während eine Aufnahme in Arbeit ist

status-working = ⏳ Ich schreibe mit …{ $eta ->
    [0] { "" }
   *[other] { " " }etwa { DURATION($eta) }
}
status-no-machine = ⏳ Ich warte auf einen Rechner, der mitschreibt: Gerade ist keiner erreichbar. Ihre Aufnahme geht nicht verloren.
status-queued = { $ahead ->
    [0] ⏳ In der Warteschlange: Ihre Aufnahme ist die nächste …
    [one] ⏳ In der Warteschlange: { $ahead } Aufnahme vor Ihnen …
   *[other] ⏳ In der Warteschlange: { $ahead } Aufnahmen vor Ihnen …
}{ $eta ->
    [0] { "" }
   *[other] { " " }Der Text ist in etwa { DURATION($eta) } da
}
status-progress = ⏳ Ich schreibe mit … { $percent } %{ $eta ->
    [0] { "" }
   *[other] , noch etwa { DURATION($eta) }
}

## Eine Aufnahme wird nicht angenommen

refused-banned = Der Betreiber des Bots hat die Erkennung für Sie abgeschaltet. Wenn das ein Irrtum ist, schreiben Sie ihm bitte. Es wurde nichts abgezogen.
refused-paused = Der Bot wird gerade gewartet und nimmt keine neuen Aufnahmen an. Bitte senden Sie diese später noch einmal. Es wurde nichts abgezogen.
refused-too-old = Entschuldigung für die Wartezeit: Der Bot war nicht erreichbar, und diese Aufnahme ist inzwischen über { $hours ->
    [one] { $hours } Stunde
   *[other] { $hours } Stunden
} alt. Wenn Sie den Text noch brauchen, senden Sie sie bitte noch einmal. Es wurde nichts abgezogen.
refused-too-large = Diese Datei ist zu groß: { $mib } MB, angenommen werden bis zu { $limit } MB. Senden Sie bitte eine kleinere oder nur den Ton. Es wurde nichts abgezogen.
refused-too-long = Diese Aufnahme dauert { DURATION($seconds) }, angenommen werden bis zu { DURATION($limit) }. Teilen Sie sie bitte und senden Sie die Teile einzeln. Es wurde nichts abgezogen.
refused-too-often = Zu schnell: Ich nehme bis zu { $limit } Aufnahmen in der Minute an. Senden Sie die übrigen bitte etwas später; jetzt kommt keine Antwort darauf. Es wurde nichts abgezogen.
refused-user-queue-full = Von Ihnen sind noch { $limit ->
    [one] { $limit } Aufnahme in Arbeit. Senden Sie diese bitte, wenn jene fertig ist.
   *[other] { $limit } Aufnahmen in Arbeit. Senden Sie diese bitte, wenn sie fertig sind.
} Es wurde nichts abgezogen.
refused-queue-full = Die Warteschlange ist voll: Gerade sind es zu viele Aufnahmen. Senden Sie diese bitte in ein paar Minuten noch einmal. Es wurde nichts abgezogen.
refused-disk-full = Auf dem Server ist gerade zu wenig Platz. Versuchen Sie es bitte später oder schreiben Sie dem Betreiber des Bots. Es wurde nichts abgezogen.
refused-over-quota = { $daily ->
    [0] { $left ->
        [0] Sie haben keine Sekunden mehr.
       *[other] { not-enough }
    } { more-seconds }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] Diese Aufnahme dauert { DURATION($seconds) }, das ist mehr als { daily-and-extra }. { split-by-day }
       *[no] { $left ->
            [0] Das Tageslimit ist aufgebraucht. Es erneuert sich { WAIT($hours, $minutes) }.
           *[other] { not-enough } { more-seconds }
        }
    }
} Es wurde nichts abgezogen.
refused-more = Dasselbe gilt für { $more ->
    [one] { $more } weitere Aufnahme.
   *[other] { $more } weitere Aufnahmen.
}
first-button = Den Anfang erkennen: { DURATION($seconds) }
first-taken = Ich erkenne den Anfang der Aufnahme.
not-enough = { $seconds ->
    [0] Für diese Aufnahme reichen Ihre Sekunden nicht: Sie haben noch { DURATION($left) }.
   *[other] Diese Aufnahme dauert { DURATION($seconds) }, Sie haben noch { DURATION($left) }.
} Eine kürzere können Sie gleich senden.
more-seconds = { $daily ->
    [0] Der Betreiber des Bots kann welche hinzufügen.
   *[other] Ihr Tageslimit ({ DURATION($daily) }) erneuert sich { WAIT($hours, $minutes) }.
}
daily-and-extra = Ihr Tageslimit ({ DURATION($daily) }){ $extra ->
    [0] { "" }
   *[other] { " " }und Ihre Reserve ({ DURATION($extra) }) zusammen
}
split-by-day = Teilen Sie sie bitte in kürzere{ $extra ->
    [0] : Am Tag können bis zu { DURATION($daily) } erkannt werden
   *[other] { "" }
}.{ $left ->
    [0] { " " }Das heutige Limit ist aufgebraucht, es erneuert sich { WAIT($hours, $minutes) }.
   *[other] { EXCEEDS($daily, $left) ->
        [yes] { " " }Heute übrig: { DURATION($left) }.
       *[no] { "" }
    }
}

## Eine Aufnahme wurde angenommen, aber es gibt keinen Text

failed-no-speech = Ich höre keine Sprache. Wenn doch welche da ist, nehmen Sie bitte noch einmal auf, näher am Mikrofon. Es wurde nichts abgezogen.
failed-no-audio = In dieser Datei ist kein Ton. Senden Sie bitte eine Sprach- oder Videonachricht, ein Audio oder ein Video mit Ton. Es wurde nichts abgezogen.
failed-unknown-codec = Der Ton dieser Datei ist so kodiert, dass ich ihn nicht verstehe ({ $codec }). Senden Sie ihn bitte in einem anderen Format: als Sprachnachricht, MP3, M4A oder OGG. Es wurde nichts abgezogen.
failed-no-track = Diese Datei hat keine solche Tonspur. Es wurde nichts abgezogen.
failed-unreadable = Diese Datei lässt sich nicht öffnen: Sie ist leer, beschädigt oder enthält keinen Ton. Senden Sie sie bitte noch einmal oder in einem anderen Format. Es wurde nichts abgezogen.
failed-too-long = Diese Aufnahme ist länger, als ihre Datei angibt; angenommen werden bis zu { DURATION($limit) }. Teilen Sie sie bitte und senden Sie die Teile einzeln. Es wurde nichts abgezogen.
failed-over-quota = Diese Aufnahme ist länger, als ihre Datei angibt, und { $daily ->
    [0] { not-covered }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] länger als { daily-and-extra }. { split-by-day }
       *[no] { not-covered }
    }
} Es wurde nichts abgezogen.
not-covered = Ihre Sekunden reichen nicht: Sie haben noch { DURATION($left) }. { more-seconds }
failed-fetch-failed = Die Aufnahme war von Telegram nicht zu bekommen. Senden Sie sie bitte noch einmal. Es wurde nichts abgezogen.
failed-disk-full = Auf dem Server ist zu wenig Platz für diese Aufnahme. Versuchen Sie es bitte später oder schreiben Sie dem Betreiber des Bots. Es wurde nichts abgezogen.
failed-poison = Diese Aufnahme lässt sich nicht erkennen: Es geht immer wieder schief. Nehmen Sie sie bitte neu auf oder senden Sie sie in einem anderen Format. Es wurde nichts abgezogen.
failed-internal = Bei uns ist etwas kaputtgegangen, Entschuldigung. Senden Sie die Aufnahme bitte noch einmal; hilft das nicht, schreiben Sie dem Betreiber des Bots. Es wurde nichts abgezogen.
failed-expired = { hint-expired }

## Abbrechen

cancel-button = Abbrechen
cancel-button-keep = Das reicht
cancel-done = { $count ->
    [0] Von Ihnen ist in diesem Chat keine Aufnahme in Arbeit.
    [one] Abgebrochen: { $count } Aufnahme. Es wurde nichts abgezogen.
   *[other] Abgebrochen: { $count } Aufnahmen. Es wurde nichts abgezogen.
}
cancel-not-yours = Abbrechen kann nur, wer die Aufnahme gesendet hat, oder ein Administrator.
failed-cancelled = Abgebrochen. Es wurde nichts abgezogen.

## Was übrig ist

quota-limited = { $daily ->
    [0] Übrig: { DURATION($extra) }. Sekunden vergibt der Betreiber des Bots.
   *[other]
        Heute übrig: { DURATION($left) } (Limit: { DURATION($daily) }).
        { $bar }
        Das Limit erneuert sich { WAIT($hours, $minutes) } (um { $at }, { $zone }).{ $extra ->
            [0] { "" }
           *[other] { "" }
                In Reserve: { DURATION($extra) }. Die Reserve verfällt nicht und wird nach dem Tageslimit verbraucht.
        }
}
quota-plan = Ihr Tarif: { $title }.
quota-plan-until = { $renewal ->
    [canceled] Bezahlt bis { $until } und nicht verlängert: Das Abo ist gekündigt.
    [failed] Bezahlt bis { $until }; die Verlängerung ist fehlgeschlagen, weil nicht gezahlt wurde.
   *[itself] Bezahlt bis { $until }; er verlängert sich von selbst.
}
quota-unlimited = Für Sie gilt kein Tageslimit: Senden Sie, so viel Sie brauchen. { one-recording }
quota-banned = Der Betreiber des Bots hat die Erkennung für Sie abgeschaltet. Wenn das ein Irrtum ist, schreiben Sie ihm bitte.

## Kennenlernen

start =
    Guten Tag! Senden Sie mir eine Sprach- oder Videonachricht, ein Audio oder ein Video, gern auch weitergeleitet: Ich antworte mit dem Text.

    { limits }

    Mehr: /help. Was mit Ihren Aufnahmen geschieht: /privacy.
help =
    Was Sie senden können: Sprach- und Videonachrichten, Audios, Videos oder eine Datei mit Ton; auch weitergeleitete. { speech-language }

    { limits } Eine Datei: bis zu { $max_mib } MB.

    { in-groups }

    { $commands }
limits = { $unlimited ->
    [0] { $daily ->
        [0] { $max_seconds ->
            [0] { "" }
           *[other] { one-recording }{ " " }
        }Sekunden vergibt der Betreiber des Bots.
       *[other] Tageslimit: { DURATION($daily) }. { one-recording }
    }
   *[other] Für Sie gilt kein Tageslimit. { one-recording }
}
one-recording = Eine Aufnahme: bis zu { DURATION($max_seconds) }.
speech-language = { $speech_language ->
    [auto] Ich verstehe Deutsch, Russisch, Englisch und andere Sprachen und erkenne die Sprache selbst.
    [ru] Ich erkenne russische Sprache.
    [en] Ich erkenne englische Sprache.
   *[other] Die Sprache der Aufnahmen hat der Betreiber des Bots festgelegt: { $speech_language }.
}
in-groups = { $all_media ->
    [0] In Gruppen erkenne ich nur Sprach- und runde Videonachrichten und antworte direkt darauf.
   *[other] In Gruppen erkenne ich dasselbe und antworte direkt auf die Aufnahme.
}
privacy-elsewhere = Ihre Aufnahmen werden auf dem Server des Betreibers dieses Bots geöffnet. Teile längerer Aufnahmen werden auch auf anderen Rechnern erkannt, die er ausgesucht hat; dort wird nichts gespeichert.
privacy-all-elsewhere = Ihre Aufnahmen werden auf dem Server des Betreibers dieses Bots geöffnet. Was darin gesagt wird, wird auf anderen Rechnern erkannt, die er ausgesucht hat; dort wird nichts gespeichert.
privacy =
    Ihre Aufnahmen werden auf dem Server des Betreibers dieses Bots erkannt und gehen nirgendwo anders hin.

    • Die Datei wird sofort nach dem Erkennen gelöscht.
    • { $kept_hours ->
        [0] Der Text wird vom Server gelöscht, sobald er im Chat ist.
        [one] Der Text bleibt nach der Zustellung noch { $kept_hours } Stunde auf dem Server und wird dann gelöscht.
       *[other] Der Text bleibt nach der Zustellung noch { $kept_hours } Stunden auf dem Server und wird dann gelöscht.
    }
    • Gespeichert werden: Ihre Telegram-ID, Ihr Benutzername, Ihre Sprache, Einstellungen, Ihr Wörterbuch, ob Sie mich blockiert haben und wie viele Sekunden erkannt wurden; zu jeder Aufnahme Chat und Nummer der Nachricht, Zeit, Art, Dauer und Sprache.
    • Wenn Sie mich mit Ihrem Konto verbunden haben: was Sie mir erlauben. Der Name Ihres Gegenübers und was unter einer Sprachnachricht steht, nur solange sie in Arbeit ist.

    Was gesagt wird, kommt nie ins Protokoll. Um alles zu löschen, was über Sie gespeichert ist: /forget.

## Hinweise

hint-text = Ich mache aus Sprache Text. Senden Sie eine Sprach- oder Videonachricht, ein Audio oder ein Video. Mehr: /help
hint-unsupported = Hier ist keine Sprache, die ich erkennen könnte. Senden Sie eine Sprach- oder Videonachricht, ein Audio oder ein Video.
hint-expired = Diese Aufnahme ist abgelaufen: Sie ließ sich nur einmal öffnen. Senden Sie sie bitte noch einmal, am besten ohne Einmal-Ansicht. Es wurde nichts abgezogen.
too-often = Zu oft: Bitte warten Sie eine Minute. Bis dahin kommt keine Antwort.
unknown-command = Diesen Befehl gibt es nicht. Alle Befehle: /help
only-in-private = { $command } geht im privaten Chat mit mir.
only-in-groups = { $command } geht nur in Gruppen.
button-gone = Dieser Knopf gilt nicht mehr.

## Alles vergessen

forget-ask =
    Damit wird alles gelöscht, was über Sie gespeichert ist: ID, Benutzername, Sprache, Einstellungen, Wörterbuch, Verlauf und Sekunden in Reserve. Das lässt sich nicht rückgängig machen.

    Es bleiben nur Gesamtsummen ohne Namen und ID. Unter einem verschlüsselten Kennzeichen statt der ID bleibt bis zu zwei Tage, was heute verbraucht wurde, ein bis zwei Monate der Zeitpunkt Ihrer Bitte und eine Sperre, falls es eine gibt, bis der Betreiber sie aufhebt. Die Nachrichten in diesem Chat bewahrt Telegram auf, dort können Sie sie selbst löschen.

    Wenn Sie sicher sind, senden Sie: /forget ja
forget-yes = ja
forget-busy = Ihre Aufnahme ist noch in Arbeit. Warten Sie bitte die Antwort ab und senden Sie noch einmal: /forget ja
forget-done = Erledigt: Alles, was über Sie gespeichert war, ist gelöscht. Wenn Sie wieder schreiben, lernen wir uns neu kennen.
forget-private = Um alles zu löschen, was über Sie gespeichert ist, senden Sie /forget im privaten Chat mit mir.

## Eigene Statistik und Daten

stats = In den letzten { $days ->
    [one] { $days } Tag
   *[other] { $days } Tagen
}: { $count ->
    [one] { $count } Aufnahme
   *[other] { $count } Aufnahmen
}, { DURATION($seconds) }. Am meisten an einem Tag: { DURATION($most) }.
stats-none = In den letzten { $days ->
    [one] { $days } Tag
   *[other] { $days } Tagen
} gab es keine Aufnahmen.
mydata = Alles, was über Sie gespeichert ist. Löschen: /forget.

## Profil des Bots

profile-about = Sprach- und Videonachrichten, Audios und Videos als Text. Senden Sie eine Aufnahme oder leiten Sie sie weiter.
profile-description = Ich mache aus Sprache Text: Sprachnachrichten, Videonachrichten, Audios und Videos.

    Senden Sie eine Aufnahme oder leiten Sie eine weiter, und nach wenigen Sekunden steht hier ihr Text. Erkannt wird auf dem Server des Betreibers, die Aufnahmen gehen nirgendwo anders hin.

## Beschreibungen der Befehle

help-transcribe = der Text der Aufnahme, auf die Sie damit antworten
help-quota = wie viele Sekunden übrig sind
help-cancel = eigene Aufnahmen abbrechen, die noch in Arbeit sind
help-settings = Sprachen, Antworten und mehr
help-vocabulary = Namen und Fachwörter, damit sie richtig geschrieben werden
help-stats = Ihre Aufnahmen eines Monats, als Bild
help-mydata = alles, was über Sie gespeichert ist, als Datei
help-privacy = was mit Ihren Aufnahmen geschieht
help-forget = alles löschen, was über Sie gespeichert ist

command-start = Anfangen
command-help = Was der Bot kann
command-transcribe = Text der Aufnahme, auf die Sie antworten
command-quota = Wie viele Sekunden übrig sind
command-cancel = Aufnahmen abbrechen, die noch in Arbeit sind
command-settings = Einstellungen
command-vocabulary = Namen und Fachwörter
command-stats = Meine Aufnahmen eines Monats
command-mydata = Alles, was über mich gespeichert ist
command-privacy = Was mit Ihren Aufnahmen geschieht
command-forget = Alles löschen, was über mich gespeichert ist

## /transcribe und Gruppen

transcribe-nothing = Antworten Sie mit diesem Befehl auf eine Sprach- oder Videonachricht oder eine andere Aufnahme: Ich sende ihren Text.
transcribe-gone = Diese Aufnahme ist nicht mehr da, oder Telegram zeigt sie mir nicht. Leiten Sie sie bitte hierher weiter.
transcribe-expired = Diese Aufnahme ist abgelaufen: Sie ließ sich nur einmal öffnen. Es wurde nichts abgezogen.
transcribe-answered = Den Text dieser Aufnahme gibt es schon: in der Nachricht, auf die ich antworte.
privacy-mode =
    Danke, dass Sie mich hinzugefügt haben! Noch sehe ich aber die Sprachnachrichten dieser Gruppe nicht: Telegram zeigt mir nur Befehle, das nennt sich Privatsphäre-Modus.

    Damit sie von selbst beantwortet werden, machen Sie mich zum Administrator der Gruppe; Rechte brauche ich keine. Oder der Betreiber des Bots schaltet den Privatsphäre-Modus ab (@BotFather, /setprivacy), und Sie fügen mich neu hinzu.

    Bis dahin antworten Sie auf eine Sprachnachricht mit /transcribe@{ $bot }, und ich sende ihren Text.
preference-group_mode = Was in einer Gruppe erkannt wird
preference-group_mode-automatic = alle Sprach- und Videonachrichten
preference-group_mode-command = nur auf den Befehl /transcribe
preference-group_mode-mention = wenn jemand mit meinem Namen oder /transcribe antwortet
preference-group_style = Was man von der Arbeit sieht
preference-group_style-calm = eine Reaktion, und dauert es, eine Nachricht
preference-group_style-reaction = nur eine Reaktion
preference-group_style-status = gleich eine Nachricht, Absagen in Worten
preference-group_visibility = Wer einen Text sieht
preference-group_visibility-everyone = alle
preference-group_visibility-asker = nur wer mit /transcribe gefragt hat
preference-group_min_seconds = Ab welcher Länge ungefragt erkannt wird
preference-group_min_seconds-number = { $value ->
    [0] jede
   *[other] ab { $value } s
}
preference-channel_posts = Aufnahmen erkennen, die im Kanal gepostet werden

## Knöpfe unter einer Antwort

answer-language = 🌐 { $language }
answer-txt = .txt
answer-srt = .srt
answer-vtt = .vtt
answer-times = Mit Zeiten
answer-text = Ohne Zeiten
answer-partial = ✂️ Nur der Anfang, bis { $time }
answer-again = Andere Sprache
answer-again-back = « Zurück
answer-again-taken = Ich erkenne in dieser Sprache …
answer-hide = Entfernen
answer-hide-ask = Den Text aus dem Chat entfernen? Er kommt nicht wieder.
answer-hide-yes = Endgültig entfernen
answer-hide-no = Behalten
answer-not-yours = Diese Knöpfe sind für den Absender der Aufnahme und für Administratoren.
preference-output_style = Wie lange Texte aussehen
preference-output_style-folded = der Anfang, der Rest eingeklappt
preference-output_style-plain = der ganze Text auf einmal
preference-output_style-file = der Anfang und eine .txt-Datei
preference-doubt_marks = Unsichere Wörter unterstreichen

## Gastmodus

guest-hint = Antworten Sie auf eine Sprach- oder Videonachricht und nennen Sie mich darin: Ich schreibe ihren Text.
guest-no-short = (Zusammenfassen kann ich noch nicht: Das ist der ganze Text.)
guest-rest = … Der ganze Text steht in Ihrem privaten Chat mit { $bot }.
guest-rest-unreachable = … Den ganzen Text kann ich Ihnen privat senden, sobald Sie einen Chat mit { $bot } begonnen haben und noch einmal fragen.
guest-elsewhere = Sie haben in einem anderen Chat nach einer Aufnahme gefragt. Dort ließ sich der Text nicht zeigen, darum hier:
inline-none = Noch keine Texte: Senden Sie mir etwas Gesprochenes
inline-not-found = Kein solcher Text. Senden Sie mir etwas Gesprochenes
inline-not-kept = Texte werden hier nicht aufbewahrt: Senden Sie mir eine Aufnahme

## Verbundenes Konto

business-connected =
    Ihr Konto ist verbunden. Sprach- und Videonachrichten, die in den gewählten privaten Chats ankommen, mache ich zu Text.

    { $place ->
        [chat] { $can_reply ->
            [0] Telegram erlaubt mir nicht, in Ihrem Namen zu antworten; darum sehen nur Sie den Text, hier. Erlauben können Sie es in den Einstellungen der Verbindung.
           *[other] Der Text erscheint in eben diesem Chat, als Antwort in Ihrem Namen.
        }
       *[other] Nur Sie sehen den Text, hier.
    }
    Verbraucht werden Ihre Sekunden (/quota). Ihre Gesprächspartner sehen von mir nichts als den Text, falls Sie das so wählen. Chats wählen, mich anhalten oder trennen können Sie in den Einstellungen von Telegram.
business-disconnected = Ihr Konto ist getrennt: Ihre privaten Chats sehe ich nicht mehr. Was noch in Arbeit war, bleibt ohne Text, und es wird nichts dafür abgezogen.
business-choose = Wo der Text erscheint
business-from = 🎙 { $name }:
business-own = 🎙 Sie → { $name }:
business-somebody = jemand
business-no-text = { $matter ->
    [over-quota] Eine Sprachnachricht ohne Text ({ $name }): Ihre Sekunden reichen nicht. Siehe /quota. Heute sage ich das nicht noch einmal.
    [too-long] Eine Sprachnachricht ohne Text ({ $name }): Sie ist zu lang. Heute sage ich das nicht noch einmal.
    [no-speech] Eine Sprachnachricht ohne Text ({ $name }): Es ist keine Sprache zu hören.
    [user-queue-full] Eine Sprachnachricht ohne Text ({ $name }): Es sind zu viele Aufnahmen in Arbeit. Heute sage ich das nicht noch einmal.
    [queue-full] Eine Sprachnachricht ohne Text ({ $name }): Die Warteschlange ist voll. Heute sage ich das nicht noch einmal.
    [disk-full] Eine Sprachnachricht ohne Text ({ $name }): Auf dem Server ist kein Platz. Heute sage ich das nicht noch einmal.
    [too-old] Eine Sprachnachricht ohne Text ({ $name }): Der Bot war nicht erreichbar. Heute sage ich das nicht noch einmal.
    [too-large] Eine Sprachnachricht ohne Text ({ $name }): Die Datei ist zu groß. Heute sage ich das nicht noch einmal.
   *[other] Eine Sprachnachricht ohne Text ({ $name }): Sie ließ sich nicht erkennen.
} Es wurde nichts abgezogen.
preference-business_answers = Text von Sprachnachrichten
preference-business_answers-owner = nur für mich, hier
preference-business_answers-chat = im Chat selbst, in meinem Namen
preference-business_voices = Wessen Sprachnachrichten
preference-business_voices-received = nur empfangene
preference-business_voices-all = auch meine

## Einstellungen

settings-home = { $is_group ->
    [0] ⚙️ Ihre Einstellungen
   *[other] ⚙️ Einstellungen dieser Gruppe
}
settings-theme-speech = 🗣 Sprache
settings-theme-answers = 💬 Antworten
settings-theme-groups = 👥 In Gruppen
settings-theme-account = 🔗 Verbundenes Konto
settings-theme-bot = 🤖 Der Bot
settings-line = { $name }: { $value }
settings-on = an
settings-off = aus
settings-back = « Zurück
settings-close = Schließen
settings-closed = Einstellungen geschlossen. Wieder öffnen: /settings
settings-reset = Zurück zur Vorgabe: { $value }
settings-locked = Das entscheidet der Betreiber des Bots.
settings-administrators = Die Einstellungen einer Gruppe ändern ihre Administratoren. Ihre eigenen sind im privaten Chat mit mir: /settings
settings-administrators-only = Diese Knöpfe sind für die Administratoren der Gruppe. Sind Sie einer, drücken Sie in einer Minute noch einmal.
settings-too-many = Höchstens { $most } lassen sich wählen: Nehmen Sie erst etwas weg.
settings-unknown = Diese Einstellung gibt es nicht. Es gibt: { $names }. Alle mit Knöpfen: /settings
settings-unknown-value = Diesen Wert gibt es nicht. Möglich: { $expected }

preference-languages = Gesprochene Sprachen
preference-languages-auto = jede
preference-languages-about = Eine einzige Sprache muss nicht erkannt werden, und es gibt weniger Fehler. Von mehreren wird die wahrscheinlichste genommen.
preference-translation = Ins Englische übersetzen
preference-vocabulary = Wörterbuch
preference-vocabulary-about = Namen und Fachwörter, die oft vorkommen: /vocabulary
preference-live_drafts = Der Text erscheint, während er erkannt wird
preference-interface = Sprache des Bots
preference-interface-auto = wie in Telegram
preference-keep_texts = Texte nach der Zustellung aufbewahren
preference-time_zone = Zeitzone
preference-time_zone-about = Nach ihr sage ich, um wie viel Uhr sich das Limit erneuert: /settings time_zone Europe/Berlin

vocabulary-empty =
    Ihr Wörterbuch ist leer. Fügen Sie Namen und Fachwörter hinzu, die oft vorkommen, damit sie richtig geschrieben werden:
    /vocabulary Anna Schtschukina, Kubernetes
vocabulary-words =
    📖 Wörterbuch: { $words }

    Hinzufügen: /vocabulary Wort, noch ein Wort
    Entfernen: mit einem Knopf oder /vocabulary remove Wort
vocabulary-clear = Leeren
vocabulary-too-much = Ein Wörterbuch fasst bis zu { $words } Wörter und { $signs } Zeichen, ein Wort bis zu 40 Zeichen; trennen Sie sie mit Kommas.

## What can be made of a text

answer-summary = Kurz
answer-points = Kernpunkte
answer-tasks = Aufgaben
answer-translation = Übersetzen
made-phrases = Wichtigste Sätze
made-summary = Kurz
made-points = Kernpunkte
made-tasks = Aufgaben und Termine
made-translation = Übersetzung
made-by-model = Das hat ein Sprachmodell ({ $model }) gemacht; es kann sich irren.
made-stands-in = Das Sprachmodell antwortet gerade nicht, darum sind das die wichtigsten Sätze der Aufnahme selbst.
made-taken = Bin dabei…
made-stopped = Hier angehalten.{ $limit ->
    [0] { "" }
   *[other] { " " }Das zählt als eine von { $limit } Nutzungen am Tag.
}
made-stopped-empty = Angehalten, bevor etwas da war; das zählt nicht.
made-in-work = Daran arbeite ich schon.
made-over = Für heute ist Schluss: Das mache ich höchstens { $limit }-mal am Tag.
made-nothing = Da gibt es nichts zu kürzen: Der Text ist zu kurz.
made-unavailable = Das Sprachmodell antwortet gerade nicht. Bitte versuchen Sie es später; dieser Versuch zählt nicht.
made-failed = Das hat nicht geklappt. Bitte versuchen Sie es noch einmal; dieser Versuch zählt nicht.
made-consent = Dafür geht der Text der Aufnahme an ein Sprachmodell auf einem anderen Server: { $host }. Der Ton geht nirgendwohin. Die Zustimmung lässt sich in /settings zurücknehmen.
made-agree = Einverstanden, senden
made-agreed = Gut, Texte dürfen jetzt an das Sprachmodell gehen. Zurücknehmen: /settings send_texts.
summary-nothing = Antworten Sie mit /summary auf einen Text von mir oder auf seine Aufnahme.
# Words that may follow /summary, apart by commas
summary-summary = kurz, kurzfassung, zusammenfassung
summary-points = kernpunkte, punkte, stichpunkte
summary-tasks = aufgaben, termine
summary-translation = übersetzen, übersetzung
summary-what = Nach /summary kann stehen: { $words }. Zum Übersetzen auch die Sprache: übersetzen Englisch.
summary-same = Der Text ist schon in dieser Sprache.
summary-gone = Diesen Text habe ich nicht mehr: Ich bewahre Texte nur kurz auf. Bitte senden Sie die Aufnahme noch einmal.
command-summary = Das Wichtigste aus dem Text, auf den Sie antworten
help-summary = damit auf einen Text von mir antworten, um das Wichtigste daraus zu bekommen; auch mit dem, was gewünscht ist: Kernpunkte, Aufgaben, übersetzen Englisch
preference-auto_summary = Das Wichtigste langer Texte sofort
preference-auto_summary-off = nein
preference-auto_summary-summary = kurz
preference-auto_summary-points = Kernpunkte
preference-auto_summary-tasks = Aufgaben
preference-send_texts = Texte an das Sprachmodell senden
# Said after `privacy`; $where: nowhere, here (a model on this machine) or away, on $host
privacy-made = { $where ->
    [nowhere] Ich kann die wichtigsten Sätze eines Textes heraussuchen: Auch das geschieht hier, auf demselben Server.
    [here] Kurzfassungen, Kernpunkte, Aufgaben und Übersetzungen macht ein Sprachmodell auf demselben Server.
   *[away] Kurzfassungen, Kernpunkte, Aufgaben und Übersetzungen macht ein Sprachmodell auf einem anderen Server ({ $host }). Texte gehen dorthin nur, wenn Sie es erlaubt haben, und nur wenn es nötig ist; Ton nie.
}
## Kaufen mit Telegram-Sternen

buy-choose =
    Sekunden über das Tageslimit hinaus gibt es für Telegram-Sterne. Sie verfallen nicht und werden nach denen des Tages verbraucht.{ $extra ->
        [0] { "" }
       *[other] { " " }Im Vorrat: { DURATION($extra) }.
    }

    Bedingungen: /terms. Fragen zu einer Zahlung: /paysupport.
buy-button = { $title } für { $stars } ⭐
buy-seconds = { DURATION($seconds) } Sprache
buy-description = Sekunden über das Tageslimit hinaus: Sie verfallen nicht und werden nach denen des Tages verbraucht.
buy-description-plan = Der Plan „{ $title }“ für 30 Tage. Er verlängert sich von selbst; kündbar in den Einstellungen von Telegram.
buy-subscribe = Der Plan „{ $title }“: { $stars } ⭐ für 30 Tage. Er verlängert sich von selbst; kündbar in den Einstellungen von Telegram.
buy-subscribe-button = Abonnieren
buy-offer = Mehr Sekunden kaufen
buy-fault = { $fault ->
    [expired] Diese Rechnung ist abgelaufen. Bitte noch einmal /buy senden.
    [doubled] Diese Rechnung ist schon bezahlt.
    [not-yours] Diese Rechnung gehört jemand anderem. Für sich selbst kaufen: /buy.
    [gone] Das wird nicht mehr verkauft, oder der Preis hat sich geändert. Bitte noch einmal /buy senden.
    [not-now] Zurzeit werden keine Aufnahmen angenommen, also gibt es nichts zu bezahlen.
   *[other] Eine solche Bestellung gibt es nicht. Bitte noch einmal /buy senden.
}
payment-receipt =
    Danke! Bezahlt: { $stars } ⭐. Hinzugekommen: { DURATION($seconds) }. Im Vorrat sind jetzt { DURATION($extra) } über den Tag hinaus.

    Nummer der Zahlung: { $charge }
payment-receipt-plan =
    Danke! Bezahlt: { $stars } ⭐. Der Plan „{ $title }“ gilt bis { $until }.

    Nummer der Zahlung: { $charge }
payment-returned =
    { $reason ->
        [doubled] Diese Bestellung wurde zweimal bezahlt.
        [expired] Die Bestellung war beim Bezahlen abgelaufen.
        [not-yours] Diese Rechnung gehörte jemand anderem.
        [asked] Der Betreiber des Bots hat eine Zahlung erstattet.
        [elsewhere] Eine Zahlung wurde erstattet.
       *[other] Eine solche Bestellung gibt es nicht.
    } { $stars } ⭐ sind wieder bei Ihnen.{ $taken ->
        [0] { "" }
       *[other] { " " }Nicht verbraucht und abgezogen: { DURATION($taken) }.
    }

    Nummer der Zahlung: { $charge }
history-none = Bisher keine Zahlungen.
history-payments = Zahlungen:
history-line = { $at } · { $title } · { $stars } ⭐ · { $state ->
    [credited] gutgeschrieben
    [refunding] wird erstattet
   *[other] erstattet
} · { $charge }
history-use = { $days ->
    [one] Transkribiert in { $days } Tag:
   *[other] Transkribiert in { $days } Tagen:
}
history-use-line = { $at } · { DURATION($seconds) } · { $count ->
    [one] { $count } Aufnahme
   *[other] { $count } Aufnahmen
}
terms =
    Sie kaufen mit Telegram-Sternen Sekunden der Spracherkennung oder einen Plan für 30 Tage.

    Gekaufte Sekunden verfallen nicht und werden nach denen des Tages verbraucht. Eine Aufnahme, die nicht transkribiert werden konnte, kostet nichts. Nicht Verbrauchtes kann erstattet werden: /paysupport. Wer seine Daten löschen lässt (/forget), verliert nicht verbrauchte Sekunden. Für die Genauigkeit gibt es keine Gewähr.

    Verkäufer ist der Betreiber dieses Bots, nicht Telegram: Der Support von Telegram kann bei solchen Käufen nicht helfen.
paysupport =
    Beschreiben Sie Ihre Frage zu einer Zahlung in einer Nachricht nach dem Befehl, zum Beispiel: /paysupport Die Sekunden für Zahlung … fehlen

    Die Nummer der Zahlung steht in der Quittung und in /history. Es antwortet der Betreiber des Bots; der Support von Telegram kann bei solchen Käufen nicht helfen.
paysupport-sent = Ihre Frage ist bei den Administratoren des Bots. Sie schreiben Ihnen.
paysupport-nobody = Gerade ist niemand da, der die Frage bekommen könnte. Bitte schreiben Sie dem Betreiber des Bots.
paysupport-question =
    Eine Frage zu einer Zahlung, von { $user }:

    { $words }
forget-payments = Gekaufte und nicht verbrauchte Sekunden gehen beim Löschen verloren. Für die Buchhaltung bleiben Nummer, Betrag, Datum und Bezeichnung jeder Zahlung, ohne Ihren Namen und Ihre Kennung.
privacy-payments = Von einer Zahlung in Sternen bleiben Nummer, Betrag, Datum und Paket gespeichert. Nach /forget bleiben sie für die Buchhaltung, ohne Ihren Namen und Ihre ID; nicht verbrauchte Sekunden gehen verloren.
help-buy = Sekunden für Sterne kaufen
help-history = Zahlungen und Verbrauch
help-paysupport = Frage zu einer Zahlung
help-terms = Verkaufsbedingungen
command-buy = Sekunden für Sterne kaufen
command-history = Meine Zahlungen und mein Verbrauch
command-paysupport = Frage zu einer Zahlung
command-terms = Verkaufsbedingungen
