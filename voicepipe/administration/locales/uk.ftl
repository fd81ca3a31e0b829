# Тексти адміністраторів бота.

admin-status =
    { $is_paused ->
        [0] 🟢 Працює: { DURATION($uptime) }
       *[other] ⏸ Нові записи не приймаються
    }
    Черга: { $queue }, без відповіді: { $unfinished }
    Процеси: { $working } з { $workers }, модель { $model }
    Сьогодні: записів — { $count }, людей — { $users }, звуку — { DURATION($seconds) }. Записів учора: { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] Боту ще не писав: перевірте ID
           *[other] План: { $plan }
        }
       *[other] 🚫 Заблоковано
    }
    { $is_unlimited ->
        [0] Сьогодні: { DURATION($used) } з { DURATION($daily, case: "genitive") }
       *[other] Без денного ліміту
    }
    Запас: { DURATION($extra) }
    Усього записів: { $count }, звуку: { DURATION($seconds) }
admin-summary =
    ☀️ Підсумок за вчора
    Записів: { $count } (днем раніше: { $before }), людей: { $users }, звуку: { DURATION($seconds) }
    Збоїв за добу: { $troubles }, у черзі зараз: { $queue }
admin-changes = Що змінювали:
admin-plans = Який план дати?
admin-no-plans = Планів поки немає: їх описують у налаштуваннях, [quota.plans.НАЗВА].
admin-top-title = 🏆 Найбільше за { $days } дн.
admin-top-line = { $name } — { DURATION($seconds) }, записів: { $count }
admin-nothing = Порожньо.
admin-errors-title = ⚠️ Що було не так
admin-who-how = Назвіть людину: /admin 123456789 або /admin @ім'я. Або відповідайте /admin на її повідомлення: у групі чи на переслане сюди. Відповім тут, в особистому чаті.
admin-pause-ask = Нові записи отримають чемну відмову, прийняті буде розпізнано. Так доти, доки не поновите.
admin-cast-how = Щоб написати всім, надішліть: /admin broadcast ТЕКСТ. Спершу покажу, як це виглядає.
admin-cast-ask = Надіслати всім, хто писав боту? Одержувачів: { $count }
admin-cast-long = Текст довший за { $most } знаків. Скоротіть його.
admin-cast-progress = 📣 Розсилання триває. Доставлено: { $delivered }, бота заблоковано: { $blocked }, не писали боту особисто: { $strangers }, не вдалося: { $failed }, лишилося: { $waiting }
admin-cast-done = 📣 Розсилання завершено. Доставлено: { $delivered }, бота заблоковано: { $blocked }, не писали боту особисто: { $strangers }, не вдалося: { $failed }
admin-cast-stopped = 📣 Розсилання зупинено. Доставлено: { $delivered }, бота заблоковано: { $blocked }, не писали боту особисто: { $strangers }, не вдалося: { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Оновити
admin-button-who = 👤 Людина
admin-button-top = 🏆 Хто найбільше
admin-button-errors = ⚠️ Збої
admin-button-cast = 📣 Розсилання
admin-button-pause = ⏸ Призупинити
admin-button-resume = ▶️ Поновити
admin-button-back = « Назад
admin-button-plan = 🎟 План
admin-button-plan-none = Без плану
admin-button-unlimited-1 = ∞ Зняти ліміт
admin-button-unlimited-0 = Повернути ліміт
admin-button-ban-1 = 🚫 Заблокувати
admin-button-ban-0 = Розблокувати
admin-button-cast-send = 📣 Надіслати всім
admin-button-cast-drop = Не надсилати
admin-button-stop = ⏹ Зупинити
admin-done = Готово
admin-alert-worker = 🔴 Робочий процес раз у раз падає й більше не запускається. Причина в журналі: journalctl -u voicepipe. Перезапуск сервісу запустить його знову.
admin-alert-disk = 🔴 Мало місця на диску: { $value } МБ. Скоро записи перестануть прийматися.
admin-alert-queue = 🔴 Черга стоїть: запис чекає вже { DURATION($value, case: "accusative") }.
admin-alert-telegram = 🟠 Telegram був недоступний { DURATION($value, case: "accusative") }. Зараз зв'язок є, пропущене надолужимо.
admin-over-worker = 🟢 Робочі процеси знову в порядку.
admin-over-disk = 🟢 Місця на диску знову вистачає.
admin-over-queue = 🟢 Черга знову рухається.
