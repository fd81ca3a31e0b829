# Тексты администраторов бота: /admin, рассылка, сводка и тревоги. $seconds, $used, $daily, $extra, $uptime — секунды.

admin-status =
    { $is_paused ->
        [0] 🟢 Работает: { DURATION($uptime) }
       *[other] ⏸ Новые записи не принимаются
    }
    Очередь: { $queue }, без ответа: { $unfinished }
    Процессы: { $working } из { $workers }, модель { $model }
    Сегодня: записей — { $count }, людей — { $users }, звука — { DURATION($seconds) }. Записей вчера: { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] Боту ещё не писал: проверьте ID
           *[other] План: { $plan }
        }
       *[other] 🚫 Заблокирован
    }
    { $is_unlimited ->
        [0] Сегодня: { DURATION($used) } из { DURATION($daily, case: "genitive") }
       *[other] Без дневного лимита
    }
    Запас: { DURATION($extra) }
    Всего записей: { $count }, звука: { DURATION($seconds) }
admin-summary =
    ☀️ Сводка за вчера
    Записей: { $count } (днём раньше: { $before }), людей: { $users }, звука: { DURATION($seconds) }
    Сбоев за сутки: { $troubles }, в очереди сейчас: { $queue }
admin-changes = Что меняли:
admin-plans = Какой план дать?
admin-no-plans = Планов пока нет: их описывают в настройках, [quota.plans.ИМЯ].
admin-top-title = 🏆 Больше всех за { $days } дн.
admin-top-line = { $name } — { DURATION($seconds) }, записей: { $count }
admin-nothing = Пусто.
admin-errors-title = ⚠️ Что было не так
admin-who-how = Назовите человека: /admin 123456789 или /admin @имя. Или ответьте /admin на его сообщение: в группе либо на пересланное сюда. Отвечу здесь, в личном чате.
admin-pause-ask = Новые записи получат вежливый отказ, принятые будут распознаны. Так до тех пор, пока не возобновите.
admin-cast-how = Чтобы написать всем, отправьте: /admin broadcast ТЕКСТ. Сначала покажу, как это выглядит.
admin-cast-ask = Отправить всем, кто писал боту? Получателей: { $count }
admin-cast-long = Текст длиннее { $most } знаков. Сократите его.
admin-cast-progress = 📣 Рассылка идёт. Доставлено: { $delivered }, бот заблокирован: { $blocked }, не писали боту лично: { $strangers }, не удалось: { $failed }, осталось: { $waiting }
admin-cast-done = 📣 Рассылка окончена. Доставлено: { $delivered }, бот заблокирован: { $blocked }, не писали боту лично: { $strangers }, не удалось: { $failed }
admin-cast-stopped = 📣 Рассылка остановлена. Доставлено: { $delivered }, бот заблокирован: { $blocked }, не писали боту лично: { $strangers }, не удалось: { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Обновить
admin-button-who = 👤 Человек
admin-button-top = 🏆 Кто больше всех
admin-button-errors = ⚠️ Сбои
admin-button-cast = 📣 Рассылка
admin-button-pause = ⏸ Приостановить
admin-button-resume = ▶️ Возобновить
admin-button-back = « Назад
admin-button-plan = 🎟 План
admin-button-plan-none = Без плана
admin-button-unlimited-1 = ∞ Снять лимит
admin-button-unlimited-0 = Вернуть лимит
admin-button-ban-1 = 🚫 Заблокировать
admin-button-ban-0 = Разблокировать
admin-button-cast-send = 📣 Отправить всем
admin-button-cast-drop = Не отправлять
admin-button-stop = ⏹ Остановить
admin-done = Готово
admin-alert-worker = 🔴 Рабочий процесс раз за разом падает и больше не запускается. Причина в журнале: journalctl -u voicepipe. Перезапуск сервиса запустит его снова.
admin-alert-disk = 🔴 Мало места на диске: { $value } МБ. Скоро записи перестанут приниматься.
admin-alert-queue = 🔴 Очередь стоит: запись ждёт уже { DURATION($value, case: "accusative") }.
admin-alert-telegram = 🟠 Telegram был недоступен { DURATION($value, case: "accusative") }. Сейчас связь есть, пропущенное наверстаем.
admin-over-worker = 🟢 Рабочие процессы снова в порядке.
admin-over-disk = 🟢 Места на диске снова хватает.
admin-over-queue = 🟢 Очередь снова движется.
