# What the bot's administrators read: /admin, broadcasts, the summary and alerts. $seconds, $used, $daily, $extra, $uptime are seconds.

admin-status =
    { $is_paused ->
        [0] 🟢 Running for { DURATION($uptime) }
       *[other] ⏸ No new recordings are accepted
    }
    Queue: { $queue }, unanswered: { $unfinished }
    Workers: { $working } of { $workers }, model { $model }
    Today: { $count } recordings, { $users } people, { DURATION($seconds) } of audio. Recordings yesterday: { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] Has not written to the bot yet: check the id
           *[other] Plan: { $plan }
        }
       *[other] 🚫 Banned
    }
    { $is_unlimited ->
        [0] Today: { DURATION($used) } of { DURATION($daily) }
       *[other] No daily limit
    }
    Extra: { DURATION($extra) }
    Recordings so far: { $count }, audio: { DURATION($seconds) }
admin-summary =
    ☀️ Yesterday
    Recordings: { $count } (the day before: { $before }), people: { $users }, audio: { DURATION($seconds) }
    Troubles in 24 h: { $troubles }, in the queue now: { $queue }
admin-changes = Changes:
admin-plans = Which plan?
admin-no-plans = There are no plans yet: they are configured in [quota.plans.NAME].
admin-top-title = 🏆 Most audio in { $days } days
admin-top-line = { $name }: { DURATION($seconds) }, recordings: { $count }
admin-nothing = Nothing.
admin-errors-title = ⚠️ What went wrong of late
admin-who-how = Name somebody: /admin 123456789 or /admin @name. Or reply /admin to a message of theirs, in a group or forwarded to here. I answer here, in private.
admin-pause-ask = New recordings are refused politely; those that are accepted get their text. It stays so until you resume.
admin-cast-how = To write to everybody, send: /admin broadcast TEXT. You will see first what it looks like.
admin-cast-ask = Send it to everybody who has written to the bot? Recipients: { $count }
admin-cast-long = The text is longer than { $most } characters. Shorten it.
admin-cast-progress = 📣 Broadcast under way. Delivered: { $delivered }, bot blocked: { $blocked }, never wrote in private: { $strangers }, failed: { $failed }, left: { $waiting }
admin-cast-done = 📣 Broadcast done. Delivered: { $delivered }, bot blocked: { $blocked }, never wrote in private: { $strangers }, failed: { $failed }
admin-cast-stopped = 📣 Broadcast stopped. Delivered: { $delivered }, bot blocked: { $blocked }, never wrote in private: { $strangers }, failed: { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Refresh
admin-button-who = 👤 User
admin-button-top = 🏆 Top users
admin-button-errors = ⚠️ Errors
admin-button-cast = 📣 Broadcast
admin-button-pause = ⏸ Pause
admin-button-resume = ▶️ Resume
admin-button-back = « Back
admin-button-plan = 🎟 Plan
admin-button-plan-none = No plan
admin-button-unlimited-1 = ∞ Lift the limit
admin-button-unlimited-0 = Restore the limit
admin-button-ban-1 = 🚫 Ban
admin-button-ban-0 = Unban
admin-button-cast-send = 📣 Send to everybody
admin-button-cast-drop = Do not send
admin-button-stop = ⏹ Stop
admin-done = Done
admin-alert-worker = 🔴 A worker dies again and again and is given up. The log says why: journalctl -u voicepipe. Restarting the service starts it anew.
admin-alert-disk = 🔴 Disk space is short: { $value } MB. Soon no recordings will be accepted.
admin-alert-queue = 🔴 The queue stands still: a recording has waited for { DURATION($value) }.
admin-alert-telegram = 🟠 Telegram was away for { DURATION($value) }. It is back, and what was missed is being caught up.
admin-over-worker = 🟢 The workers are well again.
admin-over-disk = 🟢 There is enough disk space again.
admin-over-queue = 🟢 The queue moves again.
