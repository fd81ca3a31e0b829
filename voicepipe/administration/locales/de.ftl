# Was die Administratoren des Bots lesen.

admin-status =
    { $is_paused ->
        [0] 🟢 In Betrieb seit { DURATION($uptime) }
       *[other] ⏸ Neue Aufnahmen werden nicht angenommen
    }
    Warteschlange: { $queue }, unbeantwortet: { $unfinished }
    Prozesse: { $working } von { $workers }, Modell { $model }
    Heute: Aufnahmen { $count }, Personen { $users }, Ton { DURATION($seconds) }. Aufnahmen gestern: { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] Hat dem Bot noch nicht geschrieben: bitte die ID prüfen
           *[other] Tarif: { $plan }
        }
       *[other] 🚫 Gesperrt
    }
    { $is_unlimited ->
        [0] Heute: { DURATION($used) } von { DURATION($daily) }
       *[other] Ohne Tageslimit
    }
    Vorrat: { DURATION($extra) }
    Aufnahmen insgesamt: { $count }, Ton: { DURATION($seconds) }
admin-summary =
    ☀️ Gestern
    Aufnahmen: { $count } (am Tag davor: { $before }), Personen: { $users }, Ton: { DURATION($seconds) }
    Störungen in 24 Stunden: { $troubles }, jetzt in der Warteschlange: { $queue }
admin-changes = Änderungen:
admin-plans = Welcher Tarif?
admin-no-plans = Noch gibt es keine Tarife: sie stehen in der Konfiguration, [quota.plans.NAME].
admin-top-title = 🏆 Am meisten in { $days } Tagen
admin-top-line = { $name }: { DURATION($seconds) }, Aufnahmen: { $count }
admin-nothing = Nichts.
admin-errors-title = ⚠️ Störungen der letzten Zeit
admin-who-how = Nennen Sie jemanden: /admin 123456789 oder /admin @name. Oder antworten Sie mit /admin auf eine Nachricht, in einer Gruppe oder hierher weitergeleitet. Die Antwort kommt hier, im privaten Chat.
admin-pause-ask = Neue Aufnahmen werden höflich abgelehnt, angenommene erhalten ihren Text. Das bleibt so, bis Sie fortsetzen.
admin-cast-how = Um allen zu schreiben, senden Sie: /admin broadcast TEXT. Zuerst sehen Sie, wie es aussieht.
admin-cast-ask = An alle senden, die dem Bot geschrieben haben? Empfänger: { $count }
admin-cast-long = Der Text ist länger als { $most } Zeichen. Bitte kürzen.
admin-cast-progress = 📣 Rundschreiben läuft. Zugestellt: { $delivered }, Bot blockiert: { $blocked }, nie privat geschrieben: { $strangers }, fehlgeschlagen: { $failed }, übrig: { $waiting }
admin-cast-done = 📣 Rundschreiben fertig. Zugestellt: { $delivered }, Bot blockiert: { $blocked }, nie privat geschrieben: { $strangers }, fehlgeschlagen: { $failed }
admin-cast-stopped = 📣 Rundschreiben angehalten. Zugestellt: { $delivered }, Bot blockiert: { $blocked }, nie privat geschrieben: { $strangers }, fehlgeschlagen: { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Aktualisieren
admin-button-who = 👤 Person
admin-button-top = 🏆 Wer am meisten
admin-button-errors = ⚠️ Störungen
admin-button-cast = 📣 Rundschreiben
admin-button-pause = ⏸ Anhalten
admin-button-resume = ▶️ Fortsetzen
admin-button-back = « Zurück
admin-button-plan = 🎟 Tarif
admin-button-plan-none = Kein Tarif
admin-button-unlimited-1 = ∞ Limit aufheben
admin-button-unlimited-0 = Limit wiederherstellen
admin-button-ban-1 = 🚫 Sperren
admin-button-ban-0 = Entsperren
admin-button-cast-send = 📣 An alle senden
admin-button-cast-drop = Nicht senden
admin-button-stop = ⏹ Stoppen
admin-done = Erledigt
admin-alert-worker = 🔴 Ein Arbeitsprozess stürzt immer wieder ab und wird nicht mehr gestartet. Warum, steht im Protokoll: journalctl -u voicepipe. Ein Neustart des Dienstes startet ihn wieder.
admin-alert-disk = 🔴 Wenig Speicherplatz: { $value } MB. Bald werden keine Aufnahmen mehr angenommen.
admin-alert-queue = 🔴 Die Warteschlange steht: eine Aufnahme wartet schon { DURATION($value) }.
admin-alert-telegram = 🟠 Telegram war nicht erreichbar: { DURATION($value) }. Jetzt ist die Verbindung da, Versäumtes wird nachgeholt.
admin-over-worker = 🟢 Die Arbeitsprozesse sind wieder in Ordnung.
admin-over-disk = 🟢 Es gibt wieder genug Speicherplatz.
admin-over-queue = 🟢 Die Warteschlange bewegt sich wieder.
