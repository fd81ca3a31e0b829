# Botun Türkçe metinleri: kısa, sıcak, “siz” diyerek.

## Süreler: DURATION($seconds) ve WAIT($hours, $minutes) bunlardan oluşur

count-second = { $count } saniye
count-minute = { $count } dakika
count-hour = { $count } saat
wait = { $duration } sonra
wait-moment = bir dakikadan kısa sürede

## Bir kayıt işlenirken

status-working = ⏳ Yazıya döküyorum…{ $eta ->
    [0] { "" }
   *[other] { " " }yaklaşık { DURATION($eta) }
}
status-no-machine = ⏳ Yazıya dökecek bir makine bekliyorum: şu anda hiçbirine ulaşılamıyor. Kaydınız kaybolmaz.
status-queued = { $ahead ->
    [0] ⏳ Sırada: sizinki sonraki kayıt…
   *[other] ⏳ Sırada: önünüzde { $ahead } kayıt var…
}{ $eta ->
    [0] { "" }
   *[other] { " " }Metin yaklaşık { DURATION($eta) } sonra burada olur
}
status-progress = ⏳ Yazıya döküyorum… %{ $percent }{ $eta ->
    [0] { "" }
   *[other] , yaklaşık { DURATION($eta) } kaldı
}

## Bir kayıt kabul edilmedi

refused-banned = Botun sahibi sizin için yazıya dökmeyi kapattı. Bu bir hataysa ona yazın. Hiçbir şey düşülmedi.
refused-paused = Bot şu anda bakımda ve yeni kayıt kabul etmiyor. Bunu daha sonra yeniden gönderin. Hiçbir şey düşülmedi.
refused-too-old = Beklettiğim için özür dilerim: bot çalışmıyordu ve bu kayıt artık { $hours } saatten eski. Metne hâlâ ihtiyacınız varsa yeniden gönderin. Hiçbir şey düşülmedi.
refused-too-large = Dosya çok büyük: { $mib } MB; en çok { $limit } MB kabul ediyorum. Daha küçüğünü ya da yalnızca sesini gönderin. Hiçbir şey düşülmedi.
refused-too-long = Bu kaydın süresi { DURATION($seconds) }; en uzun kayıt: { DURATION($limit) }. Bölüp parçaları tek tek gönderin. Hiçbir şey düşülmedi.
refused-too-often = Çok hızlı: dakikada en çok { $limit } kayıt kabul ediyorum. Ötekileri biraz sonra gönderin; şimdi yanıt gelmez. Hiçbir şey düşülmedi.
refused-user-queue-full = { $limit } kaydınız hâlâ işleniyor. Onlar hazır olunca bunu gönderin. Hiçbir şey düşülmedi.
refused-queue-full = Sıra dolu: şu anda çok fazla kayıt var. Bunu birkaç dakika sonra yeniden gönderin. Hiçbir şey düşülmedi.
refused-disk-full = Sunucuda şu anda yer yok. Daha sonra deneyin ya da botun sahibine yazın. Hiçbir şey düşülmedi.
refused-over-quota = { $daily ->
    [0] { $left ->
        [0] Hiç saniyeniz kalmadı.
       *[other] { not-enough }
    } { more-seconds }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] Bu kaydın süresi { DURATION($seconds) }; bu, { daily-and-extra } sınırını aşıyor. { split-by-day }
       *[no] { $left ->
            [0] Bugünkü sınır doldu. { WAIT($hours, $minutes) } yenilenir.
           *[other] { not-enough } { more-seconds }
        }
    }
} Hiçbir şey düşülmedi.
refused-more = Aynısı { $more } kayıt için daha geçerli.
first-button = Başını yazıya dök: { DURATION($seconds) }
first-taken = Kaydın başını yazıya döküyorum.
not-enough = { $seconds ->
    [0] Saniyeleriniz bu kayda yetmiyor; kalan: { DURATION($left) }.
   *[other] Bu kaydın süresi { DURATION($seconds) }; kalan: { DURATION($left) }.
} Daha kısa bir kaydı hemen gönderebilirsiniz.
more-seconds = { $daily ->
    [0] Botun sahibi saniye ekleyebilir.
   *[other] Günlük sınırınız ({ DURATION($daily) }) { WAIT($hours, $minutes) } yenilenir.
}
daily-and-extra = günlük ({ DURATION($daily) }){ $extra ->
    [0] { "" }
   *[other] { " " }ve yedek ({ DURATION($extra) }) toplam
}
split-by-day = Daha kısa parçalara bölün{ $extra ->
    [0] ; günde en çok: { DURATION($daily) }
   *[other] { "" }
}.{ $left ->
    [0] { " " }Bugünkü sınır doldu; { WAIT($hours, $minutes) } yenilenir.
   *[other] { EXCEEDS($daily, $left) ->
        [yes] { " " }Bugün kalan: { DURATION($left) }.
       *[no] { "" }
    }
}

## Kayıt kabul edildi ama metin çıkmadı

failed-no-speech = Konuşma duymuyorum. Konuşma varsa mikrofona daha yakından yeniden kaydedin. Hiçbir şey düşülmedi.
failed-no-audio = Bu dosyada ses yok. Sesli mesaj, görüntülü mesaj, ses ya da sesli bir video gönderin. Hiçbir şey düşülmedi.
failed-unknown-codec = Bu dosyadaki ses anlamadığım bir biçimde kodlanmış ({ $codec }). Başka bir biçimde gönderin: sesli mesaj, MP3, M4A ya da OGG. Hiçbir şey düşülmedi.
failed-no-track = Bu dosyada öyle bir ses kanalı yok. Hiçbir şey düşülmedi.
failed-unreadable = Bu dosyayı açamıyorum: boş, bozuk ya da ses içermiyor. Yeniden ya da başka bir biçimde gönderin. Hiçbir şey düşülmedi.
failed-too-long = Bu kayıt dosyasında yazandan uzun; en uzun kayıt: { DURATION($limit) }. Bölüp parçaları tek tek gönderin. Hiçbir şey düşülmedi.
failed-over-quota = Bu kayıt dosyasında yazandan uzun ve { $daily ->
    [0] { not-covered }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] { daily-and-extra } sınırını aşıyor. { split-by-day }
       *[no] { not-covered }
    }
} Hiçbir şey düşülmedi.
not-covered = saniyeleriniz yetmiyor; kalan: { DURATION($left) }. { more-seconds }
failed-fetch-failed = Bu kayıt Telegram'dan alınamadı. Yeniden gönderin. Hiçbir şey düşülmedi.
failed-disk-full = Sunucuda bu kayıt için yer yok. Daha sonra deneyin ya da botun sahibine yazın. Hiçbir şey düşülmedi.
failed-poison = Bu kayıt yazıya dökülemiyor: her seferinde hata veriyor. Yeniden kaydedin ya da başka bir biçimde gönderin. Hiçbir şey düşülmedi.
failed-internal = Özür dileriz, bizde bir şey bozuldu. Kaydı yeniden gönderin; olmazsa botun sahibine yazın. Hiçbir şey düşülmedi.
failed-expired = { hint-expired }

## Vazgeçmek

cancel-button = Vazgeç
cancel-button-keep = Bu kadarı yeter
cancel-done = { $count ->
    [0] Bu sohbette işlenen bir kaydınız yok.
   *[other] Vazgeçildi: { $count } kayıt. Hiçbir şey düşülmedi.
}
cancel-not-yours = Yalnızca kaydı gönderen ya da bir yönetici vazgeçebilir.
failed-cancelled = Vazgeçildi. Hiçbir şey düşülmedi.

## Ne kaldı

quota-limited = { $daily ->
    [0] Kalan: { DURATION($extra) }. Saniyeleri botun sahibi verir.
   *[other]
        Bugün kalan: { DURATION($left) } (sınır: { DURATION($daily) }).
        { $bar }
        Sınır { WAIT($hours, $minutes) } yenilenir (saat { $at }, { $zone }).{ $extra ->
            [0] { "" }
           *[other] { "" }
                Yedekte: { DURATION($extra) }. Yedek silinmez ve günlük sınırdan sonra kullanılır.
        }
}
quota-plan = Planınız: { $title }.
quota-plan-until = { $renewal ->
    [canceled] { $until } tarihine kadar ödendi ve yenilenmeyecek: abonelik iptal edildi.
    [failed] { $until } tarihine kadar ödendi; ödeme başarısız olduğu için yenilenemedi.
   *[itself] { $until } tarihine kadar ödendi; kendiliğinden yenilenir.
}
quota-unlimited = Sizin için günlük sınır yok: ne kadar gerekiyorsa gönderin. { one-recording }
quota-banned = Botun sahibi sizin için yazıya dökmeyi kapattı. Bu bir hataysa ona yazın.

## Tanışma

start =
    Merhaba! Bana sesli mesaj, görüntülü mesaj, ses ya da video gönderin veya iletin; metniyle yanıtlayayım.

    { limits }

    Daha fazlası: /help. Kayıtlarınıza ne olduğu: /privacy.
help =
    Neler gönderebilirsiniz: sesli mesaj, görüntülü mesaj, ses, video ya da sesli bir dosya; iletilenler de olur. { speech-language }

    { limits } Bir dosya en çok { $max_mib } MB.

    { in-groups }

    { $commands }
limits = { $unlimited ->
    [0] { $daily ->
        [0] { $max_seconds ->
            [0] { "" }
           *[other] { one-recording }{ " " }
        }Saniyeleri botun sahibi verir.
       *[other] Günlük sınır: { DURATION($daily) }. { one-recording }
    }
   *[other] Sizin için günlük sınır yok. { one-recording }
}
one-recording = Bir kayıt en çok: { DURATION($max_seconds) }.
speech-language = { $speech_language ->
    [auto] Türkçe, Rusça, İngilizce ve başka dilleri anlarım; dili kendim bulurum.
    [ru] Rusça konuşmayı yazıya dökerim.
    [en] İngilizce konuşmayı yazıya dökerim.
   *[other] Kayıtların dilini botun sahibi seçti: { $speech_language }.
}
in-groups = { $all_media ->
    [0] Gruplarda yalnızca sesli mesajları ve yuvarlak videoları yazıya döker, onlara yanıt veririm.
   *[other] Gruplarda da aynısını yazıya döker, kayda yanıt veririm.
}
privacy-elsewhere = Kayıtlarınız bu botun sahibinin sunucusunda açılır. Uzun kayıtların bölümleri onun seçtiği başka makinelerde de yazıya dökülür; orada hiçbir şey saklanmaz.
privacy-all-elsewhere = Kayıtlarınız bu botun sahibinin sunucusunda açılır. İçlerinde söylenenler onun seçtiği başka makinelerde yazıya dökülür; orada hiçbir şey saklanmaz.
privacy =
    Kayıtlarınız bu botun sahibinin sunucusunda yazıya dökülür ve başka hiçbir yere gitmez.

    • Dosya, yazıya döküldükten hemen sonra silinir.
    • { $kept_hours ->
        [0] Metin, sohbete ulaştığı anda sunucudan silinir.
       *[other] Metin, sohbete ulaştıktan sonra { $kept_hours } saat daha sunucuda kalır, sonra silinir.
    }
    • Saklananlar: Telegram kimliğiniz, kullanıcı adınız, diliniz, ayarlarınız, sözlüğünüz, beni engelleyip engellemediğiniz ve kaç saniyenin yazıya döküldüğü; her kayıt için sohbet ve mesaj numarası, zaman, tür, süre ve dil.
    • Beni hesabınıza bağladıysanız: bana neye izin verdiğiniz. Konuştuğunuz kişinin adı ve sesli mesajın altındaki yazı, yalnızca işlenirken.

    Söylenenler hiçbir zaman günlüklere yazılmaz. Hakkınızda saklanan her şeyi silmek için: /forget.

## İpuçları

hint-text = Konuşmayı metne çeviririm. Sesli mesaj, görüntülü mesaj, ses ya da video gönderin. Daha fazlası: /help
hint-unsupported = Burada yazıya dökebileceğim bir konuşma yok. Sesli mesaj, görüntülü mesaj, ses ya da video gönderin.
hint-expired = Bu kaydın süresi doldu: yalnızca bir kez açılabiliyordu. Yeniden gönderin, tek görüntülemelik olmadan daha iyi. Hiçbir şey düşülmedi.
too-often = Çok sık: bir dakika bekleyin. O zamana kadar yanıt gelmez.
unknown-command = Böyle bir komut yok. Bütün komutlar: /help
only-in-private = { $command } benimle özel sohbette çalışır.
only-in-groups = { $command } yalnızca gruplarda çalışır.
button-gone = Bu düğme artık geçerli değil.

## Her şeyi unutmak

forget-ask =
    Böylece hakkınızda saklanan her şey silinir: kimlik, kullanıcı adı, dil, ayarlar, sözlük, geçmiş ve yedekteki saniyeler. Geri alınamaz.

    Yalnızca adsız ve kimliksiz genel toplamlar kalır. Kimliğin yerine şifreli bir kodun altında en çok iki gün bugünkü kullanım, bir iki ay bu isteğinizin zamanı ve varsa bir engel, sahibi kaldırana kadar, saklanır. Bu sohbetteki mesajları Telegram saklar; onları orada silebilirsiniz.

    Eminseniz şunu gönderin: /forget evet
forget-yes = evet
forget-busy = Kaydınız hâlâ işleniyor. Yanıtı bekleyin ve yeniden gönderin: /forget evet
forget-done = Tamam: hakkınızda saklanan her şey silindi. Yeniden yazarsanız baştan tanışırız.
forget-private = Hakkınızda saklanan her şeyi silmek için benimle özel sohbette /forget gönderin.

## Kendi istatistikleri ve verileri

stats = Son { $days } gün: { $count } kayıt, { DURATION($seconds) }. Bir günde en çok: { DURATION($most) }.
stats-none = Son { $days } günde kayıt yok.
mydata = Hakkınızda saklanan her şey. Silmek için: /forget.

## Botun profili

profile-about = Sesli ve görüntülü mesajlar, sesler ve videolar metne. Bir kayıt gönderin ya da iletin.
profile-description = Konuşmayı metne çeviririm: sesli mesajlar, görüntülü mesajlar, sesler ve videolar.

    Bir kayıt gönderin ya da iletin; birkaç saniye içinde metni burada olur. Kayıtlar botun sahibinin sunucusunda yazıya dökülür ve başka hiçbir yere gitmez.

## Komutların açıklamaları

help-transcribe = onunla yanıtladığınız kaydın metni
help-quota = kaç saniye kaldığı
help-cancel = hâlâ işlenen kayıtlarınızdan vazgeçmek
help-settings = diller, yanıtlar ve daha fazlası
help-vocabulary = adlar ve terimler, doğru yazılsınlar diye
help-stats = bir aylık kayıtlarınız, resim olarak
help-mydata = hakkınızda saklanan her şey, dosya olarak
help-privacy = kayıtlarınıza ne olduğu
help-forget = hakkınızda saklanan her şeyi silmek

command-start = Başla
command-help = Bot neler yapabilir
command-transcribe = Yanıtladığınız kaydın metni
command-quota = Kaç saniye kaldı
command-cancel = Hâlâ işlenen kayıtlardan vazgeç
command-settings = Ayarlar
command-vocabulary = Adlar ve terimler
command-stats = Bir aylık kayıtlarım
command-mydata = Hakkımda saklanan her şey
command-privacy = Kayıtlarınıza ne olduğu
command-forget = Hakkımda saklanan her şeyi sil

## /transcribe ve gruplar

transcribe-nothing = Bu komutla bir sesli mesajı, görüntülü mesajı ya da başka bir kaydı yanıtlayın; metnini göndereyim.
transcribe-gone = Bu kayıt artık yok ya da Telegram onu bana göstermiyor. Buraya iletin.
transcribe-expired = Bu kaydın süresi doldu: yalnızca bir kez açılabiliyordu. Hiçbir şey düşülmedi.
transcribe-answered = Bu kaydın metni zaten var: yanıtladığım mesajda.
privacy-mode =
    Beni eklediğiniz için teşekkürler! Ama bu grubun sesli mesajlarını henüz göremiyorum: Telegram bana yalnızca komutları gösteriyor, buna gizlilik modu deniyor.

    Kendiliğinden yanıtlanmaları için beni grup yöneticisi yapın; yetkiye ihtiyacım yok. Ya da botun sahibi gizlilik modunu kapatsın (@BotFather, /setprivacy) ve beni yeniden ekleyin.

    O zamana kadar bir sesli mesajı /transcribe@{ $bot } ile yanıtlayın, metnini göndereyim.
preference-group_mode = Grupta ne yazıya dökülür
preference-group_mode-automatic = bütün sesli ve görüntülü mesajlar
preference-group_mode-command = yalnızca /transcribe komutuyla
preference-group_mode-mention = adımla ya da /transcribe ile yanıt verilince
preference-group_style = İş sırasında ne görünür
preference-group_style-calm = bir tepki, uzun sürerse bir mesaj
preference-group_style-reaction = yalnızca bir tepki
preference-group_style-status = hemen bir mesaj, redler sözle
preference-group_visibility = Metni kim görür
preference-group_visibility-everyone = herkes
preference-group_visibility-asker = yalnızca /transcribe ile isteyen
preference-group_min_seconds = Sorulmadan hangi süreden başlanır
preference-group_min_seconds-number = { $value ->
    [0] her süre
   *[other] { $value } sn ve üzeri
}
preference-channel_posts = Kanalda yayımlanan kayıtları yazıya dök

## Yanıtın altındaki düğmeler

answer-language = 🌐 { $language }
answer-txt = .txt
answer-srt = .srt
answer-vtt = .vtt
answer-times = Zamanlarla
answer-text = Zamansız
answer-partial = ✂️ Yalnızca başı, { $time } kadar
answer-again = Başka dil
answer-again-back = « Geri
answer-again-taken = Bu dilde yazıya döküyorum…
answer-hide = Kaldır
answer-hide-ask = Metin sohbetten kaldırılsın mı? Geri gelmez.
answer-hide-yes = Tümüyle kaldır
answer-hide-no = Kalsın
answer-not-yours = Bu düğmeler kaydı gönderen ve yöneticiler için.
preference-output_style = Uzun metinler nasıl görünür
preference-output_style-folded = başı, gerisi katlanmış
preference-output_style-plain = bütün metin bir arada
preference-output_style-file = başı ve bir .txt dosyası
preference-doubt_marks = Emin olunmayan sözcüklerin altını çiz

## Konuk kipi

guest-hint = Bir sesli ya da görüntülü mesajı yanıtlayıp yanıtta adımı yazın: metnini yazarım.
guest-no-short = (Henüz özetleyemiyorum: bu, metnin tamamı.)
guest-rest = … Metnin tamamı { $bot } ile özel sohbetinizde.
guest-rest-unreachable = … { $bot } ile bir sohbet başlatıp yeniden isterseniz metnin tamamını özelden gönderebilirim.
guest-elsewhere = Başka bir sohbetteki bir kaydı sordunuz. Metin orada gösterilemedi, işte burada:
inline-none = Henüz metin yok: bana sesli mesaj gönderin
inline-not-found = Böyle bir metin yok. Bana sesli mesaj gönderin
inline-not-kept = Metinler burada saklanmıyor: bana sesli mesaj gönderin

## Bağlı hesap

business-connected =
    Hesabınız bağlandı. Seçtiğiniz özel sohbetlere gelen sesli ve görüntülü mesajları metne çeviriyorum.

    { $place ->
        [chat] { $can_reply ->
            [0] Telegram sizin adınıza yanıt vermeme izin vermiyor; bu yüzden metni yalnızca siz görürsünüz, burada. Bağlantının ayarlarından izin verebilirsiniz.
           *[other] Metin aynı sohbette, sizin adınıza bir yanıt olarak görünür.
        }
       *[other] Metni yalnızca siz görürsünüz, burada.
    }
    Sizin saniyeleriniz kullanılır (/quota). Konuştuğunuz kişiler benden, siz öyle seçerseniz metinden başka bir şey görmez. Sohbetleri seçmek, beni durdurmak ya da bağlantıyı kesmek Telegram ayarlarındadır.
business-disconnected = Hesabınızın bağlantısı kesildi: özel sohbetlerinizi artık görmüyorum. İşlenmekte olanlar metinsiz kalır ve bunlar için hiçbir şey düşülmez.
business-choose = Metin nerede gösterilsin
business-from = 🎙 { $name }:
business-own = 🎙 Siz → { $name }:
business-somebody = biri
business-no-text = { $matter ->
    [over-quota] Metinsiz sesli mesaj ({ $name }): saniyeleriniz yetmiyor. Bkz. /quota. Bugün bunu bir daha söylemeyeceğim.
    [too-long] Metinsiz sesli mesaj ({ $name }): çok uzun. Bugün bunu bir daha söylemeyeceğim.
    [no-speech] Metinsiz sesli mesaj ({ $name }): konuşma duyulmuyor.
    [user-queue-full] Metinsiz sesli mesaj ({ $name }): çok fazla kayıt işleniyor. Bugün bunu bir daha söylemeyeceğim.
    [queue-full] Metinsiz sesli mesaj ({ $name }): sıra dolu. Bugün bunu bir daha söylemeyeceğim.
    [disk-full] Metinsiz sesli mesaj ({ $name }): sunucuda yer yok. Bugün bunu bir daha söylemeyeceğim.
    [too-old] Metinsiz sesli mesaj ({ $name }): bot çalışmıyordu. Bugün bunu bir daha söylemeyeceğim.
    [too-large] Metinsiz sesli mesaj ({ $name }): dosya çok büyük. Bugün bunu bir daha söylemeyeceğim.
   *[other] Metinsiz sesli mesaj ({ $name }): yazıya dökülemedi.
} Hiçbir şey düşülmedi.
preference-business_answers = Sesli mesajların metni
preference-business_answers-owner = yalnızca bana, burada
preference-business_answers-chat = sohbetin kendisinde, benim adıma
preference-business_voices = Kimin sesli mesajları
preference-business_voices-received = yalnızca gelenler
preference-business_voices-all = benimkiler de

## Ayarlar

settings-home = { $is_group ->
    [0] ⚙️ Ayarlarınız
   *[other] ⚙️ Bu grubun ayarları
}
settings-theme-speech = 🗣 Konuşma
settings-theme-answers = 💬 Yanıtlar
settings-theme-groups = 👥 Gruplarda
settings-theme-account = 🔗 Bağlı hesap
settings-theme-bot = 🤖 Bot
settings-line = { $name }: { $value }
settings-on = açık
settings-off = kapalı
settings-back = « Geri
settings-close = Kapat
settings-closed = Ayarlar kapatıldı. Yeniden açmak için: /settings
settings-reset = Varsayılana dön: { $value }
settings-locked = Buna botun sahibi karar verir.
settings-administrators = Bir grubun ayarlarını yöneticileri değiştirir. Sizinkiler benimle özel sohbette: /settings
settings-administrators-only = Bu düğmeler grubun yöneticileri için. Yöneticiyseniz bir dakika sonra yeniden basın.
settings-too-many = En çok { $most } tane seçebilirsiniz: önce birini çıkarın.
settings-unknown = Böyle bir ayar yok. Olanlar: { $names }. Hepsi düğmelerle: /settings
settings-unknown-value = Böyle bir değer yok. Olabilenler: { $expected }

preference-languages = Konuşulan diller
preference-languages-auto = herhangi biri
preference-languages-about = Tek bir dilin bulunması gerekmez ve hata azalır. Birkaçı varsa en olası olanı alınır.
preference-translation = İngilizceye çevir
preference-vocabulary = Sözlük
preference-vocabulary-about = Sık geçen adlar ve terimler: /vocabulary
preference-live_drafts = Metin yazıya dökülürken görünsün
preference-interface = Botun dili
preference-interface-auto = Telegram'daki gibi
preference-keep_texts = Metinler teslimden sonra saklansın
preference-time_zone = Saat dilimi
preference-time_zone-about = Sınırın saat kaçta yenileneceğini buna göre söylerim: /settings time_zone Europe/Istanbul

vocabulary-empty =
    Sözlüğünüz boş. Kayıtlarınızda sık geçen adları ve terimleri ekleyin, doğru yazılsınlar:
    /vocabulary Ayşe Yıldız, Kubernetes
vocabulary-words =
    📖 Sözlük: { $words }

    Eklemek: /vocabulary sözcük, başka sözcük
    Çıkarmak: bir düğmeyle ya da /vocabulary remove sözcük
vocabulary-clear = Boşalt
vocabulary-too-much = Sözlük en çok { $words } sözcük ve { $signs } karakter alır, bir sözcük en çok 40 karakter; virgülle ayırın.

## What can be made of a text

answer-summary = Kısaca
answer-points = Ana noktalar
answer-tasks = Görevler
answer-translation = Çevir
made-phrases = Başlıca cümleler
made-summary = Kısaca
made-points = Ana noktalar
made-tasks = Görevler ve tarihler
made-translation = Çeviri
made-by-model = Bunu bir dil modeli ({ $model }) yaptı; yanılabilir.
made-stands-in = Dil modeli şu anda yanıt vermiyor; bu yüzden bunlar kaydın kendi başlıca cümleleri.
made-taken = Hazırlıyorum…
made-stopped = Burada durduruldu.{ $limit ->
    [0] { "" }
   *[other] { " " }Günün { $limit } kullanımından biri sayılır.
}
made-stopped-empty = Henüz bir şey yokken durduruldu; sayılmaz.
made-in-work = Bunu zaten hazırlıyorum.
made-over = Bugünlük bu kadar: bunu günde en çok { $limit } kez yapıyorum.
made-nothing = Kısaltacak bir şey yok: metin çok kısa.
made-unavailable = Dil modeli şu anda yanıt vermiyor. Daha sonra deneyin; bu deneme sayılmaz.
made-failed = Olmadı. Yeniden deneyin; bu deneme sayılmaz.
made-consent = Bunun için kaydın metni başka bir sunucudaki dil modeline gider: { $host }. Ses hiçbir yere gitmez. Onayınızı /settings ile geri alabilirsiniz.
made-agree = Onaylıyorum, gönder
made-agreed = Tamam, metinler artık dil modeline gidebilir. Geri almak için: /settings send_texts.
summary-nothing = Gönderdiğim bir metne ya da onun kaydına /summary ile yanıt verin.
# Words that may follow /summary, apart by commas
summary-summary = kısaca, kısa, özet
summary-points = ana noktalar, noktalar
summary-tasks = görevler, yapılacaklar
summary-translation = çevir, çeviri
summary-what = /summary ardından şunlar yazılabilir: { $words }. Çeviri için dil de: çevir İngilizce.
summary-same = Metin zaten bu dilde.
summary-gone = Bu metin artık bende yok: metinleri kısa süre saklıyorum. Kaydı yeniden gönderin.
command-summary = Yanıtladığınız metnin özü
help-summary = özünü almak için bir metnime bununla yanıt verin; ne istediğinizi ekleyebilirsiniz: ana noktalar, görevler, çevir İngilizce
preference-auto_summary = Uzun metinlerin özü hemen
preference-auto_summary-off = hayır
preference-auto_summary-summary = kısaca
preference-auto_summary-points = ana noktalar
preference-auto_summary-tasks = görevler
preference-send_texts = Metinleri dil modeline gönder
# Said after `privacy`; $where: nowhere, here (a model on this machine) or away, on $host
privacy-made = { $where ->
    [nowhere] Bir metnin başlıca cümlelerini seçebilirim: bu da burada, aynı sunucuda olur.
    [here] Özetleri, ana noktaları, görevleri ve çevirileri aynı sunucudaki bir dil modeli yapar.
   *[away] Özetleri, ana noktaları, görevleri ve çevirileri başka bir sunucudaki ({ $host }) bir dil modeli yapar. Metinler oraya yalnızca izin verdiyseniz ve gerektiğinde gider; ses hiçbir zaman gitmez.
}
## Telegram yıldızlarıyla satın alma

buy-choose =
    Günlük sınırın ötesindeki saniyeler Telegram yıldızlarıyla satın alınabilir. Süreleri dolmaz ve günlük olanlardan sonra kullanılır.{ $extra ->
        [0] { "" }
       *[other] { " " }Şu anda { DURATION($extra) } yedeğiniz var.
    }

    Koşullar: /terms. Ödemeyle ilgili sorular: /paysupport.
buy-button = { $title }, { $stars } ⭐
buy-seconds = { DURATION($seconds) } konuşma
buy-description = Günlük sınırın ötesindeki saniyeler: süreleri dolmaz, günlük olanlardan sonra kullanılır.
buy-description-plan = 30 günlük “{ $title }” planı. Kendiliğinden yenilenir; Telegram ayarlarından iptal edilir.
buy-subscribe = “{ $title }” planı: 30 gün için { $stars } ⭐. Kendiliğinden yenilenir; Telegram ayarlarından iptal edilir.
buy-subscribe-button = Abone ol
buy-offer = Daha çok saniye al
buy-fault = { $fault ->
    [expired] Bu faturanın süresi doldu. Lütfen yeniden /buy gönderin.
    [doubled] Bu fatura zaten ödenmiş.
    [not-yours] Bu fatura başkasının. Kendiniz için almak üzere /buy gönderin.
    [gone] Bu artık satılmıyor ya da fiyatı değişti. Lütfen yeniden /buy gönderin.
    [not-now] Şu anda kayıt kabul edilmiyor, bu yüzden ödenecek bir şey yok.
   *[other] Böyle bir sipariş yok. Lütfen yeniden /buy gönderin.
}
payment-receipt =
    Teşekkürler! Ödenen: { $stars } ⭐. Eklenen: { DURATION($seconds) }. Artık günlük olanların ötesinde { DURATION($extra) } var.

    Ödeme numarası: { $charge }
payment-receipt-plan =
    Teşekkürler! Ödenen: { $stars } ⭐. “{ $title }” planı { $until } tarihine kadar sizin.

    Ödeme numarası: { $charge }
payment-returned =
    { $reason ->
        [doubled] Bu sipariş iki kez ödenmiş.
        [expired] Ödendiğinde siparişin süresi dolmuştu.
        [not-yours] Bu fatura başkasınındı.
        [asked] Botun sahibi bir ödemeyi iade etti.
        [elsewhere] Bir ödeme iade edildi.
       *[other] Böyle bir sipariş yok.
    } { $stars } ⭐ size geri döndü.{ $taken ->
        [0] { "" }
       *[other] { " " }Kullanılmayan geri alındı: { DURATION($taken) }.
    }

    Ödeme numarası: { $charge }
history-none = Henüz ödeme yok.
history-payments = Ödemeler:
history-line = { $at } · { $title } · { $stars } ⭐ · { $state ->
    [credited] hesaba geçti
    [refunding] iade ediliyor
   *[other] iade edildi
} · { $charge }
history-use = Son { $days } günde yazıya dökülen:
history-use-line = { $at } · { DURATION($seconds) } · { $count } kayıt
terms =
    Telegram yıldızlarıyla konuşma tanıma saniyeleri ya da 30 günlük bir plan satın alırsınız.

    Satın alınan saniyelerin süresi dolmaz ve günlük olanlardan sonra kullanılır. Yazıya dökülemeyen bir kayıt için hiçbir şey düşülmez. Kullanılmayan iade edilebilir: /paysupport gönderin. Verilerinizin silinmesini isterseniz (/forget) kullanılmayan saniyeler kaybolur. Doğruluk garanti edilmez.

    Satıcı Telegram değil, bu botun sahibidir: Telegram desteği bu alışverişlerde yardımcı olamaz.
paysupport =
    Ödemeyle ilgili sorunuzu komuttan sonra tek bir mesajda yazın, örneğin: /paysupport … numaralı ödemenin saniyeleri gelmedi

    Ödeme numarası makbuzda ve /history içinde bulunur. Botun sahibi yanıtlar; Telegram desteği bu alışverişlerde yardımcı olamaz.
paysupport-sent = Sorunuz botun yöneticilerine iletildi. Size yazacaklar.
paysupport-nobody = Şu anda soruyu iletecek kimse yok. Lütfen botun sahibine yazın.
paysupport-question =
    { $user } bir ödeme hakkında soruyor:

    { $words }
forget-payments = Satın alınıp kullanılmayan saniyeler silme sırasında kaybolur. Muhasebe için her ödemenin numarası, tutarı, tarihi ve adı kalır; adınız ve kimliğiniz kalmaz.
privacy-payments = Yıldızlarla yapılan bir ödemenin numarası, tutarı, tarihi ve paketi saklanır. /forget sonrasında bunlar adınız ve kimliğiniz olmadan muhasebe için kalır; kullanılmayan saniyeler kaybolur.
help-buy = yıldızlarla saniye satın almak
help-history = ödemeler ve kullanım
help-paysupport = ödeme hakkında soru
help-terms = satış koşulları
command-buy = Yıldızlarla saniye al
command-history = Ödemelerim ve kullanımım
command-paysupport = Ödeme hakkında soru
command-terms = Satış koşulları
