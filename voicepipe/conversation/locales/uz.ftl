# Botning oʻzbekcha matnlari: qisqa, samimiy, “siz” deb.

## Vaqt: DURATION($seconds) va WAIT($hours, $minutes) shulardan tuziladi

count-second = { $count } soniya
count-minute = { $count } daqiqa
count-hour = { $count } soat
wait = { $duration } qoldi
wait-moment = bir daqiqaga ham yetmaydigan vaqt qoldi

## Yozuv ishlanayotganda

status-working = ⏳ Matnga aylantiryapman…{ $eta ->
    [0] { "" }
   *[other] { " " }taxminan { DURATION($eta) }
}
status-no-machine = ⏳ Matnga aylantiradigan mashinani kutyapman: hozir birortasi ham aloqada emas. Yozuvingiz yo‘qolmaydi.
status-queued = { $ahead ->
    [0] ⏳ Navbatda: keyingisi sizniki…
   *[other] ⏳ Navbatda: oldinda { $ahead } ta yozuv…
}{ $eta ->
    [0] { "" }
   *[other] { " " }Matngacha taxminan { DURATION($eta) }
}
status-progress = ⏳ Matnga aylantiryapman… { $percent } %{ $eta ->
    [0] { "" }
   *[other] , yana taxminan { DURATION($eta) }
}

## Yozuv qabul qilinmadi

refused-banned = Bot egasi siz uchun matnga aylantirishni oʻchirib qoʻygan. Bu xato boʻlsa, unga yozing. Hech narsa hisobdan chiqarilmadi.
refused-paused = Botga hozir xizmat ko'rsatilmoqda, yangi yozuvlar qabul qilinmaydi. Bu yozuvni keyinroq yuboring. Hech narsa hisobdan chiqarilmadi.
refused-too-old = Kuttirganimiz uchun uzr: bot ishlamay turgan edi, bu yozuvga { $hours } soatdan oshdi. Matn hali kerak boʻlsa, qayta yuboring. Hech narsa hisobdan chiqarilmadi.
refused-too-large = Fayl juda katta: { $mib } MB, koʻpi bilan { $limit } MB qabul qilinadi. Kichikroq fayl yoki faqat ovozini yuboring. Hech narsa hisobdan chiqarilmadi.
refused-too-long = Yozuv uzunligi — { DURATION($seconds) }, koʻpi bilan — { DURATION($limit) }. Boʻlib, qismlarini bittadan yuboring. Hech narsa hisobdan chiqarilmadi.
refused-too-often = Juda tez: daqiqasiga { $limit } tagacha yozuv qabul qilaman. Qolganini biroz keyinroq yuboring, hozir javob boʻlmaydi. Hech narsa hisobdan chiqarilmadi.
refused-user-queue-full = Sizning { $limit } ta yozuvingiz hali ishlanyapti. Buni ular tayyor boʻlganda yuboring. Hech narsa hisobdan chiqarilmadi.
refused-queue-full = Navbat toʻla: hozir yozuvlar juda koʻp. Buni bir necha daqiqadan keyin qayta yuboring. Hech narsa hisobdan chiqarilmadi.
refused-disk-full = Serverda hozir joy yetishmayapti. Keyinroq urinib koʻring yoki bot egasiga yozing. Hech narsa hisobdan chiqarilmadi.
refused-over-quota = { $daily ->
    [0] { $left ->
        [0] Soniyalaringiz qolmadi.
       *[other] { not-enough }
    } { more-seconds }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] Yozuv uzunligi — { DURATION($seconds) }, bu { daily-and-extra } miqdoridan koʻp. { split-by-day }
       *[no] { $left ->
            [0] Bugungi limit tugadi. Yangilanishiga { WAIT($hours, $minutes) }.
           *[other] { not-enough } { more-seconds }
        }
    }
} Hech narsa hisobdan chiqarilmadi.
refused-more = Bu yana { $more } ta yozuvga tegishli.
first-button = Boshini matnga aylantirish: { DURATION($seconds) }
first-taken = Yozuvning boshini matnga aylantiryapman.
not-enough = { $seconds ->
    [0] Bu yozuvga soniyalar yetmaydi, qolgani: { DURATION($left) }.
   *[other] Yozuv uzunligi — { DURATION($seconds) }, qolgani: { DURATION($left) }.
} Qisqarogʻini hoziroq yuborishingiz mumkin.
more-seconds = { $daily ->
    [0] Soniyalarni bot egasi qoʻshishi mumkin.
   *[other] Kunlik limit ({ DURATION($daily) }): yangilanishiga { WAIT($hours, $minutes) }.
}
daily-and-extra = kunlik limit ({ DURATION($daily) }){ $extra ->
    [0] { "" }
   *[other] { " " }va zaxira ({ DURATION($extra) }) birgalikdagi
}
split-by-day = Qisqaroq qismlarga boʻling{ $extra ->
    [0] ; kuniga koʻpi bilan: { DURATION($daily) }
   *[other] { "" }
}.{ $left ->
    [0] { " " }Bugungi limit tugadi, yangilanishiga { WAIT($hours, $minutes) }.
   *[other] { EXCEEDS($daily, $left) ->
        [yes] { " " }Bugun qolgani: { DURATION($left) }.
       *[no] { "" }
    }
}

## Yozuv qabul qilindi, lekin matn chiqmadi

failed-no-speech = Nutq eshitilmayapti. Nutq boʻlsa, mikrofonga yaqinroq turib qayta yozing. Hech narsa hisobdan chiqarilmadi.
failed-no-audio = Bu faylda ovoz yoʻq. Ovozli xabar, dumaloq video, audio yoki ovozli video yuboring. Hech narsa hisobdan chiqarilmadi.
failed-unknown-codec = Bu fayldagi ovoz men tushunmaydigan usulda kodlangan ({ $codec }). Boshqa formatda yuboring: ovozli xabar, MP3, M4A yoki OGG. Hech narsa hisobdan chiqarilmadi.
failed-no-track = Bu faylda bunday ovoz yoʻlakchasi yoʻq. Hech narsa hisobdan chiqarilmadi.
failed-unreadable = Bu fayl ochilmayapti: u boʻsh, buzilgan yoki ichida ovoz yoʻq. Qayta yoki boshqa formatda yuboring. Hech narsa hisobdan chiqarilmadi.
failed-too-long = Yozuv faylda koʻrsatilganidan uzun ekan, koʻpi bilan — { DURATION($limit) }. Boʻlib, qismlarini bittadan yuboring. Hech narsa hisobdan chiqarilmadi.
failed-over-quota = Yozuv faylda koʻrsatilganidan uzun ekan, { $daily ->
    [0] { not-covered }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] { daily-and-extra } miqdoridan ham uzun. { split-by-day }
       *[no] { not-covered }
    }
} Hech narsa hisobdan chiqarilmadi.
not-covered = unga soniyalar yetmaydi, qolgani: { DURATION($left) }. { more-seconds }
failed-fetch-failed = Yozuvni Telegramdan olib boʻlmadi. Qayta yuboring. Hech narsa hisobdan chiqarilmadi.
failed-disk-full = Serverda bu yozuv uchun joy yetishmayapti. Keyinroq urinib koʻring yoki bot egasiga yozing. Hech narsa hisobdan chiqarilmadi.
failed-poison = Bu yozuvni matnga aylantirib boʻlmayapti: har safar xato chiqadi. Qayta yozing yoki boshqa formatda yuboring. Hech narsa hisobdan chiqarilmadi.
failed-internal = Uzr, bizda nimadir buzildi. Yozuvni qayta yuboring; yordam bermasa, bot egasiga yozing. Hech narsa hisobdan chiqarilmadi.
failed-expired = { hint-expired }

## Bekor qilish

cancel-button = Bekor qilish
cancel-button-keep = Shu yetadi
cancel-done = { $count ->
    [0] Bu chatda ishlanayotgan yozuvingiz yoʻq.
   *[other] Bekor qilindi: { $count } ta yozuv. Hech narsa hisobdan chiqarilmadi.
}
cancel-not-yours = Faqat yozuvni yuborgan kishi yoki administrator bekor qila oladi.
failed-cancelled = Bekor qilindi. Hech narsa hisobdan chiqarilmadi.

## Qancha qoldi

quota-limited = { $daily ->
    [0] Qolgani: { DURATION($extra) }. Soniyalarni bot egasi beradi.
   *[other]
        Bugun qolgani: { DURATION($left) } (limit: { DURATION($daily) }).
        { $bar }
        Limit yangilanishiga { WAIT($hours, $minutes) } (soat { $at }, { $zone }).{ $extra ->
            [0] { "" }
           *[other] { "" }
                Zaxirada: { DURATION($extra) }. Zaxira yoʻqolmaydi va kunlik limitdan keyin sarflanadi.
        }
}
quota-plan = Sizning tarifingiz: { $title }.
quota-plan-until = { $renewal ->
    [canceled] { $until } gacha toʻlangan, keyin uzaytirilmaydi: obuna bekor qilingan.
    [failed] { $until } gacha toʻlangan; uzaytirib boʻlmadi, toʻlov oʻtmadi.
   *[itself] { $until } gacha toʻlangan, oʻzi uzaytiriladi.
}
quota-unlimited = Siz uchun kunlik limit yoʻq: keragicha yuboring. { one-recording }
quota-banned = Bot egasi siz uchun matnga aylantirishni oʻchirib qoʻygan. Bu xato boʻlsa, unga yozing.

## Tanishuv

start =
    Assalomu alaykum! Menga ovozli xabar, dumaloq video, audio yoki video yuboring yoki uzating — matni bilan javob beraman.

    { limits }

    Batafsil: /help. Yozuvlaringizga nima boʻlishi: /privacy.
help =
    Nima yuborish mumkin: ovozli xabar, dumaloq video, audio, video yoki ovozli fayl; birovnikini uzatish ham mumkin. { speech-language }

    { limits } Bitta fayl — { $max_mib } MB gacha.

    { in-groups }

    { $commands }
limits = { $unlimited ->
    [0] { $daily ->
        [0] { $max_seconds ->
            [0] { "" }
           *[other] { one-recording }{ " " }
        }Soniyalarni bot egasi beradi.
       *[other] Kunlik limit: { DURATION($daily) }. { one-recording }
    }
   *[other] Siz uchun kunlik limit yoʻq. { one-recording }
}
one-recording = Bitta yozuv, koʻpi bilan: { DURATION($max_seconds) }.
speech-language = { $speech_language ->
    [auto] Oʻzbek, rus, ingliz va boshqa tillarni tushunaman, tilni oʻzim aniqlayman.
    [ru] Ruscha nutqni matnga aylantiraman.
    [en] Inglizcha nutqni matnga aylantiraman.
   *[other] Yozuvlar tilini bot egasi tanlagan: { $speech_language }.
}
in-groups = { $all_media ->
    [0] Guruhlarda faqat ovozli xabarlar va dumaloq videolarni matnga aylantirib, ularga javob beraman.
   *[other] Guruhlarda ham shularning hammasini matnga aylantirib, yozuvga javob beraman.
}
privacy-elsewhere = Yozuvlaringiz shu bot egasining serverida ochiladi. Uzun yozuvlarning qismlari u tanlagan boshqa mashinalarda ham matnga aylantiriladi; u yerda hech narsa saqlanmaydi.
privacy-all-elsewhere = Yozuvlaringiz shu bot egasining serverida ochiladi. Ularda aytilganlar u tanlagan boshqa mashinalarda matnga aylantiriladi; u yerda hech narsa saqlanmaydi.
privacy =
    Yozuvlaringiz shu bot egasining serverida matnga aylantiriladi va boshqa hech qayerga yuborilmaydi.

    • Yozuv fayli matnga aylantirilgach darhol oʻchiriladi.
    • { $kept_hours ->
        [0] Matn chatga yetib borishi bilan serverdan oʻchiriladi.
       *[other] Matn chatga yetib borgach serverda yana { $kept_hours } soat saqlanadi, soʻng oʻchiriladi.
    }
    • Saqlanadi: Telegram ID, foydalanuvchi nomi, tilingiz, sozlamalaringiz, lugʻatingiz, meni bloklagan-bloklamaganingiz va necha soniya matnga aylantirilgani; har bir yozuv haqida — chat va xabar raqami, vaqti, turi, uzunligi va tili.
    • Meni hisobingizga ulagan boʻlsangiz: menga nimaga ruxsat berganingiz. Suhbatdoshingiz nomi va ovozli xabar ostidagi yozuv — faqat ishlanayotganda.

    Yozuv mazmuni jurnalga tushmaydi. Siz haqingizda saqlanganlarning hammasini oʻchirish: /forget.

## Maslahatlar

hint-text = Men nutqni matnga aylantiraman. Ovozli xabar, dumaloq video, audio yoki video yuboring. Batafsil: /help
hint-unsupported = Bu yerda matnga aylantiradigan nutq yoʻq. Ovozli xabar, dumaloq video, audio yoki video yuboring.
hint-expired = Bu yozuvning muddati oʻtgan: uni faqat bir marta ochish mumkin edi. Qayta yuboring, bir martalik boʻlmagani maʼqul. Hech narsa hisobdan chiqarilmadi.
too-often = Juda tez-tez: bir daqiqa kuting. Ungacha javob boʻlmaydi.
unknown-command = Bunday buyruq yoʻq. Barcha buyruqlar: /help
only-in-private = { $command } men bilan shaxsiy chatda ishlaydi.
only-in-groups = { $command } faqat guruhlarda ishlaydi.
button-gone = Bu tugma endi ishlamaydi.

## Hammasini unutish

forget-ask =
    Shunda siz haqingizda saqlanganlarning hammasi oʻchiriladi: ID, foydalanuvchi nomi, til, sozlamalar, lugʻat, tarix va soniyalar zaxirasi. Qaytarib boʻlmaydi.

    Faqat ism va IDsiz umumiy yigʻindilar qoladi. ID oʻrnidagi shifrlangan belgi ostida bugungi sarf ikki kungacha, shu soʻrov vaqti bir-ikki oy, toʻsiq boʻlsa, egasi olib tashlagunicha saqlanadi. Bu chatdagi xabarlarni Telegram saqlaydi, ularni oʻsha yerda oʻzingiz oʻchira olasiz.

    Ishonchingiz komil boʻlsa, yuboring: /forget ha
forget-yes = ha
forget-busy = Yozuvingiz hali ishlanyapti. Javobini kutib, yana bir bor yuboring: /forget ha
forget-done = Tayyor: siz haqingizda saqlanganlarning hammasi oʻchirildi. Yana yozsangiz, qaytadan tanishamiz.
forget-private = Siz haqingizda saqlanganlarning hammasini oʻchirish uchun men bilan shaxsiy chatda /forget yuboring.

## Oʻz statistikasi va maʼlumotlari

stats = Soʻnggi { $days } kun: { $count } ta yozuv, { DURATION($seconds) }. Bir kundagi eng koʻpi: { DURATION($most) }.
stats-none = Soʻnggi { $days } kunda yozuv boʻlmadi.
mydata = Siz haqingizda saqlanganlarning hammasi. Oʻchirish: /forget.

## Bot profili

profile-about = Ovozli xabarlar, dumaloq videolar, audio va video — matnga. Yozuv yuboring yoki uzating.
profile-description = Nutqni matnga aylantiraman: ovozli xabarlar, dumaloq videolar, audio va video.

    Yozuv yuboring yoki uzating — bir necha soniyada matni shu yerda boʻladi. Yozuvlar bot egasining serverida matnga aylantiriladi va boshqa hech qayerga yuborilmaydi.

## Buyruqlar tavsifi

help-transcribe = shu buyruq bilan javob bergan yozuvingiz matni
help-quota = necha soniya qoldi
help-cancel = hali ishlanayotgan yozuvlaringizni bekor qilish
help-settings = nutq tili, javob koʻrinishi va boshqalar
help-vocabulary = ismlar va atamalar toʻgʻri yozilishi uchun
help-stats = bir oylik yozuvlaringiz, rasm qilib
help-mydata = siz haqingizda saqlanganlarning hammasi, fayl qilib
help-privacy = yozuvlaringizga nima boʻladi
help-forget = siz haqingizda saqlanganlarning hammasini oʻchirish

command-start = Boshlash
command-help = Bot nimalarni qila oladi
command-transcribe = Javob bergan yozuvingiz matni
command-quota = Necha soniya qoldi
command-cancel = Hali ishlanayotgan yozuvlarni bekor qilish
command-settings = Sozlamalar
command-vocabulary = Ismlar va atamalar
command-stats = Bir oylik yozuvlarim
command-mydata = Men haqimda saqlanganlarning hammasi
command-privacy = Yozuvlaringizga nima boʻladi
command-forget = Men haqimda saqlanganlarni oʻchirish

## /transcribe va guruhlar

transcribe-nothing = Shu buyruqni ovozli xabarga, dumaloq videoga yoki boshqa yozuvga javob qilib yuboring — matnini yuboraman.
transcribe-gone = Bu yozuv endi yoʻq yoki Telegram uni menga koʻrsatmayapti. Shu yerga uzating.
transcribe-expired = Bu yozuvning muddati oʻtgan: uni faqat bir marta ochish mumkin edi. Hech narsa hisobdan chiqarilmadi.
transcribe-answered = Bu yozuvning matni bor: men javob berayotgan xabarda.
privacy-mode =
    Meni qoʻshganingiz uchun rahmat! Lekin bu guruhning ovozli xabarlarini hozircha koʻrmayapman: Telegram menga faqat buyruqlarni koʻrsatadi, bu maxfiylik rejimi deyiladi.

    Ularga oʻz-oʻzidan javob berilishi uchun meni guruh administratori qiling; huquqlar kerak emas. Yoki bot egasi maxfiylik rejimini oʻchirsin (@BotFather, /setprivacy), soʻng meni qayta qoʻshing.

    Ungacha ovozli xabarga /transcribe@{ $bot } deb javob bering — matnini yuboraman.
preference-group_mode = Guruhda nima matnga aylantiriladi
preference-group_mode-automatic = barcha ovozli xabar va dumaloq videolar
preference-group_mode-command = faqat /transcribe buyrugʻi bilan
preference-group_mode-mention = nomim yoki /transcribe bilan javob berilganda
preference-group_style = Ish paytida nima koʻrinadi
preference-group_style-calm = reaksiya, choʻzilsa — xabar
preference-group_style-reaction = faqat reaksiya
preference-group_style-status = darhol xabar, rad etish soʻz bilan
preference-group_visibility = Matnni kim koʻradi
preference-group_visibility-everyone = hamma
preference-group_visibility-asker = faqat /transcribe bilan soʻragan kishi
preference-group_min_seconds = Soʻralmasa, qanday uzunlikdan boshlab
preference-group_min_seconds-number = { $value ->
    [0] har qanday
   *[other] { $value } s dan
}
preference-channel_posts = Kanalda chop etilgan yozuvlarni matnga aylantirish

## Javob ostidagi tugmalar

answer-language = 🌐 { $language }
answer-txt = .txt
answer-srt = .srt
answer-vtt = .vtt
answer-times = Vaqti bilan
answer-text = Vaqtsiz
answer-partial = ✂️ Faqat boshi: { $time } gacha
answer-again = Boshqa til
answer-again-back = « Orqaga
answer-again-taken = Shu tilda matnga aylantiryapman…
answer-hide = Olib tashlash
answer-hide-ask = Matn chatdan olib tashlansinmi? U qaytmaydi.
answer-hide-yes = Butunlay olib tashlash
answer-hide-no = Qolsin
answer-not-yours = Bu tugmalar yozuvni yuborgan kishi va administratorlar uchun.
preference-output_style = Uzun matnlar qanday koʻrinadi
preference-output_style-folded = boshi, qolgani yigʻilgan
preference-output_style-plain = butun matn birdan
preference-output_style-file = boshi va .txt fayli
preference-doubt_marks = Shubhali soʻzlar tagiga chizish

## Mehmon rejimi

guest-hint = Ovozli xabarga yoki videoga javob berib, meni tilga oling — matnini yozaman.
guest-no-short = (Qisqacha aytib berishni hali bilmayman: bu butun matn.)
guest-rest = … Butun matn { $bot } bilan shaxsiy chatingizda.
guest-rest-unreachable = … { $bot } bilan chat boshlab, yana soʻrasangiz, butun matnni shaxsiy yubora olaman.
guest-elsewhere = Boshqa chatdagi yozuv haqida soʻradingiz. Matnni u yerda koʻrsatib boʻlmadi, mana u:
inline-none = Matnlar hali yoʻq: menga ovozli xabar yuboring
inline-not-found = Bunday matn yoʻq. Ovozli xabar yuboring
inline-not-kept = Matnlar bu yerda saqlanmaydi: ovozli xabar yuboring

## Ulangan hisob

business-connected =
    Hisobingiz ulandi. Siz tanlagan shaxsiy chatlarga keladigan ovozli xabarlar va dumaloq videolarni matnga aylantiraman.

    { $place ->
        [chat] { $can_reply ->
            [0] Telegram menga sizning nomingizdan javob berishga ruxsat bermayapti, shuning uchun matnni faqat siz koʻrasiz, shu yerda. Ulanish sozlamalarida ruxsat berishingiz mumkin.
           *[other] Matn oʻsha chatning oʻzida, sizning nomingizdan javob boʻlib chiqadi.
        }
       *[other] Matnni faqat siz koʻrasiz, shu yerda.
    }
    Sizning soniyalaringiz sarflanadi (/quota). Suhbatdoshlaringiz, oʻzingiz shunday tanlasangiz, mendan matndan boshqa narsa koʻrmaydi. Chatlarni tanlash, meni toʻxtatish yoki uzish Telegram sozlamalarida.
business-disconnected = Hisobingiz uzildi: shaxsiy chatlaringizni endi koʻrmayman. Ishlanayotganlari matnsiz qoladi, ular uchun hech narsa hisobdan chiqarilmaydi.
business-choose = Matn qayerda koʻrsatilsin
business-from = 🎙 { $name }:
business-own = 🎙 Siz → { $name }:
business-somebody = kimdir
business-no-text = { $matter ->
    [over-quota] Matnsiz ovozli xabar ({ $name }): soniyalar yetmaydi. /quota ga qarang. Bugun buni qayta aytmayman.
    [too-long] Matnsiz ovozli xabar ({ $name }): juda uzun. Bugun buni qayta aytmayman.
    [no-speech] Matnsiz ovozli xabar ({ $name }): nutq eshitilmayapti.
    [user-queue-full] Matnsiz ovozli xabar ({ $name }): ishlanayotgan yozuvlar juda koʻp. Bugun buni qayta aytmayman.
    [queue-full] Matnsiz ovozli xabar ({ $name }): navbat toʻla. Bugun buni qayta aytmayman.
    [disk-full] Matnsiz ovozli xabar ({ $name }): serverda joy yoʻq. Bugun buni qayta aytmayman.
    [too-old] Matnsiz ovozli xabar ({ $name }): bot ishlamay turgan edi. Bugun buni qayta aytmayman.
    [too-large] Matnsiz ovozli xabar ({ $name }): fayl juda katta. Bugun buni qayta aytmayman.
   *[other] Matnsiz ovozli xabar ({ $name }): matnga aylantirib boʻlmadi.
} Hech narsa hisobdan chiqarilmadi.
preference-business_answers = Ovozli xabarlar matni
preference-business_answers-owner = faqat menga, shu yerda
preference-business_answers-chat = chatning oʻzida, mening nomimdan
preference-business_voices = Kimning ovozli xabarlari
preference-business_voices-received = faqat kelganlari
preference-business_voices-all = meniki ham

## Sozlamalar

settings-home = { $is_group ->
    [0] ⚙️ Sizning sozlamalaringiz
   *[other] ⚙️ Shu guruh sozlamalari
}
settings-theme-speech = 🗣 Nutq
settings-theme-answers = 💬 Javoblar
settings-theme-groups = 👥 Guruhlarda
settings-theme-account = 🔗 Ulangan hisob
settings-theme-bot = 🤖 Bot
settings-line = { $name }: { $value }
settings-on = yoqilgan
settings-off = oʻchirilgan
settings-back = « Orqaga
settings-close = Yopish
settings-closed = Sozlamalar yopildi. Qayta ochish: /settings
settings-reset = Standart holat: { $value }
settings-locked = Buni bot egasi hal qiladi.
settings-administrators = Guruh sozlamalarini uning administratorlari oʻzgartiradi. Oʻzingizniki men bilan shaxsiy chatda: /settings
settings-administrators-only = Bu tugmalar guruh administratorlari uchun. Administrator boʻlsangiz, bir daqiqadan keyin qayta bosing.
settings-too-many = Koʻpi bilan { $most } ta tanlash mumkin: avval birini olib tashlang.
settings-unknown = Bunday sozlama yoʻq. Borlari: { $names }. Hammasi tugmalar bilan: /settings
settings-unknown-value = Bunday qiymat yoʻq. Mumkin: { $expected }

preference-languages = Gapiriladigan tillar
preference-languages-auto = har qanday
preference-languages-about = Bitta tilni aniqlash shart emas, xato ham kamroq. Bir nechtasidan eng ehtimollisi olinadi.
preference-translation = Inglizchaga tarjima qilish
preference-vocabulary = Lugʻat
preference-vocabulary-about = Tez-tez aytiladigan ismlar va atamalar: /vocabulary
preference-live_drafts = Matn aylantirilayotganda koʻrinadi
preference-interface = Bot tili
preference-interface-auto = Telegramdagidek
preference-keep_texts = Yetkazilgandan keyin matnlarni saqlash
preference-time_zone = Vaqt mintaqasi
preference-time_zone-about = Limit soat nechada yangilanishini shunga qarab aytaman: /settings time_zone Asia/Tashkent

vocabulary-empty =
    Lugʻatingiz boʻsh. Yozuvlaringizda tez-tez aytiladigan ismlar va atamalarni qoʻshing — ular toʻgʻri yoziladi:
    /vocabulary Aziza Karimova, Kubernetes
vocabulary-words =
    📖 Lugʻat: { $words }

    Qoʻshish: /vocabulary soʻz, yana soʻz
    Olib tashlash: tugma bilan yoki /vocabulary remove soʻz
vocabulary-clear = Tozalash
vocabulary-too-much = Lugʻatga { $words } ta soʻz va { $signs } ta belgigacha sigʻadi, bitta soʻz — 40 ta belgigacha; vergul bilan ajrating.

## What can be made of a text

answer-summary = Qisqacha
answer-points = Tezislar
answer-tasks = Vazifalar
answer-translation = Tarjima
made-phrases = Asosiy gaplar
made-summary = Qisqacha
made-points = Tezislar
made-tasks = Vazifalar va muddatlar
made-translation = Tarjima
made-by-model = Buni til modeli ({ $model }) tayyorladi; u xato qilishi mumkin.
made-stands-in = Til modeli hozir javob bermayapti, shuning uchun bu yozuvning o'zidagi asosiy gaplar.
made-taken = Tayyorlayapman…
made-stopped = Shu yerda toʻxtatildi.{ $limit ->
    [0] { "" }
   *[other] { " " }Bugungi { $limit } martadan biri hisoblandi.
}
made-stopped-empty = Hali hech narsa tayyor boʻlmasdan toʻxtatildi; hisobga olinmaydi.
made-in-work = Buni allaqachon tayyorlayapman.
made-over = Bugunga yetar: buni kuniga { $limit } martadan ortiq qilmayman.
made-nothing = Qisqartiradigan narsa yo'q: matn juda qisqa.
made-unavailable = Til modeli hozir javob bermayapti. Keyinroq urinib ko'ring; bu urinish hisoblanmaydi.
made-failed = Bo'lmadi. Yana urinib ko'ring; bu urinish hisoblanmaydi.
made-consent = Buning uchun yozuv matni boshqa serverdagi til modeliga yuboriladi: { $host }. Ovoz hech qayerga berilmaydi. Rozilikni /settings orqali qaytarib olish mumkin.
made-agree = Roziman, yuborish
made-agreed = Yaxshi, endi matnlarni til modeliga yuborish mumkin. Qaytarib olish: /settings send_texts.
summary-nothing = Men yuborgan matnga yoki uning yozuviga /summary deb javob bering.
# Words that may follow /summary, apart by commas
summary-summary = qisqacha, qisqa
summary-points = tezislar, fikrlar
summary-tasks = vazifalar, ishlar
summary-translation = tarjima, tarjima qil
summary-what = /summary dan keyin yozish mumkin: { $words }. Tarjima uchun tilini ham yozing: tarjima inglizcha.
summary-same = Matn shundoq ham shu tilda.
summary-gone = Bu matn menda endi yo'q: matnlarni qisqa vaqt saqlayman. Yozuvni qayta yuboring.
command-summary = Siz javob berayotgan matnning asosiy fikrlari
help-summary = asosiy fikrlarini olish uchun matnimga shu bilan javob bering; nima kerakligini qoʻshish mumkin: tezislar, vazifalar, tarjima inglizcha
preference-auto_summary = Uzun matnlarning asosiy fikrlari darhol
preference-auto_summary-off = yo'q
preference-auto_summary-summary = qisqacha
preference-auto_summary-points = tezislar
preference-auto_summary-tasks = vazifalar
preference-send_texts = Matnlarni til modeliga yuborish
# Said after `privacy`; $where: nowhere, here (a model on this machine) or away, on $host
privacy-made = { $where ->
    [nowhere] Matnning asosiy gaplarini tanlay olaman: bu ham shu yerda, o'sha serverda bo'ladi.
    [here] Qisqacha mazmun, tezislar, vazifalar va tarjimani o'sha serverdagi til modeli tayyorlaydi.
   *[away] Qisqacha mazmun, tezislar, vazifalar va tarjimani boshqa serverdagi ({ $host }) til modeli tayyorlaydi. Matnlar u yerga faqat siz ruxsat bersangiz va kerak bo'lganda yuboriladi; ovoz hech qachon yuborilmaydi.
}
## Telegram yulduzlariga sotib olish

buy-choose =
    Kunlik limitdan ortiq soniyalarni Telegram yulduzlariga sotib olish mumkin. Ular kuyib ketmaydi va kunlikdan keyin sarflanadi.{ $extra ->
        [0] { "" }
       *[other] { " " }Hozir zaxirada { DURATION($extra) } bor.
    }

    Shartlar: /terms. Toʻlov haqida savollar: /paysupport.
buy-button = { $title } uchun { $stars } ⭐
buy-seconds = { DURATION($seconds) } nutq
buy-description = Kunlik limitdan ortiq soniyalar: kuyib ketmaydi, kunlikdan keyin sarflanadi.
buy-description-plan = «{ $title }» rejasi 30 kunga, oʻzi uzaytiriladi. Telegram sozlamalarida bekor qilish mumkin.
buy-subscribe = «{ $title }» rejasi: 30 kunga { $stars } ⭐. Oʻzi uzaytiriladi, Telegram sozlamalarida bekor qilish mumkin.
buy-subscribe-button = Obuna boʻlish
buy-offer = Yana soniya sotib olish
buy-fault = { $fault ->
    [expired] Bu hisobning muddati oʻtdi. /buy ni qayta yuboring.
    [doubled] Bu hisob allaqachon toʻlangan.
    [not-yours] Bu hisob sizga berilmagan. Oʻzingizga olish uchun /buy ni yuboring.
    [gone] Bu endi sotilmaydi yoki narxi oʻzgardi. /buy ni qayta yuboring.
    [not-now] Hozir yozuvlar qabul qilinmaydi, shuning uchun toʻlaydigan narsa yoʻq.
   *[other] Bunday buyurtma yoʻq. /buy ni qayta yuboring.
}
payment-receipt =
    Rahmat! Toʻlandi: { $stars } ⭐. Qoʻshildi: { DURATION($seconds) }. Endi kunlikdan tashqari { DURATION($extra) } bor.

    Toʻlov raqami: { $charge }
payment-receipt-plan =
    Rahmat! Toʻlandi: { $stars } ⭐. «{ $title }» rejasi { $until } gacha amal qiladi.

    Toʻlov raqami: { $charge }
payment-returned =
    { $reason ->
        [doubled] Bu buyurtma ikki marta toʻlangan.
        [expired] Toʻlov paytida buyurtmaning muddati oʻtgan edi.
        [not-yours] Bu hisob sizga berilmagan edi.
        [asked] Toʻlovni bot egasi qaytardi.
        [elsewhere] Toʻlov qaytarildi.
       *[other] Bunday buyurtma yoʻq.
    } Sizga { $stars } ⭐ qaytarildi.{ $taken ->
        [0] { "" }
       *[other] { " " }Sarflanmagani zaxiradan olindi: { DURATION($taken) }.
    }

    Toʻlov raqami: { $charge }
history-none = Hozircha toʻlov boʻlmagan.
history-payments = Toʻlovlar:
history-line = { $at } · { $title } · { $stars } ⭐ · { $state ->
    [credited] hisoblandi
    [refunding] qaytarilmoqda
   *[other] qaytarildi
} · { $charge }
history-use = Oxirgi { $days } kunda tanildi:
history-use-line = { $at } · { DURATION($seconds) } · { $count } ta yozuv
terms =
    Siz Telegram yulduzlariga nutqni tanish soniyalarini yoki 30 kunlik reja sotib olasiz.

    Sotib olingan soniyalar kuyib ketmaydi va kunlikdan keyin sarflanadi. Yozuv tanilmasa, hech narsa hisobdan chiqarilmaydi. Sarflanmaganini qaytarish mumkin: /paysupport ni yuboring. Maʼlumotlaringizni oʻchirishni soʻrasangiz (/forget), sarflanmagan soniyalar yoʻqoladi. Tanish aniqligi kafolatlanmaydi.

    Sotuvchi Telegram emas, shu bot egasi: bunday xaridlarda Telegram yordami foyda bermaydi.
paysupport =
    Toʻlov haqidagi savolingizni buyruqdan keyin bitta xabarda yozing, masalan: /paysupport … toʻlovi uchun soniyalar kelmadi

    Toʻlov raqami chekda va /history da bor. Bot egasi javob beradi; bunday xaridlarda Telegram yordami foyda bermaydi.
paysupport-sent = Savolingiz bot administratorlariga yuborildi. Ular sizga shaxsan yozishadi.
paysupport-nobody = Hozir savolni yuboradigan hech kim yoʻq. Bot egasiga yozing.
paysupport-question =
    { $user } toʻlov haqida soʻramoqda:

    { $words }
forget-payments = Maʼlumotlar oʻchirilganda sotib olingan, lekin sarflanmagan soniyalar yoʻqoladi. Hisob uchun har bir toʻlovning raqami, summasi, sanasi va nomi qoladi, ammo ismingiz va raqamingiz saqlanmaydi.
privacy-payments = Yulduzlar bilan qilingan toʻlovning raqami, summasi, sanasi va paketi saqlanadi. /forget dan soʻng ular hisob uchun qoladi, ammo ismingiz va ID raqamingizsiz; sarflanmagan soniyalar yoʻqoladi.
help-buy = yulduzlarga soniya sotib olish
help-history = toʻlovlar va sarf
help-paysupport = toʻlov haqida soʻrash
help-terms = sotish shartlari
command-buy = Yulduzlarga soniya sotib olish
command-history = Toʻlovlarim va sarfim
command-paysupport = Toʻlov haqida soʻrash
command-terms = Sotish shartlari
