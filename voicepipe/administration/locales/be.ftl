# Тэксты адміністратараў бота.

admin-status =
    { $is_paused ->
        [0] 🟢 Працуе: { DURATION($uptime) }
       *[other] ⏸ Новыя запісы не прымаюцца
    }
    Чарга: { $queue }, без адказу: { $unfinished }
    Працэсы: { $working } з { $workers }, мадэль { $model }
    Сёння: запісаў — { $count }, людзей — { $users }, гуку — { DURATION($seconds) }. Запісаў учора: { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] Боту яшчэ не пісаў: праверце ID
           *[other] План: { $plan }
        }
       *[other] 🚫 Заблакіраваны
    }
    { $is_unlimited ->
        [0] Сёння: { DURATION($used) } з { DURATION($daily, case: "genitive") }
       *[other] Без дзённага ліміту
    }
    Запас: { DURATION($extra) }
    Усяго запісаў: { $count }, гуку: { DURATION($seconds) }
admin-summary =
    ☀️ Зводка за ўчора
    Запісаў: { $count } (днём раней: { $before }), людзей: { $users }, гуку: { DURATION($seconds) }
    Збояў за суткі: { $troubles }, у чарзе цяпер: { $queue }
admin-changes = Што мянялі:
admin-plans = Які план даць?
admin-no-plans = Планаў пакуль няма: іх апісваюць у наладах, [quota.plans.НАЗВА].
admin-top-title = 🏆 Больш за ўсіх за { $days } дз.
admin-top-line = { $name } — { DURATION($seconds) }, запісаў: { $count }
admin-nothing = Пуста.
admin-errors-title = ⚠️ Што было не так
admin-who-how = Назавіце чалавека: /admin 123456789 або /admin @імя. Або адкажыце /admin на яго паведамленне: у групе ці на пераслане сюды. Адкажу тут, у асабістым чаце.
admin-pause-ask = Новыя запісы атрымаюць ветлівую адмову, прынятыя будуць распазнаныя. Так датуль, пакуль не адновіце.
admin-cast-how = Каб напісаць усім, адпраўце: /admin broadcast ТЭКСТ. Спачатку пакажу, як гэта выглядае.
admin-cast-ask = Адправіць усім, хто пісаў боту? Атрымальнікаў: { $count }
admin-cast-long = Тэкст даўжэйшы за { $most } знакаў. Скараціце яго.
admin-cast-progress = 📣 Рассылка ідзе. Дастаўлена: { $delivered }, бот заблакіраваны: { $blocked }, не пісалі боту асабіста: { $strangers }, не ўдалося: { $failed }, засталося: { $waiting }
admin-cast-done = 📣 Рассылка скончана. Дастаўлена: { $delivered }, бот заблакіраваны: { $blocked }, не пісалі боту асабіста: { $strangers }, не ўдалося: { $failed }
admin-cast-stopped = 📣 Рассылка спынена. Дастаўлена: { $delivered }, бот заблакіраваны: { $blocked }, не пісалі боту асабіста: { $strangers }, не ўдалося: { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Абнавіць
admin-button-who = 👤 Чалавек
admin-button-top = 🏆 Хто больш за ўсіх
admin-button-errors = ⚠️ Збоі
admin-button-cast = 📣 Рассылка
admin-button-pause = ⏸ Прыпыніць
admin-button-resume = ▶️ Аднавіць
admin-button-back = « Назад
admin-button-plan = 🎟 План
admin-button-plan-none = Без плана
admin-button-unlimited-1 = ∞ Зняць ліміт
admin-button-unlimited-0 = Вярнуць ліміт
admin-button-ban-1 = 🚫 Заблакіраваць
admin-button-ban-0 = Разблакіраваць
admin-button-cast-send = 📣 Адправіць усім
admin-button-cast-drop = Не адпраўляць
admin-button-stop = ⏹ Спыніць
admin-done = Гатова
admin-alert-worker = 🔴 Рабочы працэс раз за разам падае і больш не запускаецца. Прычына ў журнале: journalctl -u voicepipe. Перазапуск сэрвісу запусціць яго зноў.
admin-alert-disk = 🔴 Мала месца на дыску: { $value } МБ. Хутка запісы перастануць прымацца.
admin-alert-queue = 🔴 Чарга стаіць: запіс чакае ўжо { DURATION($value, case: "accusative") }.
admin-alert-telegram = 🟠 Telegram быў недаступны { DURATION($value, case: "accusative") }. Цяпер сувязь ёсць, прапушчанае нагонім.
admin-over-worker = 🟢 Рабочыя працэсы зноў у парадку.
admin-over-disk = 🟢 Месца на дыску зноў хапае.
admin-over-queue = 🟢 Чарга зноў рухаецца.
