# Bot yöneticilerinin okudukları.

admin-status =
    { $is_paused ->
        [0] 🟢 Çalışıyor: { DURATION($uptime) }
       *[other] ⏸ Yeni kayıt kabul edilmiyor
    }
    Sıra: { $queue }, yanıtsız: { $unfinished }
    Süreçler: { $working } / { $workers }, model { $model }
    Bugün: kayıt { $count }, kişi { $users }, ses { DURATION($seconds) }. Dünkü kayıtlar: { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] Bota henüz yazmamış: kimliği denetleyin
           *[other] Plan: { $plan }
        }
       *[other] 🚫 Engelli
    }
    { $is_unlimited ->
        [0] Bugün: { DURATION($used) } / { DURATION($daily) }
       *[other] Günlük sınır yok
    }
    Yedek: { DURATION($extra) }
    Toplam kayıt: { $count }, ses: { DURATION($seconds) }
admin-summary =
    ☀️ Dün
    Kayıt: { $count } (önceki gün: { $before }), kişi: { $users }, ses: { DURATION($seconds) }
    24 saatteki sorunlar: { $troubles }, şimdi sırada: { $queue }
admin-changes = Değişiklikler:
admin-plans = Hangi plan?
admin-no-plans = Henüz plan yok: yapılandırmada tanımlanır, [quota.plans.AD].
admin-top-title = 🏆 { $days } günde en çok
admin-top-line = { $name }: { DURATION($seconds) }, kayıt: { $count }
admin-nothing = Boş.
admin-errors-title = ⚠️ Son sorunlar
admin-who-how = Birini belirtin: /admin 123456789 veya /admin @ad. Ya da bir grupta veya buraya iletilmiş bir iletisine /admin ile yanıt verin. Yanıt burada, özel sohbette gelir.
admin-pause-ask = Yeni kayıtlar kibarca geri çevrilir, kabul edilenlerin metni gelir. Siz sürdürene kadar böyle kalır.
admin-cast-how = Herkese yazmak için gönderin: /admin broadcast METİN. Önce nasıl göründüğünü gösteririm.
admin-cast-ask = Bota yazan herkese gönderilsin mi? Alıcı: { $count }
admin-cast-long = Metin { $most } karakterden uzun. Kısaltın.
admin-cast-progress = 📣 Gönderim sürüyor. Ulaştı: { $delivered }, bot engelli: { $blocked }, özelden hiç yazmayan: { $strangers }, olmadı: { $failed }, kalan: { $waiting }
admin-cast-done = 📣 Gönderim bitti. Ulaştı: { $delivered }, bot engelli: { $blocked }, özelden hiç yazmayan: { $strangers }, olmadı: { $failed }
admin-cast-stopped = 📣 Gönderim durduruldu. Ulaştı: { $delivered }, bot engelli: { $blocked }, özelden hiç yazmayan: { $strangers }, olmadı: { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Yenile
admin-button-who = 👤 Kişi
admin-button-top = 🏆 En çok kim
admin-button-errors = ⚠️ Sorunlar
admin-button-cast = 📣 Herkese gönder
admin-button-pause = ⏸ Duraklat
admin-button-resume = ▶️ Sürdür
admin-button-back = « Geri
admin-button-plan = 🎟 Plan
admin-button-plan-none = Plansız
admin-button-unlimited-1 = ∞ Sınırı kaldır
admin-button-unlimited-0 = Sınırı geri getir
admin-button-ban-1 = 🚫 Engelle
admin-button-ban-0 = Engeli kaldır
admin-button-cast-send = 📣 Herkese gönder
admin-button-cast-drop = Gönderme
admin-button-stop = ⏹ Durdur
admin-done = Tamam
admin-alert-worker = 🔴 Bir çalışma süreci sürekli çöküyor ve artık başlatılmıyor. Nedeni günlükte: journalctl -u voicepipe. Hizmeti yeniden başlatmak onu yeniden başlatır.
admin-alert-disk = 🔴 Disk alanı az: { $value } MB. Yakında kayıt kabul edilmeyecek.
admin-alert-queue = 🔴 Sıra ilerlemiyor: bir kaydın beklediği süre { DURATION($value) }.
admin-alert-telegram = 🟠 Telegram'a ulaşılamadı: { DURATION($value) }. Şimdi bağlantı var, kaçırılanlar tamamlanıyor.
admin-over-worker = 🟢 Çalışma süreçleri yeniden iyi.
admin-over-disk = 🟢 Disk alanı yeniden yeterli.
admin-over-queue = 🟢 Sıra yeniden ilerliyor.
