# I testi del bot in italiano: brevi, cordiali, dando del tu.

## Durate: DURATION($seconds) e WAIT($hours, $minutes) si compongono con questi

count-second = { $count ->
    [one] { $count } secondo
   *[other] { $count } secondi
}
count-minute = { $count ->
    [one] { $count } minuto
   *[other] { $count } minuti
}
count-hour = { $count ->
    [one] { $count } ora
   *[other] { $count } ore
}
wait = tra { $duration }
wait-moment = tra meno di un minuto

## Mentre una registrazione è in lavorazione

status-working = ⏳ Sto trascrivendo…{ $eta ->
    [0] { "" }
   *[other] { " " }circa { DURATION($eta) }
}
status-no-machine = ⏳ Aspetto una macchina che trascriva: al momento nessuna è raggiungibile. La tua registrazione non andrà persa.
status-queued = { $ahead ->
    [0] ⏳ In coda: la tua è la prossima…
    [one] ⏳ In coda: { $ahead } registrazione prima della tua…
   *[other] ⏳ In coda: { $ahead } registrazioni prima della tua…
}{ $eta ->
    [0] { "" }
   *[other] { " " }Il testo sarà qui tra circa { DURATION($eta) }
}
status-progress = ⏳ Sto trascrivendo… { $percent }%{ $eta ->
    [0] { "" }
   *[other] , ancora circa { DURATION($eta) }
}

## Una registrazione non è accettata

refused-banned = Il proprietario del bot ha disattivato la trascrizione per te. Se è un errore, scrivigli. Non è stato scalato nulla.
refused-paused = Il bot è in manutenzione e non accetta nuove registrazioni. Inviate questa più tardi. Non è stato scalato nulla.
refused-too-old = Scusa per l'attesa: il bot non era disponibile, e questa registrazione ha ormai più di { $hours ->
    [one] { $hours } ora
   *[other] { $hours } ore
}. Se il testo ti serve ancora, inviala di nuovo. Non è stato scalato nulla.
refused-too-large = Il file è troppo grande: { $mib } MB, e accetto fino a { $limit } MB. Inviane uno più piccolo, o solo l'audio. Non è stato scalato nulla.
refused-too-long = Questa registrazione dura { DURATION($seconds) }, e accetto fino a { DURATION($limit) }. Dividila e invia le parti una alla volta. Non è stato scalato nulla.
refused-too-often = Troppo in fretta: accetto fino a { $limit } registrazioni al minuto. Invia le altre un po' più tardi; adesso restano senza risposta. Non è stato scalato nulla.
refused-user-queue-full = Ho ancora in lavorazione { $limit ->
    [one] { $limit } tua registrazione. Invia questa quando quella sarà pronta.
   *[other] { $limit } tue registrazioni. Invia questa quando saranno pronte.
} Non è stato scalato nulla.
refused-queue-full = La coda è piena: ora ci sono troppe registrazioni. Invia questa di nuovo tra un paio di minuti. Non è stato scalato nulla.
refused-disk-full = Al server manca spazio in questo momento. Riprova più tardi o scrivi al proprietario del bot. Non è stato scalato nulla.
refused-over-quota = { $daily ->
    [0] { $left ->
        [0] Non hai più secondi.
       *[other] { not-enough }
    } { more-seconds }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] Questa registrazione dura { DURATION($seconds) }, più di { daily-and-extra }. { split-by-day }
       *[no] { $left ->
            [0] Il limite di oggi è esaurito. Si rinnova { WAIT($hours, $minutes) }.
           *[other] { not-enough } { more-seconds }
        }
    }
} Non è stato scalato nulla.
refused-more = Lo stesso vale per { $more ->
    [one] un'altra registrazione.
   *[other] altre { $more } registrazioni.
}
first-button = Trascrivere l'inizio: { DURATION($seconds) }
first-taken = Trascrivo l'inizio della registrazione.
not-enough = { $seconds ->
    [0] I tuoi secondi non bastano per questa registrazione: ti restano { DURATION($left) }.
   *[other] Questa registrazione dura { DURATION($seconds) }, e ti restano { DURATION($left) }.
} Puoi inviarne subito una più breve.
more-seconds = { $daily ->
    [0] Il proprietario del bot può aggiungerne.
   *[other] Il tuo limite giornaliero ({ DURATION($daily) }) si rinnova { WAIT($hours, $minutes) }.
}
daily-and-extra = il tuo limite giornaliero ({ DURATION($daily) }){ $extra ->
    [0] { "" }
   *[other] { " " }e la tua riserva ({ DURATION($extra) }) insieme
}
split-by-day = Dividila in parti più brevi{ $extra ->
    [0] : al giorno se ne possono trascrivere fino a { DURATION($daily) }
   *[other] { "" }
}.{ $left ->
    [0] { " " }Il limite di oggi è esaurito; si rinnova { WAIT($hours, $minutes) }.
   *[other] { EXCEEDS($daily, $left) ->
        [yes] { " " }Oggi restano: { DURATION($left) }.
       *[no] { "" }
    }
}

## Una registrazione è stata accettata, ma non c'è testo

failed-no-speech = Non sento nessuno parlare. Se qualcuno parla, registra di nuovo, più vicino al microfono. Non è stato scalato nulla.
failed-no-audio = In questo file non c'è suono. Invia un messaggio vocale, un videomessaggio, un audio o un video con il suono. Non è stato scalato nulla.
failed-unknown-codec = Il suono di questo file è codificato in un modo che non capisco ({ $codec }). Invialo in un altro formato: come messaggio vocale, MP3, M4A o OGG. Non è stato scalato nulla.
failed-no-track = Questo file non ha quella traccia audio. Non è stato scalato nulla.
failed-unreadable = Non riesco ad aprire questo file: è vuoto, danneggiato o non contiene suono. Invialo di nuovo o in un altro formato. Non è stato scalato nulla.
failed-too-long = Questa registrazione è più lunga di quanto dice il file, e accetto fino a { DURATION($limit) }. Dividila e invia le parti una alla volta. Non è stato scalato nulla.
failed-over-quota = Questa registrazione è più lunga di quanto dice il file, e { $daily ->
    [0] { not-covered }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] dura più di { daily-and-extra }. { split-by-day }
       *[no] { not-covered }
    }
} Non è stato scalato nulla.
not-covered = i tuoi secondi non bastano: ti restano { DURATION($left) }. { more-seconds }
failed-fetch-failed = Non è stato possibile ottenere questa registrazione da Telegram. Inviala di nuovo. Non è stato scalato nulla.
failed-disk-full = Al server manca spazio per questa registrazione. Riprova più tardi o scrivi al proprietario del bot. Non è stato scalato nulla.
failed-poison = Non riesco a trascrivere questa registrazione: fallisce ogni volta. Registrala di nuovo o inviala in un altro formato. Non è stato scalato nulla.
failed-internal = Scusa, qualcosa si è rotto da parte nostra. Invia di nuovo la registrazione; se non aiuta, scrivi al proprietario del bot. Non è stato scalato nulla.
failed-expired = { hint-expired }

## Annullare

cancel-button = Annulla
cancel-button-keep = Basta così
cancel-done = { $count ->
    [0] Nessuna tua registrazione è in lavorazione in questa chat.
    [one] Annullata: { $count } registrazione. Non è stato scalato nulla.
   *[other] Annullate: { $count } registrazioni. Non è stato scalato nulla.
}
cancel-not-yours = Può annullarla solo chi l'ha inviata o un amministratore.
failed-cancelled = Annullato. Non è stato scalato nulla.

## Quanto resta

quota-limited = { $daily ->
    [0] Restano: { DURATION($extra) }. I secondi li dà il proprietario del bot.
   *[other]
        Oggi restano: { DURATION($left) } (limite: { DURATION($daily) }).
        { $bar }
        Il limite si rinnova { WAIT($hours, $minutes) } (alle { $at }, { $zone }).{ $extra ->
            [0] { "" }
           *[other] { "" }
                In riserva: { DURATION($extra) }. La riserva non scade e si usa dopo il limite giornaliero.
        }
}
quota-plan = Il tuo piano: { $title }.
quota-plan-until = { $renewal ->
    [canceled] Pagato fino al { $until } e non si rinnova: l'abbonamento è disdetto.
    [failed] Pagato fino al { $until }; il rinnovo non è riuscito perché il pagamento è fallito.
   *[itself] Pagato fino al { $until }; si rinnova da solo.
}
quota-unlimited = Per te non c'è limite giornaliero: invia quanto ti serve. { one-recording }
quota-banned = Il proprietario del bot ha disattivato la trascrizione per te. Se è un errore, scrivigli.

## Conoscersi

start =
    Ciao! Inviami o inoltrami un messaggio vocale, un videomessaggio, un audio o un video: rispondo con il testo.

    { limits }

    Di più: /help. Che cosa succede alle tue registrazioni: /privacy.
help =
    Che cosa puoi inviare: un messaggio vocale, un videomessaggio, un audio, un video o un file con il suono; anche inoltrati. { speech-language }

    { limits } Un file: fino a { $max_mib } MB.

    { in-groups }

    { $commands }
limits = { $unlimited ->
    [0] { $daily ->
        [0] { $max_seconds ->
            [0] { "" }
           *[other] { one-recording }{ " " }
        }I secondi li dà il proprietario del bot.
       *[other] Limite giornaliero: { DURATION($daily) }. { one-recording }
    }
   *[other] Per te non c'è limite giornaliero. { one-recording }
}
one-recording = Una registrazione: fino a { DURATION($max_seconds) }.
speech-language = { $speech_language ->
    [auto] Capisco l'italiano, il russo, l'inglese e altre lingue, e riconosco la lingua da me.
    [ru] Trascrivo il parlato in russo.
    [en] Trascrivo il parlato in inglese.
   *[other] La lingua delle registrazioni l'ha scelta il proprietario del bot: { $speech_language }.
}
in-groups = { $all_media ->
    [0] Nei gruppi trascrivo solo messaggi vocali e videomessaggi tondi, e rispondo a essi.
   *[other] Nei gruppi trascrivo lo stesso, e rispondo alla registrazione.
}
privacy-elsewhere = Le tue registrazioni vengono aperte sul server del proprietario di questo bot. Parti di quelle più lunghe vengono trascritte anche su altre macchine scelte da lui; lì non si conserva nulla.
privacy-all-elsewhere = Le tue registrazioni vengono aperte sul server del proprietario di questo bot. Ciò che vi si dice viene trascritto su altre macchine scelte da lui; lì non si conserva nulla.
privacy =
    Le tue registrazioni vengono trascritte sul server del proprietario di questo bot e non vanno da nessun'altra parte.

    • Il file viene eliminato subito dopo la trascrizione.
    • { $kept_hours ->
        [0] Il testo viene eliminato dal server appena arriva nella chat.
        [one] Il testo resta sul server ancora { $kept_hours } ora dopo l'arrivo nella chat, poi viene eliminato.
       *[other] Il testo resta sul server ancora { $kept_hours } ore dopo l'arrivo nella chat, poi viene eliminato.
    }
    • Si conservano: il tuo ID Telegram, nome utente, lingua, impostazioni, vocabolario, se mi hai bloccato e quanti secondi sono stati trascritti; e di ogni registrazione la chat e il numero del messaggio, l'ora, il tipo, la durata e la lingua.
    • Se mi hai collegato al tuo account: che cosa mi permetti. Il nome di chi parla con te e quello che sta sotto un messaggio vocale, solo mentre è in lavorazione.

    Quello che viene detto non finisce mai nei registri. Per eliminare tutto ciò che si conserva su di te: /forget.

## Suggerimenti

hint-text = Trasformo il parlato in testo. Invia un messaggio vocale, un videomessaggio, un audio o un video. Di più: /help
hint-unsupported = Qui non c'è parlato che io possa trascrivere. Invia un messaggio vocale, un videomessaggio, un audio o un video.
hint-expired = Questa registrazione è scaduta: si poteva aprire una volta sola. Inviala di nuovo, meglio senza visualizzazione singola. Non è stato scalato nulla.
too-often = Troppo spesso: aspetta un minuto. Fino ad allora niente risposte.
unknown-command = Questo comando non esiste. Tutti i comandi: /help
only-in-private = { $command } funziona in una chat privata con me.
only-in-groups = { $command } funziona solo nei gruppi.
button-gone = Questo pulsante non vale più.

## Dimenticare tutto

forget-ask =
    Così si elimina tutto ciò che si conserva su di te: ID, nome utente, lingua, impostazioni, vocabolario, cronologia e secondi in riserva. Non si può annullare.

    Restano solo somme generali, senza nome né ID. Sotto un codice cifrato al posto dell'ID restano: fino a due giorni quanto usato oggi, un mese o due il momento della tua richiesta, e un blocco, se c'è, finché il proprietario non lo toglie. I messaggi di questa chat li conserva Telegram; puoi eliminarli lì.

    Se è questo che vuoi, invia: /forget sì
forget-yes = sì
forget-busy = La tua registrazione è ancora in lavorazione. Aspetta la risposta e invia di nuovo: /forget sì
forget-done = Fatto: tutto ciò che si conservava su di te è eliminato. Se scriverai di nuovo, si ricomincia da capo.
forget-private = Per eliminare tutto ciò che si conserva su di te, invia /forget in una chat privata con me.

## Statistiche e dati propri

stats = { $days ->
    [one] Nell'ultimo giorno
   *[other] Negli ultimi { $days } giorni
}: { $count ->
    [one] { $count } registrazione
   *[other] { $count } registrazioni
}, { DURATION($seconds) }. Il massimo in un giorno: { DURATION($most) }.
stats-none = Nessuna registrazione { $days ->
    [one] nell'ultimo giorno
   *[other] negli ultimi { $days } giorni
}.
mydata = Tutto ciò che si conserva su di te. Per eliminarlo: /forget.

## Profilo del bot

profile-about = Messaggi vocali e video, audio e filmati, in testo. Invia o inoltra una registrazione.
profile-description = Trasformo il parlato in testo: messaggi vocali, videomessaggi, audio e video.

    Invia o inoltra una registrazione, e in pochi secondi qui c'è il suo testo. La trascrizione avviene sul server del proprietario del bot e non va da nessun'altra parte.

## Descrizioni dei comandi

help-transcribe = il testo della registrazione a cui rispondi con esso
help-quota = quanti secondi restano
help-cancel = annullare le tue registrazioni ancora in lavorazione
help-settings = lingue, risposte e altro
help-vocabulary = nomi e termini, perché siano scritti bene
help-stats = le tue registrazioni di un mese, in un'immagine
help-mydata = tutto ciò che si conserva su di te, in un file
help-privacy = che cosa succede alle tue registrazioni
help-forget = eliminare tutto ciò che si conserva su di te

command-start = Inizia
command-help = Che cosa sa fare il bot
command-transcribe = Testo della registrazione a cui rispondi
command-quota = Quanti secondi restano
command-cancel = Annulla le registrazioni ancora in lavorazione
command-settings = Impostazioni
command-vocabulary = Nomi e termini
command-stats = Le mie registrazioni di un mese
command-mydata = Tutto ciò che si conserva su di me
command-privacy = Che cosa succede alle tue registrazioni
command-forget = Elimina tutto ciò che si conserva su di me

## /transcribe e i gruppi

transcribe-nothing = Rispondi con questo comando a un messaggio vocale, un videomessaggio o un'altra registrazione: ne invierò il testo.
transcribe-gone = Questa registrazione non c'è più, o Telegram non me la mostra. Inoltrala qui.
transcribe-expired = Questa registrazione è scaduta: si poteva aprire una volta sola. Non è stato scalato nulla.
transcribe-answered = Il testo di questa registrazione c'è già: nel messaggio a cui sto rispondendo.
privacy-mode =
    Grazie per avermi nel gruppo! Però non vedo ancora i suoi messaggi vocali: Telegram mi mostra solo i comandi, si chiama modalità privacy.

    Perché ricevano risposta da soli, rendimi amministratore del gruppo; non mi servono permessi. Oppure il proprietario del bot disattivi la modalità privacy (@BotFather, /setprivacy), e aggiungimi di nuovo.

    Nel frattempo rispondi a un messaggio vocale con /transcribe@{ $bot }, e ne invierò il testo.
preference-group_mode = Che cosa si trascrive in un gruppo
preference-group_mode-automatic = tutti i messaggi vocali e video
preference-group_mode-command = solo con il comando /transcribe
preference-group_mode-mention = quando si risponde con il mio nome o /transcribe
preference-group_style = Che cosa si vede del lavoro
preference-group_style-calm = una reazione, e un messaggio se dura
preference-group_style-reaction = solo una reazione
preference-group_style-status = subito un messaggio, rifiuti a parole
preference-group_visibility = Chi vede un testo
preference-group_visibility-everyone = tutti
preference-group_visibility-asker = solo chi l'ha chiesto con /transcribe
preference-group_min_seconds = Da che durata si trascrive senza richiesta
preference-group_min_seconds-number = { $value ->
    [0] qualsiasi
   *[other] { $value } s o più
}
preference-channel_posts = Trascrivere le registrazioni pubblicate nel canale

## Pulsanti sotto una risposta

answer-language = 🌐 { $language }
answer-txt = .txt
answer-srt = .srt
answer-vtt = .vtt
answer-times = Con i tempi
answer-text = Senza tempi
answer-partial = ✂️ Solo l'inizio, fino a { $time }
answer-again = Altra lingua
answer-again-back = « Indietro
answer-again-taken = Trascrivo in quella lingua…
answer-hide = Rimuovi
answer-hide-ask = Rimuovere il testo dalla chat? Non si può recuperare.
answer-hide-yes = Rimuovi per sempre
answer-hide-no = Tienilo
answer-not-yours = Questi pulsanti sono per chi ha inviato la registrazione e per gli amministratori.
preference-output_style = Come appaiono i testi lunghi
preference-output_style-folded = l'inizio, il resto richiuso
preference-output_style-plain = tutto il testo insieme
preference-output_style-file = l'inizio e un file .txt
preference-doubt_marks = Sottolineare le parole incerte

## Modalità ospite

guest-hint = Rispondi a un messaggio vocale o video e nominami nella risposta: ne scriverò il testo.
guest-no-short = (Non so ancora riassumere: questo è il testo intero.)
guest-rest = … Il testo intero è nella tua chat privata con { $bot }.
guest-rest-unreachable = … Potrò inviarti il testo intero in privato quando avrai iniziato una chat con { $bot } e l'avrai chiesto di nuovo.
guest-elsewhere = Hai chiesto di una registrazione in un'altra chat. Lì non si è potuto mostrare il testo, quindi eccolo qui:
inline-none = Ancora nessun testo: inviami un messaggio vocale
inline-not-found = Nessun testo simile. Inviami un messaggio vocale
inline-not-kept = Qui i testi non si conservano: inviami un messaggio vocale

## Account collegato

business-connected =
    Il tuo account è collegato. Trasformo in testo i messaggi vocali e video che arrivano nelle chat private che hai scelto.

    { $place ->
        [chat] { $can_reply ->
            [0] Telegram non mi lascia rispondere a tuo nome, quindi il testo lo vedrai solo tu, qui. Puoi permetterlo nelle impostazioni del collegamento.
           *[other] Il testo apparirà in quella stessa chat, come risposta a tuo nome.
        }
       *[other] Il testo lo vedrai solo tu, qui.
    }
    Si usano i tuoi secondi (/quota). Chi parla con te non vede di me altro che il testo, se scegli così. Scegliere le chat, mettermi in pausa o scollegarmi: nelle impostazioni di Telegram.
business-disconnected = Il tuo account è scollegato: non vedo più le tue chat private. Ciò che era in lavorazione resta senza testo, e non viene scalato nulla.
business-choose = Dove mostrare il testo
business-from = 🎙 { $name }:
business-own = 🎙 Tu → { $name }:
business-somebody = qualcuno
business-no-text = { $matter ->
    [over-quota] Un messaggio vocale senza testo ({ $name }): i tuoi secondi non bastano. Vedi /quota. Oggi non lo ripeterò.
    [too-long] Un messaggio vocale senza testo ({ $name }): è troppo lungo. Oggi non lo ripeterò.
    [no-speech] Un messaggio vocale senza testo ({ $name }): non si sente nessuno parlare.
    [user-queue-full] Un messaggio vocale senza testo ({ $name }): ci sono troppe registrazioni in lavorazione. Oggi non lo ripeterò.
    [queue-full] Un messaggio vocale senza testo ({ $name }): la coda è piena. Oggi non lo ripeterò.
    [disk-full] Un messaggio vocale senza testo ({ $name }): al server manca spazio. Oggi non lo ripeterò.
    [too-old] Un messaggio vocale senza testo ({ $name }): il bot non era disponibile. Oggi non lo ripeterò.
    [too-large] Un messaggio vocale senza testo ({ $name }): il file è troppo grande. Oggi non lo ripeterò.
   *[other] Un messaggio vocale senza testo ({ $name }): non si è potuto trascrivere.
} Non è stato scalato nulla.
preference-business_answers = Testo dei messaggi vocali
preference-business_answers-owner = solo per me, qui
preference-business_answers-chat = nella chat stessa, a mio nome
preference-business_voices = Messaggi vocali di chi
preference-business_voices-received = solo quelli ricevuti
preference-business_voices-all = anche i miei

## Impostazioni

settings-home = { $is_group ->
    [0] ⚙️ Le tue impostazioni
   *[other] ⚙️ Impostazioni di questo gruppo
}
settings-theme-speech = 🗣 Parlato
settings-theme-answers = 💬 Risposte
settings-theme-groups = 👥 Nei gruppi
settings-theme-account = 🔗 Account collegato
settings-theme-bot = 🤖 Il bot
settings-line = { $name }: { $value }
settings-on = sì
settings-off = no
settings-back = « Indietro
settings-close = Chiudi
settings-closed = Impostazioni chiuse. Per riaprirle: /settings
settings-reset = Torna al valore predefinito: { $value }
settings-locked = Questo lo decide il proprietario del bot.
settings-administrators = Le impostazioni di un gruppo le cambiano i suoi amministratori. Le tue sono nella chat privata con me: /settings
settings-administrators-only = Questi pulsanti sono per gli amministratori del gruppo. Se lo sei, premi di nuovo tra un minuto.
settings-too-many = Puoi sceglierne al massimo { $most }: togline prima qualcuno.
settings-unknown = Questa impostazione non esiste. Ci sono: { $names }. Tutte con i pulsanti: /settings
settings-unknown-value = Questo valore non esiste. Possibili: { $expected }

preference-languages = Lingue parlate
preference-languages-auto = qualsiasi
preference-languages-about = Una sola lingua non va riconosciuta, e ci sono meno errori. Tra più lingue si prende la più probabile.
preference-translation = Tradurre in inglese
preference-vocabulary = Vocabolario
preference-vocabulary-about = Nomi e termini che dici spesso: /vocabulary
preference-live_drafts = Il testo appare mentre viene trascritto
preference-interface = Lingua del bot
preference-interface-auto = come in Telegram
preference-keep_texts = Conservare i testi dopo la consegna
preference-time_zone = Fuso orario
preference-time_zone-about = In base a esso dico a che ora si rinnova il limite: /settings time_zone Europe/Rome

vocabulary-empty =
    Il tuo vocabolario è vuoto. Aggiungi nomi e termini che dici spesso, perché siano scritti bene:
    /vocabulary Anna Sciukina, Kubernetes
vocabulary-words =
    📖 Vocabolario: { $words }

    Aggiungere: /vocabulary parola, altra parola
    Togliere: con un pulsante o /vocabulary remove parola
vocabulary-clear = Svuota
vocabulary-too-much = Un vocabolario contiene fino a { $words } parole e { $signs } segni, una parola fino a 40 segni; separale con virgole.

## What can be made of a text

answer-summary = In breve
answer-points = Punti chiave
answer-tasks = Compiti
answer-translation = Traduci
made-phrases = Frasi principali
made-summary = In breve
made-points = Punti chiave
made-tasks = Compiti e date
made-translation = Traduzione
made-by-model = Fatto da un modello linguistico ({ $model }); può sbagliare.
made-stands-in = Il modello linguistico ora non risponde, perciò queste sono le frasi principali della registrazione stessa.
made-taken = Ci sto lavorando…
made-stopped = Fermato qui.{ $limit ->
    [0] { "" }
   *[other] { " " }Conta come uno dei { $limit } usi del giorno.
}
made-stopped-empty = Fermato prima che ci fosse qualcosa; non conta.
made-in-work = Ci sto già lavorando.
made-over = Per oggi è tutto: lo faccio fino a { $limit } volte al giorno.
made-nothing = Non c'è niente da riassumere: il testo è troppo corto.
made-unavailable = Il modello linguistico ora non risponde. Riprova più tardi; questo tentativo non conta.
made-failed = Non ha funzionato. Riprova; questo tentativo non conta.
made-consent = Per questo il testo della registrazione va a un modello linguistico su un altro server: { $host }. L'audio non va da nessuna parte. Puoi ritirare il consenso in /settings.
made-agree = D'accordo, invia
made-agreed = Bene, ora i testi possono andare al modello linguistico. Per ritirarlo: /settings send_texts.
summary-nothing = Rispondi con /summary a un testo che ho inviato o alla sua registrazione.
# Words that may follow /summary, apart by commas
summary-summary = in breve, riassunto, breve
summary-points = punti chiave, punti
summary-tasks = compiti, da fare
summary-translation = traduci, traduzione, tradurre
summary-what = Dopo /summary si può scrivere: { $words }. Per tradurre, anche la lingua: traduci inglese.
summary-same = Il testo è già in quella lingua.
summary-gone = Non ho più questo testo: tengo i testi per poco tempo. Invia di nuovo la registrazione.
command-summary = Il succo del testo a cui rispondi
help-summary = rispondi con questo a un mio testo per averne il succo; puoi dire che cosa: punti chiave, compiti, traduci inglese
preference-auto_summary = Il succo dei testi lunghi subito
preference-auto_summary-off = niente
preference-auto_summary-summary = in breve
preference-auto_summary-points = punti chiave
preference-auto_summary-tasks = compiti
preference-send_texts = Inviare i testi al modello linguistico
# Said after `privacy`; $where: nowhere, here (a model on this machine) or away, on $host
privacy-made = { $where ->
    [nowhere] Posso scegliere le frasi principali di un testo: anche questo avviene qui, sullo stesso server.
    [here] Riassunti, punti chiave, compiti e traduzioni li fa un modello linguistico sullo stesso server.
   *[away] Riassunti, punti chiave, compiti e traduzioni li fa un modello linguistico su un altro server ({ $host }). I testi ci vanno solo se l'hai permesso e solo quando serve; l'audio mai.
}
## Comprare con le stelle di Telegram

buy-choose =
    I secondi oltre il limite giornaliero si comprano con le stelle di Telegram. Non scadono e si usano dopo quelli del giorno.{ $extra ->
        [0] { "" }
       *[other] { " " }Ora ne restano { DURATION($extra) }.
    }

    Condizioni: /terms. Domande su un pagamento: /paysupport.
buy-button = { $title } per { $stars } ⭐
buy-seconds = { DURATION($seconds) } di parlato
buy-description = Secondi oltre il limite giornaliero: non scadono e si usano dopo quelli del giorno.
buy-description-plan = Il piano «{ $title }» per 30 giorni. Si rinnova da solo; si annulla nelle impostazioni di Telegram.
buy-subscribe = Il piano «{ $title }»: { $stars } ⭐ per 30 giorni. Si rinnova da solo; si annulla nelle impostazioni di Telegram.
buy-subscribe-button = Abbonati
buy-offer = Compra altri secondi
buy-fault = { $fault ->
    [expired] Questa fattura è scaduta. Invia di nuovo /buy.
    [doubled] Questa fattura è già pagata.
    [not-yours] Questa fattura è di un'altra persona. Invia /buy per comprare per te.
    [gone] Non si vende più, o il prezzo è cambiato. Invia di nuovo /buy.
    [not-now] Ora non si accettano registrazioni, quindi non c'è nulla da pagare.
   *[other] Questo ordine non esiste. Invia di nuovo /buy.
}
payment-receipt =
    Grazie! Pagato: { $stars } ⭐. Aggiunto: { DURATION($seconds) }. Ora hai { DURATION($extra) } oltre a quelli del giorno.

    Numero del pagamento: { $charge }
payment-receipt-plan =
    Grazie! Pagato: { $stars } ⭐. Il piano «{ $title }» vale fino al { $until }.

    Numero del pagamento: { $charge }
payment-returned =
    { $reason ->
        [doubled] Questo ordine è stato pagato due volte.
        [expired] L'ordine era scaduto quando è stato pagato.
        [not-yours] Questa fattura era di un'altra persona.
        [asked] Il proprietario del bot ha rimborsato un pagamento.
        [elsewhere] Un pagamento è stato rimborsato.
       *[other] Questo ordine non esiste.
    } Hai riavuto { $stars } ⭐.{ $taken ->
        [0] { "" }
       *[other] { " " }Il non usato è stato tolto: { DURATION($taken) }.
    }

    Numero del pagamento: { $charge }
history-none = Ancora nessun pagamento.
history-payments = Pagamenti:
history-line = { $at } · { $title } · { $stars } ⭐ · { $state ->
    [credited] accreditato
    [refunding] in rimborso
   *[other] rimborsato
} · { $charge }
history-use = { $days ->
    [one] Trascritto in { $days } giorno:
   *[other] Trascritto in { $days } giorni:
}
history-use-line = { $at } · { DURATION($seconds) } · { $count ->
    [one] { $count } registrazione
   *[other] { $count } registrazioni
}
terms =
    Compri secondi di riconoscimento vocale, o un piano di 30 giorni, con le stelle di Telegram.

    I secondi comprati non scadono e si usano dopo quelli del giorno. Una registrazione che non si è potuta trascrivere non costa nulla. Il non usato può essere rimborsato: invia /paysupport. Se chiedi di cancellare i tuoi dati (/forget), i secondi non usati vanno persi. La precisione non è garantita.

    Vende il proprietario di questo bot, non Telegram: l'assistenza di Telegram non può aiutare con questi acquisti.
paysupport =
    Descrivi la tua domanda su un pagamento in un messaggio dopo il comando, per esempio: /paysupport non ho ricevuto i secondi del pagamento …

    Il numero del pagamento è nella ricevuta e in /history. Risponde il proprietario del bot; l'assistenza di Telegram non può aiutare con questi acquisti.
paysupport-sent = La tua domanda è arrivata agli amministratori del bot. Ti scriveranno.
paysupport-nobody = Ora non c'è nessuno a cui passare la domanda. Scrivi al proprietario del bot.
paysupport-question =
    Una domanda su un pagamento, da { $user }:

    { $words }
forget-payments = I secondi comprati e non usati vanno persi con la cancellazione. Per la contabilità restano numero, importo, data e nome di ogni pagamento, senza il tuo nome né il tuo identificativo.
privacy-payments = Di un pagamento in Stelle si conservano il numero, l'importo, la data e il pacchetto. Dopo /forget restano per la contabilità, senza il tuo nome né il tuo ID; i secondi non usati vanno persi.
help-buy = comprare secondi con le stelle
help-history = pagamenti e uso
help-paysupport = domanda su un pagamento
help-terms = condizioni di vendita
command-buy = Compra secondi con le stelle
command-history = I miei pagamenti e il mio uso
command-paysupport = Domanda su un pagamento
command-terms = Condizioni di vendita
