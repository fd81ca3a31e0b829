# Bot administratorlarining matnlari.

admin-status =
    { $is_paused ->
        [0] 🟢 Ishlayapti: { DURATION($uptime) }
       *[other] ⏸ Yangi yozuvlar qabul qilinmayapti
    }
    Navbat: { $queue }, javobsiz: { $unfinished }
    Jarayonlar: { $working } / { $workers }, model { $model }
    Bugun: yozuvlar — { $count }, odamlar — { $users }, ovoz — { DURATION($seconds) }. Kechagi yozuvlar: { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] Botga hali yozmagan: ID ni tekshiring
           *[other] Reja: { $plan }
        }
       *[other] 🚫 Bloklangan
    }
    { $is_unlimited ->
        [0] Bugun: { DURATION($used) } / { DURATION($daily) }
       *[other] Kunlik limitsiz
    }
    Zaxira: { DURATION($extra) }
    Jami yozuvlar: { $count }, ovoz: { DURATION($seconds) }
admin-summary =
    ☀️ Kechagi kun
    Yozuvlar: { $count } (bir kun oldin: { $before }), odamlar: { $users }, ovoz: { DURATION($seconds) }
    Sutkadagi nosozliklar: { $troubles }, hozir navbatda: { $queue }
admin-changes = O'zgarishlar:
admin-plans = Qaysi reja berilsin?
admin-no-plans = Hozircha reja yo'q: ular sozlamalarda yoziladi, [quota.plans.NOM].
admin-top-title = 🏆 { $days } kunda eng ko'p
admin-top-line = { $name } — { DURATION($seconds) }, yozuvlar: { $count }
admin-nothing = Bo'sh.
admin-errors-title = ⚠️ So'nggi nosozliklar
admin-who-how = Odamni ayting: /admin 123456789 yoki /admin @nom. Yoki uning xabariga guruhda yoki shu yerga yuborilganiga /admin deb javob bering. Shu yerda, shaxsiy chatda javob beraman.
admin-pause-ask = Yangi yozuvlar muloyim rad etiladi, qabul qilinganlari matnga aylanadi. Siz davom ettirguningizcha shunday bo'ladi.
admin-cast-how = Hammaga yozish uchun yuboring: /admin broadcast MATN. Avval qanday ko'rinishini ko'rsataman.
admin-cast-ask = Botga yozganlarning hammasiga yuborilsinmi? Oluvchilar: { $count }
admin-cast-long = Matn { $most } belgidan uzun. Qisqartiring.
admin-cast-progress = 📣 Tarqatish davom etmoqda. Yetkazildi: { $delivered }, bot bloklangan: { $blocked }, botga shaxsan yozmaganlar: { $strangers }, bo'lmadi: { $failed }, qoldi: { $waiting }
admin-cast-done = 📣 Tarqatish tugadi. Yetkazildi: { $delivered }, bot bloklangan: { $blocked }, botga shaxsan yozmaganlar: { $strangers }, bo'lmadi: { $failed }
admin-cast-stopped = 📣 Tarqatish to'xtatildi. Yetkazildi: { $delivered }, bot bloklangan: { $blocked }, botga shaxsan yozmaganlar: { $strangers }, bo'lmadi: { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Yangilash
admin-button-who = 👤 Odam
admin-button-top = 🏆 Eng ko'p kim
admin-button-errors = ⚠️ Nosozliklar
admin-button-cast = 📣 Tarqatish
admin-button-pause = ⏸ To'xtatib turish
admin-button-resume = ▶️ Davom ettirish
admin-button-back = « Orqaga
admin-button-plan = 🎟 Reja
admin-button-plan-none = Rejasiz
admin-button-unlimited-1 = ∞ Limitni olish
admin-button-unlimited-0 = Limitni qaytarish
admin-button-ban-1 = 🚫 Bloklash
admin-button-ban-0 = Blokdan chiqarish
admin-button-cast-send = 📣 Hammaga yuborish
admin-button-cast-drop = Yubormaslik
admin-button-stop = ⏹ To'xtatish
admin-done = Tayyor
admin-alert-worker = 🔴 Ishchi jarayon qayta-qayta to'xtab qolyapti va endi ishga tushirilmaydi. Sababi jurnalda: journalctl -u voicepipe. Xizmat qayta ishga tushirilsa, u yana ishlaydi.
admin-alert-disk = 🔴 Diskda joy kam: { $value } MB. Tez orada yozuvlar qabul qilinmaydi.
admin-alert-queue = 🔴 Navbat to'xtab qoldi: yozuv kutmoqda: { DURATION($value) }.
admin-alert-telegram = 🟠 Telegram bilan aloqa yo'q edi: { DURATION($value) }. Hozir aloqa bor, o'tkazib yuborilganlar to'ldiriladi.
admin-over-worker = 🟢 Ishchi jarayonlar yana joyida.
admin-over-disk = 🟢 Diskda joy yana yetarli.
admin-over-queue = 🟢 Navbat yana harakatda.
