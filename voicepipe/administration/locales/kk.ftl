# Бот әкімшілерінің мәтіндері.

admin-status =
    { $is_paused ->
        [0] 🟢 Жұмыс істеп тұр: { DURATION($uptime) }
       *[other] ⏸ Жаңа жазбалар қабылданбайды
    }
    Кезек: { $queue }, жауапсыз: { $unfinished }
    Процестер: { $working } / { $workers }, модель { $model }
    Бүгін: жазбалар — { $count }, адамдар — { $users }, дыбыс — { DURATION($seconds) }. Кешегі жазбалар: { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] Ботқа әлі жазбаған: ID-ді тексеріңіз
           *[other] Жоспар: { $plan }
        }
       *[other] 🚫 Бұғатталған
    }
    { $is_unlimited ->
        [0] Бүгін: { DURATION($used) } / { DURATION($daily) }
       *[other] Күндік шектеусіз
    }
    Қор: { DURATION($extra) }
    Барлық жазба: { $count }, дыбыс: { DURATION($seconds) }
admin-summary =
    ☀️ Кешегі қорытынды
    Жазбалар: { $count } (бір күн бұрын: { $before }), адамдар: { $users }, дыбыс: { DURATION($seconds) }
    Тәуліктегі ақаулар: { $troubles }, қазір кезекте: { $queue }
admin-changes = Өзгерістер:
admin-plans = Қай жоспарды береміз?
admin-no-plans = Әзірге жоспар жоқ: олар баптауда сипатталады, [quota.plans.АТЫ].
admin-top-title = 🏆 { $days } күнде ең көп
admin-top-line = { $name } — { DURATION($seconds) }, жазбалар: { $count }
admin-nothing = Бос.
admin-errors-title = ⚠️ Соңғы ақаулар
admin-who-how = Адамды атаңыз: /admin 123456789 немесе /admin @аты. Немесе оның хабарына топта не осында қайта жіберілгеніне /admin деп жауап беріңіз. Осы жеке чатта жауап беремін.
admin-pause-ask = Жаңа жазбалардан сыпайы бас тартылады, қабылданғандары танылады. Сіз жалғастырғанша осылай болады.
admin-cast-how = Бәріне жазу үшін жіберіңіз: /admin broadcast МӘТІН. Алдымен қалай көрінетінін көрсетемін.
admin-cast-ask = Ботқа жазғандардың бәріне жіберу керек пе? Алушылар: { $count }
admin-cast-long = Мәтін { $most } таңбадан ұзын. Қысқартыңыз.
admin-cast-progress = 📣 Тарату жүріп жатыр. Жеткізілді: { $delivered }, бот бұғатталған: { $blocked }, ботқа жеке жазбағандар: { $strangers }, болмады: { $failed }, қалды: { $waiting }
admin-cast-done = 📣 Тарату аяқталды. Жеткізілді: { $delivered }, бот бұғатталған: { $blocked }, ботқа жеке жазбағандар: { $strangers }, болмады: { $failed }
admin-cast-stopped = 📣 Тарату тоқтатылды. Жеткізілді: { $delivered }, бот бұғатталған: { $blocked }, ботқа жеке жазбағандар: { $strangers }, болмады: { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Жаңарту
admin-button-who = 👤 Адам
admin-button-top = 🏆 Ең көп кім
admin-button-errors = ⚠️ Ақаулар
admin-button-cast = 📣 Тарату
admin-button-pause = ⏸ Кідірту
admin-button-resume = ▶️ Жалғастыру
admin-button-back = « Артқа
admin-button-plan = 🎟 Жоспар
admin-button-plan-none = Жоспарсыз
admin-button-unlimited-1 = ∞ Шектеуді алу
admin-button-unlimited-0 = Шектеуді қайтару
admin-button-ban-1 = 🚫 Бұғаттау
admin-button-ban-0 = Бұғаттан шығару
admin-button-cast-send = 📣 Бәріне жіберу
admin-button-cast-drop = Жібермеу
admin-button-stop = ⏹ Тоқтату
admin-done = Дайын
admin-alert-worker = 🔴 Жұмыс процесі қайта-қайта құлап, енді іске қосылмайды. Себебі журналда: journalctl -u voicepipe. Қызметті қайта қосса, ол қайта іске қосылады.
admin-alert-disk = 🔴 Дискіде орын аз: { $value } МБ. Жақында жазбалар қабылданбайды.
admin-alert-queue = 🔴 Кезек тұрып қалды: жазба күтіп тұр: { DURATION($value) }.
admin-alert-telegram = 🟠 Telegram қолжетімсіз болды: { DURATION($value) }. Қазір байланыс бар, өткізіп алғанды толықтырамыз.
admin-over-worker = 🟢 Жұмыс процестері қайта қалыпты.
admin-over-disk = 🟢 Дискіде орын қайта жеткілікті.
admin-over-queue = 🟢 Кезек қайта жүріп жатыр.
