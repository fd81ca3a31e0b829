# Ciò che leggono gli amministratori del bot.

admin-status =
    { $is_paused ->
        [0] 🟢 In funzione: { DURATION($uptime) }
       *[other] ⏸ Non si accettano nuove registrazioni
    }
    Coda: { $queue }, senza risposta: { $unfinished }
    Processi: { $working } su { $workers }, modello { $model }
    Oggi: registrazioni { $count }, persone { $users }, audio { DURATION($seconds) }. Registrazioni ieri: { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] Non ha ancora scritto al bot: controllate l'ID
           *[other] Piano: { $plan }
        }
       *[other] 🚫 Bloccato
    }
    { $is_unlimited ->
        [0] Oggi: { DURATION($used) } su { DURATION($daily) }
       *[other] Senza limite giornaliero
    }
    Riserva: { DURATION($extra) }
    Registrazioni in tutto: { $count }, audio: { DURATION($seconds) }
admin-summary =
    ☀️ Ieri
    Registrazioni: { $count } (il giorno prima: { $before }), persone: { $users }, audio: { DURATION($seconds) }
    Guasti in 24 ore: { $troubles }, ora in coda: { $queue }
admin-changes = Modifiche:
admin-plans = Quale piano?
admin-no-plans = Non ci sono ancora piani: si definiscono nella configurazione, [quota.plans.NOME].
admin-top-title = 🏆 Chi più di tutti in { $days } giorni
admin-top-line = { $name }: { DURATION($seconds) }, registrazioni: { $count }
admin-nothing = Niente.
admin-errors-title = ⚠️ Guasti recenti
admin-who-how = Indicate qualcuno: /admin 123456789 o /admin @nome. Oppure rispondete /admin a un suo messaggio, in un gruppo o inoltrato qui. La risposta arriva qui, in privato.
admin-pause-ask = Le nuove registrazioni sono rifiutate con garbo; quelle accettate avranno il testo. Resta così finché non riprendete.
admin-cast-how = Per scrivere a tutti, inviate: /admin broadcast TESTO. Prima vedrete come appare.
admin-cast-ask = Inviarlo a tutti quelli che hanno scritto al bot? Destinatari: { $count }
admin-cast-long = Il testo supera i { $most } caratteri. Accorciatelo.
admin-cast-progress = 📣 Invio in corso. Consegnati: { $delivered }, bot bloccato: { $blocked }, mai scritto in privato: { $strangers }, falliti: { $failed }, restano: { $waiting }
admin-cast-done = 📣 Invio concluso. Consegnati: { $delivered }, bot bloccato: { $blocked }, mai scritto in privato: { $strangers }, falliti: { $failed }
admin-cast-stopped = 📣 Invio fermato. Consegnati: { $delivered }, bot bloccato: { $blocked }, mai scritto in privato: { $strangers }, falliti: { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Aggiorna
admin-button-who = 👤 Persona
admin-button-top = 🏆 Chi più di tutti
admin-button-errors = ⚠️ Guasti
admin-button-cast = 📣 Invio a tutti
admin-button-pause = ⏸ Sospendi
admin-button-resume = ▶️ Riprendi
admin-button-back = « Indietro
admin-button-plan = 🎟 Piano
admin-button-plan-none = Nessun piano
admin-button-unlimited-1 = ∞ Togli il limite
admin-button-unlimited-0 = Ripristina il limite
admin-button-ban-1 = 🚫 Blocca
admin-button-ban-0 = Sblocca
admin-button-cast-send = 📣 Invia a tutti
admin-button-cast-drop = Non inviare
admin-button-stop = ⏹ Ferma
admin-done = Fatto
admin-alert-worker = 🔴 Un processo di lavoro cade di continuo e non viene più avviato. Il registro dice perché: journalctl -u voicepipe. Riavviando il servizio riparte.
admin-alert-disk = 🔴 C'è poco spazio su disco: { $value } MB. Presto non si accetteranno registrazioni.
admin-alert-queue = 🔴 La coda è ferma: una registrazione aspetta da { DURATION($value) }.
admin-alert-telegram = 🟠 Telegram non è stato raggiungibile per { DURATION($value) }. Ora c'è connessione e si recupera ciò che è mancato.
admin-over-worker = 🟢 I processi di lavoro stanno di nuovo bene.
admin-over-disk = 🟢 C'è di nuovo abbastanza spazio su disco.
admin-over-queue = 🟢 La coda avanza di nuovo.
