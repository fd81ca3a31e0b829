# Los textos del bot en español: breves, cordiales, de tú.

## Lapsos: DURATION($seconds) y WAIT($hours, $minutes) se componen con esto

count-second = { $count ->
    [one] { $count } segundo
   *[other] { $count } segundos
}
count-minute = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
count-hour = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
wait = en { $duration }
wait-moment = en menos de un minuto

## Mientras una grabación está en curso

status-working = ⏳ Transcribiendo…{ $eta ->
    [0] { "" }
   *[other] { " " }unos { DURATION($eta) }
}
status-no-machine = ⏳ Espero a un equipo que transcriba: ahora mismo no hay ninguno disponible. Tu grabación no se pierde.
status-queued = { $ahead ->
    [0] ⏳ En cola: la tuya es la siguiente…
    [one] ⏳ En cola: { $ahead } grabación por delante…
   *[other] ⏳ En cola: { $ahead } grabaciones por delante…
}{ $eta ->
    [0] { "" }
   *[other] { " " }El texto estará en unos { DURATION($eta) }
}
status-progress = ⏳ Transcribiendo… { $percent } %{ $eta ->
    [0] { "" }
   *[other] , faltan unos { DURATION($eta) }
}

## No se acepta una grabación

refused-banned = El dueño del bot ha desactivado la transcripción para ti. Si es un error, escríbele. No se ha descontado nada.
refused-paused = El bot está en mantenimiento y no acepta grabaciones nuevas. Envíe esta más tarde. No se ha descontado nada.
refused-too-old = Perdona la espera: el bot no estaba disponible y esta grabación ya tiene más de { $hours ->
    [one] { $hours } hora
   *[other] { $hours } horas
}. Si aún necesitas el texto, envíala otra vez. No se ha descontado nada.
refused-too-large = El archivo es demasiado grande: { $mib } MB, y acepto hasta { $limit } MB. Envía uno más pequeño o solo el sonido. No se ha descontado nada.
refused-too-long = Esta grabación dura { DURATION($seconds) }, y acepto hasta { DURATION($limit) }. Divídela y envía las partes una a una. No se ha descontado nada.
refused-too-often = Demasiado rápido: acepto hasta { $limit } grabaciones por minuto. Envía las demás un poco más tarde; ahora no tendrán respuesta. No se ha descontado nada.
refused-user-queue-full = Todavía tengo en curso { $limit ->
    [one] { $limit } grabación tuya. Envía esta cuando aquella esté lista.
   *[other] { $limit } grabaciones tuyas. Envía esta cuando estén listas.
} No se ha descontado nada.
refused-queue-full = La cola está llena: ahora mismo hay demasiadas grabaciones. Envía esta otra vez dentro de un par de minutos. No se ha descontado nada.
refused-disk-full = Al servidor le falta espacio ahora mismo. Inténtalo más tarde o escribe al dueño del bot. No se ha descontado nada.
refused-over-quota = { $daily ->
    [0] { $left ->
        [0] No te quedan segundos.
       *[other] { not-enough }
    } { more-seconds }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] Esta grabación dura { DURATION($seconds) }, más que { daily-and-extra }. { split-by-day }
       *[no] { $left ->
            [0] El límite de hoy está agotado. Se renueva { WAIT($hours, $minutes) }.
           *[other] { not-enough } { more-seconds }
        }
    }
} No se ha descontado nada.
refused-more = Lo mismo vale para { $more ->
    [one] { $more } grabación más.
   *[other] { $more } grabaciones más.
}
first-button = Transcribir el principio: { DURATION($seconds) }
first-taken = Transcribo el principio de la grabación.
not-enough = { $seconds ->
    [0] No te alcanzan los segundos para esta grabación: te quedan { DURATION($left) }.
   *[other] Esta grabación dura { DURATION($seconds) } y te quedan { DURATION($left) }.
} Puedes enviar ya una más corta.
more-seconds = { $daily ->
    [0] El dueño del bot puede añadir más.
   *[other] Tu límite diario ({ DURATION($daily) }) se renueva { WAIT($hours, $minutes) }.
}
daily-and-extra = tu límite diario ({ DURATION($daily) }){ $extra ->
    [0] { "" }
   *[other] { " " }y tu reserva ({ DURATION($extra) }) juntos
}
split-by-day = Divídela en partes más cortas{ $extra ->
    [0] : al día se pueden transcribir hasta { DURATION($daily) }
   *[other] { "" }
}.{ $left ->
    [0] { " " }El límite de hoy está agotado; se renueva { WAIT($hours, $minutes) }.
   *[other] { EXCEEDS($daily, $left) ->
        [yes] { " " }Hoy quedan: { DURATION($left) }.
       *[no] { "" }
    }
}

## Se aceptó una grabación, pero no hay texto

failed-no-speech = No oigo que nadie hable. Si alguien habla, graba otra vez, más cerca del micrófono. No se ha descontado nada.
failed-no-audio = Este archivo no tiene sonido. Envía un mensaje de voz, un videomensaje, un audio o un vídeo con sonido. No se ha descontado nada.
failed-unknown-codec = El sonido de este archivo está codificado de un modo que no entiendo ({ $codec }). Envíalo en otro formato: como mensaje de voz, MP3, M4A u OGG. No se ha descontado nada.
failed-no-track = Este archivo no tiene esa pista de sonido. No se ha descontado nada.
failed-unreadable = No puedo abrir este archivo: está vacío, dañado o no contiene sonido. Envíalo otra vez o en otro formato. No se ha descontado nada.
failed-too-long = Esta grabación es más larga de lo que dice su archivo, y acepto hasta { DURATION($limit) }. Divídela y envía las partes una a una. No se ha descontado nada.
failed-over-quota = Esta grabación es más larga de lo que dice su archivo, y { $daily ->
    [0] { not-covered }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] dura más que { daily-and-extra }. { split-by-day }
       *[no] { not-covered }
    }
} No se ha descontado nada.
not-covered = tus segundos no alcanzan: te quedan { DURATION($left) }. { more-seconds }
failed-fetch-failed = No pude obtener esta grabación de Telegram. Envíala otra vez. No se ha descontado nada.
failed-disk-full = Al servidor le falta espacio para esta grabación. Inténtalo más tarde o escribe al dueño del bot. No se ha descontado nada.
failed-poison = No consigo transcribir esta grabación: falla una y otra vez. Grábala de nuevo o envíala en otro formato. No se ha descontado nada.
failed-internal = Perdona, algo se ha roto de nuestro lado. Envía la grabación otra vez; si no ayuda, escribe al dueño del bot. No se ha descontado nada.
failed-expired = { hint-expired }

## Cancelar

cancel-button = Cancelar
cancel-button-keep = Ya basta
cancel-done = { $count ->
    [0] No hay grabaciones tuyas en curso en este chat.
    [one] Cancelada: { $count } grabación. No se ha descontado nada.
   *[other] Canceladas: { $count } grabaciones. No se ha descontado nada.
}
cancel-not-yours = Solo puede cancelarla quien envió la grabación o un administrador.
failed-cancelled = Cancelado. No se ha descontado nada.

## Lo que queda

quota-limited = { $daily ->
    [0] Quedan: { DURATION($extra) }. Los segundos los da el dueño del bot.
   *[other]
        Hoy quedan: { DURATION($left) } (límite: { DURATION($daily) }).
        { $bar }
        El límite se renueva { WAIT($hours, $minutes) } (a las { $at }, { $zone }).{ $extra ->
            [0] { "" }
           *[other] { "" }
                En reserva: { DURATION($extra) }. La reserva no caduca y se gasta después del límite diario.
        }
}
quota-plan = Tu plan: { $title }.
quota-plan-until = { $renewal ->
    [canceled] Pagado hasta el { $until } y sin renovación: la suscripción está cancelada.
    [failed] Pagado hasta el { $until }; no se pudo renovar porque falló el pago.
   *[itself] Pagado hasta el { $until }; se renueva solo.
}
quota-unlimited = No tienes límite diario: envía cuanto necesites. { one-recording }
quota-banned = El dueño del bot ha desactivado la transcripción para ti. Si es un error, escríbele.

## Conocerse

start =
    ¡Hola! Envíame o reenvíame un mensaje de voz, un videomensaje, un audio o un vídeo, y responderé con su texto.

    { limits }

    Más: /help. Qué pasa con tus grabaciones: /privacy.
help =
    Qué puedes enviar: un mensaje de voz, un videomensaje, un audio, un vídeo o un archivo con sonido; también reenviados. { speech-language }

    { limits } Un archivo: hasta { $max_mib } MB.

    { in-groups }

    { $commands }
limits = { $unlimited ->
    [0] { $daily ->
        [0] { $max_seconds ->
            [0] { "" }
           *[other] { one-recording }{ " " }
        }Los segundos los da el dueño del bot.
       *[other] Límite diario: { DURATION($daily) }. { one-recording }
    }
   *[other] No tienes límite diario. { one-recording }
}
one-recording = Una grabación: hasta { DURATION($max_seconds) }.
speech-language = { $speech_language ->
    [auto] Entiendo español, ruso, inglés y otros idiomas, y detecto el idioma por mi cuenta.
    [ru] Transcribo habla en ruso.
    [en] Transcribo habla en inglés.
   *[other] El idioma de las grabaciones lo ha fijado el dueño del bot: { $speech_language }.
}
in-groups = { $all_media ->
    [0] En los grupos transcribo solo mensajes de voz y videomensajes redondos, y respondo a ellos.
   *[other] En los grupos transcribo lo mismo y respondo a la grabación.
}
privacy-elsewhere = Tus grabaciones se abren en el servidor del dueño de este bot. Partes de las más largas se transcriben también en otros equipos que él ha elegido; allí no se guarda nada.
privacy-all-elsewhere = Tus grabaciones se abren en el servidor del dueño de este bot. Lo que se dice en ellas se transcribe en otros equipos que él ha elegido; allí no se guarda nada.
privacy =
    Tus grabaciones se transcriben en el servidor del dueño de este bot y no van a ningún otro sitio.

    • El archivo se borra justo después de transcribirlo.
    • { $kept_hours ->
        [0] El texto se borra del servidor en cuanto llega al chat.
        [one] El texto se guarda en el servidor { $kept_hours } hora después de llegar al chat, y luego se borra.
       *[other] El texto se guarda en el servidor { $kept_hours } horas después de llegar al chat, y luego se borra.
    }
    • Se guardan: tu ID de Telegram, nombre de usuario, idioma, ajustes, vocabulario, si me has bloqueado y cuántos segundos se han transcrito; y de cada grabación el chat y el número del mensaje, la hora, el tipo, la duración y el idioma.
    • Si me has conectado a tu cuenta: lo que me permites. El nombre de la persona con quien hablas y lo que hay bajo un mensaje de voz, solo mientras está en curso.

    Lo que se dice nunca se escribe en los registros. Para borrar todo lo que se guarda sobre ti: /forget.

## Pistas

hint-text = Convierto el habla en texto. Envía un mensaje de voz, un videomensaje, un audio o un vídeo. Más: /help
hint-unsupported = Aquí no hay habla que pueda transcribir. Envía un mensaje de voz, un videomensaje, un audio o un vídeo.
hint-expired = Esta grabación ha caducado: solo se podía abrir una vez. Envíala de nuevo, mejor sin visualización única. No se ha descontado nada.
too-often = Demasiado a menudo: espera un minuto. Hasta entonces no habrá respuestas.
unknown-command = No existe ese comando. Todos los comandos: /help
only-in-private = { $command } funciona en un chat privado conmigo.
only-in-groups = { $command } funciona solo en grupos.
button-gone = Este botón ya no funciona.

## Olvidarlo todo

forget-ask =
    Así se borra todo lo que se guarda sobre ti: ID, nombre de usuario, idioma, ajustes, vocabulario, historial y segundos en reserva. No se puede deshacer.

    Solo quedan sumas generales, sin nombre ni ID. Bajo un código cifrado en lugar del ID se guarda hasta dos días lo gastado hoy, uno o dos meses el momento de tu petición, y un bloqueo, si lo hay, hasta que el dueño lo levante. Los mensajes de este chat los guarda Telegram; puedes borrarlos allí.

    Si lo tienes claro, envía: /forget sí
forget-yes = sí
forget-busy = Tu grabación aún está en curso. Espera la respuesta y envía otra vez: /forget sí
forget-done = Hecho: todo lo que se guardaba sobre ti está borrado. Si vuelves a escribir, empezamos de cero.
forget-private = Para borrar todo lo que se guarda sobre ti, envía /forget en un chat privado conmigo.

## Estadística y datos propios

stats = En { $days ->
    [one] el último { $days } día
   *[other] los últimos { $days } días
}: { $count ->
    [one] { $count } grabación
   *[other] { $count } grabaciones
}, { DURATION($seconds) }. Lo máximo en un día: { DURATION($most) }.
stats-none = No hubo grabaciones en { $days ->
    [one] el último { $days } día
   *[other] los últimos { $days } días
}.
mydata = Todo lo que se guarda sobre ti. Para borrarlo: /forget.

## Perfil del bot

profile-about = Mensajes de voz y de vídeo, audios y vídeos, en texto. Envía o reenvía una grabación.
profile-description = Convierto el habla en texto: mensajes de voz, videomensajes, audios y vídeos.

    Envía o reenvía una grabación y en unos segundos tendrás aquí su texto. Se transcribe en el servidor del dueño del bot y no va a ningún otro sitio.

## Descripciones de los comandos

help-transcribe = el texto de la grabación a la que respondes con él
help-quota = cuántos segundos quedan
help-cancel = cancelar tus grabaciones que siguen en curso
help-settings = idiomas, respuestas y más
help-vocabulary = nombres y términos, para que se escriban bien
help-stats = tus grabaciones de un mes, en una imagen
help-mydata = todo lo que se guarda sobre ti, en un archivo
help-privacy = qué pasa con tus grabaciones
help-forget = borrar todo lo que se guarda sobre ti

command-start = Empezar
command-help = Qué sabe hacer el bot
command-transcribe = Texto de la grabación a la que respondes
command-quota = Cuántos segundos quedan
command-cancel = Cancelar grabaciones que siguen en curso
command-settings = Ajustes
command-vocabulary = Nombres y términos
command-stats = Mis grabaciones de un mes
command-mydata = Todo lo que se guarda sobre mí
command-privacy = Qué pasa con tus grabaciones
command-forget = Borrar todo lo que se guarda sobre mí

## /transcribe y los grupos

transcribe-nothing = Responde con este comando a un mensaje de voz, un videomensaje u otra grabación, y te enviaré su texto.
transcribe-gone = Esta grabación ya no está, o Telegram no me la muestra. Reenvíala aquí.
transcribe-expired = Esta grabación ha caducado: solo se podía abrir una vez. No se ha descontado nada.
transcribe-answered = El texto de esta grabación ya está: en el mensaje al que respondo.
privacy-mode =
    ¡Gracias por añadirme! Pero aún no veo los mensajes de voz de este grupo: Telegram solo me muestra comandos, lo que se llama modo de privacidad.

    Para que se respondan solos, hazme administrador del grupo; no necesito permisos. O que el dueño del bot desactive el modo de privacidad (@BotFather, /setprivacy), y añádeme de nuevo.

    Mientras tanto, responde a un mensaje de voz con /transcribe@{ $bot } y enviaré su texto.
preference-group_mode = Qué se transcribe en un grupo
preference-group_mode-automatic = todos los mensajes de voz y de vídeo
preference-group_mode-command = solo con el comando /transcribe
preference-group_mode-mention = cuando alguien responde con mi nombre o /transcribe
preference-group_style = Qué se ve del trabajo
preference-group_style-calm = una reacción, y un mensaje si tarda
preference-group_style-reaction = solo una reacción
preference-group_style-status = un mensaje enseguida, rechazos con palabras
preference-group_visibility = Quién ve un texto
preference-group_visibility-everyone = todos
preference-group_visibility-asker = solo quien lo pidió con /transcribe
preference-group_min_seconds = Desde qué duración se transcribe sin pedirlo
preference-group_min_seconds-number = { $value ->
    [0] cualquiera
   *[other] { $value } s o más
}
preference-channel_posts = Transcribir las grabaciones publicadas en el canal

## Botones bajo una respuesta

answer-language = 🌐 { $language }
answer-txt = .txt
answer-srt = .srt
answer-vtt = .vtt
answer-times = Con tiempos
answer-text = Sin tiempos
answer-partial = ✂️ Solo el principio, hasta { $time }
answer-again = Otro idioma
answer-again-back = « Atrás
answer-again-taken = Transcribo en ese idioma…
answer-hide = Quitar
answer-hide-ask = ¿Quitar el texto del chat? No se puede recuperar.
answer-hide-yes = Quitar para siempre
answer-hide-no = Dejarlo
answer-not-yours = Estos botones son para quien envió la grabación y para los administradores.
preference-output_style = Cómo se ven los textos largos
preference-output_style-folded = el principio, el resto plegado
preference-output_style-plain = todo el texto de una vez
preference-output_style-file = el principio y un archivo .txt
preference-doubt_marks = Subrayar las palabras dudosas

## Modo invitado

guest-hint = Responde a un mensaje de voz o de vídeo y nómbrame en la respuesta: escribiré su texto.
guest-no-short = (Aún no sé resumir: este es el texto completo.)
guest-rest = … El texto completo está en tu chat privado con { $bot }.
guest-rest-unreachable = … Podré enviarte el texto completo en privado cuando empieces un chat con { $bot } y lo pidas otra vez.
guest-elsewhere = Pediste una grabación en otro chat. Allí no se pudo mostrar el texto, así que aquí está:
inline-none = Aún no hay textos: envíame un mensaje de voz
inline-not-found = No hay tal texto. Envíame un mensaje de voz
inline-not-kept = Aquí no se guardan textos: envíame un mensaje de voz

## Cuenta conectada

business-connected =
    Tu cuenta está conectada. Convierto en texto los mensajes de voz y de vídeo que llegan a los chats privados que has elegido.

    { $place ->
        [chat] { $can_reply ->
            [0] Telegram no me deja responder en tu nombre, así que solo tú verás el texto, aquí. Puedes permitirlo en los ajustes de la conexión.
           *[other] El texto aparecerá en ese mismo chat, como respuesta en tu nombre.
        }
       *[other] Solo tú verás el texto, aquí.
    }
    Se gastan tus segundos (/quota). Las personas con las que hablas no ven de mí más que el texto, si así lo eliges. Elegir los chats, pausarme o desconectarme se hace en los ajustes de Telegram.
business-disconnected = Tu cuenta está desconectada: ya no veo tus chats privados. Lo que estaba en curso queda sin texto y no se descuenta nada.
business-choose = Dónde mostrar el texto
business-from = 🎙 { $name }:
business-own = 🎙 Tú → { $name }:
business-somebody = alguien
business-no-text = { $matter ->
    [over-quota] Un mensaje de voz sin texto ({ $name }): no te alcanzan los segundos. Mira /quota. Hoy no lo diré más.
    [too-long] Un mensaje de voz sin texto ({ $name }): es demasiado largo. Hoy no lo diré más.
    [no-speech] Un mensaje de voz sin texto ({ $name }): no se oye que nadie hable.
    [user-queue-full] Un mensaje de voz sin texto ({ $name }): hay demasiadas grabaciones en curso. Hoy no lo diré más.
    [queue-full] Un mensaje de voz sin texto ({ $name }): la cola está llena. Hoy no lo diré más.
    [disk-full] Un mensaje de voz sin texto ({ $name }): no hay espacio en el servidor. Hoy no lo diré más.
    [too-old] Un mensaje de voz sin texto ({ $name }): el bot no estaba disponible. Hoy no lo diré más.
    [too-large] Un mensaje de voz sin texto ({ $name }): el archivo es demasiado grande. Hoy no lo diré más.
   *[other] Un mensaje de voz sin texto ({ $name }): no se pudo transcribir.
} No se ha descontado nada.
preference-business_answers = Texto de los mensajes de voz
preference-business_answers-owner = solo para mí, aquí
preference-business_answers-chat = en el propio chat, en mi nombre
preference-business_voices = Mensajes de voz de quién
preference-business_voices-received = solo los recibidos
preference-business_voices-all = también los míos

## Ajustes

settings-home = { $is_group ->
    [0] ⚙️ Tus ajustes
   *[other] ⚙️ Ajustes de este grupo
}
settings-theme-speech = 🗣 Habla
settings-theme-answers = 💬 Respuestas
settings-theme-groups = 👥 En grupos
settings-theme-account = 🔗 Cuenta conectada
settings-theme-bot = 🤖 El bot
settings-line = { $name }: { $value }
settings-on = sí
settings-off = no
settings-back = « Atrás
settings-close = Cerrar
settings-closed = Ajustes cerrados. Para abrirlos de nuevo: /settings
settings-reset = Volver a lo predeterminado: { $value }
settings-locked = Eso lo decide el dueño del bot.
settings-administrators = Los ajustes de un grupo los cambian sus administradores. Los tuyos están en el chat privado conmigo: /settings
settings-administrators-only = Estos botones son para los administradores del grupo. Si lo eres, pulsa otra vez dentro de un minuto.
settings-too-many = Puedes elegir { $most } como mucho: quita antes alguno.
settings-unknown = No existe ese ajuste. Hay: { $names }. Todos con botones: /settings
settings-unknown-value = No existe ese valor. Posibles: { $expected }

preference-languages = Idiomas que se hablan
preference-languages-auto = cualquiera
preference-languages-about = Un solo idioma no hay que detectarlo, y hay menos errores. De varios se toma el más probable.
preference-translation = Traducir al inglés
preference-vocabulary = Vocabulario
preference-vocabulary-about = Nombres y términos que dices a menudo: /vocabulary
preference-live_drafts = El texto aparece mientras se transcribe
preference-interface = Idioma del bot
preference-interface-auto = como en Telegram
preference-keep_texts = Guardar los textos tras la entrega
preference-time_zone = Zona horaria
preference-time_zone-about = Según ella digo a qué hora se renueva el límite: /settings time_zone Europe/Madrid

vocabulary-empty =
    Tu vocabulario está vacío. Añade nombres y términos que dices a menudo para que se escriban bien:
    /vocabulary Ana Sánchez, Kubernetes
vocabulary-words =
    📖 Vocabulario: { $words }

    Añadir: /vocabulary palabra, otra palabra
    Quitar: con un botón o /vocabulary remove palabra
vocabulary-clear = Vaciar
vocabulary-too-much = En el vocabulario caben hasta { $words } palabras y { $signs } signos, una palabra hasta 40 signos; sepáralas con comas.

## What can be made of a text

answer-summary = Resumen
answer-points = Ideas clave
answer-tasks = Tareas
answer-translation = Traducir
made-phrases = Frases principales
made-summary = Resumen
made-points = Ideas clave
made-tasks = Tareas y fechas
made-translation = Traducción
made-by-model = Lo ha hecho un modelo de lenguaje ({ $model }); puede equivocarse.
made-stands-in = El modelo de lenguaje no responde ahora, así que estas son las frases principales de la propia grabación.
made-taken = En ello…
made-stopped = Detenido aquí.{ $limit ->
    [0] { "" }
   *[other] { " " }Cuenta como uno de los { $limit } usos del día.
}
made-stopped-empty = Detenido antes de que hubiera nada; no cuenta.
made-in-work = Ya estoy en ello.
made-over = Por hoy es todo: lo hago hasta { $limit } veces al día.
made-nothing = No hay nada que resumir: el texto es demasiado corto.
made-unavailable = El modelo de lenguaje no responde ahora. Inténtalo más tarde; este intento no cuenta.
made-failed = No ha funcionado. Inténtalo otra vez; este intento no cuenta.
made-consent = Para esto, el texto de la grabación va a un modelo de lenguaje en otro servidor: { $host }. El sonido no va a ninguna parte. Puedes retirar el permiso en /settings.
made-agree = De acuerdo, enviar
made-agreed = Muy bien, ahora los textos pueden ir al modelo de lenguaje. Para retirarlo: /settings send_texts.
summary-nothing = Responde con /summary a un texto que te envié o a su grabación.
# Words that may follow /summary, apart by commas
summary-summary = resumen, en breve, resumir
summary-points = ideas clave, ideas, puntos
summary-tasks = tareas, pendientes
summary-translation = traducir, traducción, traduce
summary-what = Después de /summary puedes escribir: { $words }. Para traducir, también el idioma: traducir inglés.
summary-same = El texto ya está en ese idioma.
summary-gone = Ya no tengo este texto: guardo los textos poco tiempo. Envía la grabación otra vez.
command-summary = Lo principal del texto al que respondes
help-summary = responde con él a un texto mío para obtener lo principal; puedes decir qué: ideas clave, tareas, traducir inglés
preference-auto_summary = Lo principal de los textos largos, enseguida
preference-auto_summary-off = nada
preference-auto_summary-summary = resumen
preference-auto_summary-points = ideas clave
preference-auto_summary-tasks = tareas
preference-send_texts = Enviar textos al modelo de lenguaje
# Said after `privacy`; $where: nowhere, here (a model on this machine) or away, on $host
privacy-made = { $where ->
    [nowhere] Puedo elegir las frases principales de un texto: también eso ocurre aquí, en el mismo servidor.
    [here] Los resúmenes, ideas clave, tareas y traducciones los hace un modelo de lenguaje en el mismo servidor.
   *[away] Los resúmenes, ideas clave, tareas y traducciones los hace un modelo de lenguaje en otro servidor ({ $host }). Los textos van allí solo si lo has permitido y solo cuando hace falta; el sonido, nunca.
}
## Comprar con estrellas de Telegram

buy-choose =
    Los segundos por encima del límite diario se pueden comprar con estrellas de Telegram. No caducan y se gastan después de los del día.{ $extra ->
        [0] { "" }
       *[other] { " " }Ahora tienes { DURATION($extra) } de reserva.
    }

    Condiciones: /terms. Preguntas sobre un pago: /paysupport.
buy-button = { $title } por { $stars } ⭐
buy-seconds = { DURATION($seconds) } de voz
buy-description = Segundos por encima del límite diario: no caducan y se gastan después de los del día.
buy-description-plan = El plan «{ $title }» por 30 días. Se renueva solo; se cancela en los ajustes de Telegram.
buy-subscribe = El plan «{ $title }»: { $stars } ⭐ por 30 días. Se renueva solo; se cancela en los ajustes de Telegram.
buy-subscribe-button = Suscribirse
buy-offer = Comprar más segundos
buy-fault = { $fault ->
    [expired] Esta factura ha caducado. Envía /buy otra vez.
    [doubled] Esta factura ya está pagada.
    [not-yours] Esta factura es de otra persona. Envía /buy para comprar para ti.
    [gone] Esto ya no se vende o ha cambiado de precio. Envía /buy otra vez.
    [not-now] Ahora no se aceptan grabaciones, así que no hay nada que pagar.
   *[other] No existe ese pedido. Envía /buy otra vez.
}
payment-receipt =
    ¡Gracias! Pagado: { $stars } ⭐. Añadido: { DURATION($seconds) }. Ahora tienes { DURATION($extra) } además de lo del día.

    Número del pago: { $charge }
payment-receipt-plan =
    ¡Gracias! Pagado: { $stars } ⭐. El plan «{ $title }» es tuyo hasta el { $until }.

    Número del pago: { $charge }
payment-returned =
    { $reason ->
        [doubled] Este pedido se pagó dos veces.
        [expired] El pedido había caducado cuando se pagó.
        [not-yours] Esta factura era de otra persona.
        [asked] El dueño del bot ha devuelto un pago.
        [elsewhere] Se ha devuelto un pago.
       *[other] No existe ese pedido.
    } Has recuperado { $stars } ⭐.{ $taken ->
        [0] { "" }
       *[other] { " " }Se ha retirado lo no gastado: { DURATION($taken) }.
    }

    Número del pago: { $charge }
history-none = Aún no hay pagos.
history-payments = Pagos:
history-line = { $at } · { $title } · { $stars } ⭐ · { $state ->
    [credited] abonado
    [refunding] en devolución
   *[other] devuelto
} · { $charge }
history-use = { $days ->
    [one] Transcrito en { $days } día:
   *[other] Transcrito en { $days } días:
}
history-use-line = { $at } · { DURATION($seconds) } · { $count ->
    [one] { $count } grabación
   *[other] { $count } grabaciones
}
terms =
    Compras segundos de reconocimiento de voz, o un plan por 30 días, con estrellas de Telegram.

    Los segundos comprados no caducan y se gastan después de los del día. Una grabación que no se pudo transcribir no cuesta nada. Lo no gastado se puede devolver: envía /paysupport. Si pides que se borren tus datos (/forget), pierdes los segundos no gastados. La precisión no está garantizada.

    Vende el dueño de este bot, no Telegram: el soporte de Telegram no puede ayudar con estas compras.
paysupport =
    Describe tu pregunta sobre un pago en un mensaje después del comando, por ejemplo: /paysupport no recibí los segundos del pago …

    El número del pago está en el recibo y en /history. Responde el dueño del bot; el soporte de Telegram no puede ayudar con estas compras.
paysupport-sent = Tu pregunta ha llegado a los administradores del bot. Te escribirán.
paysupport-nobody = Ahora no hay nadie a quien pasar la pregunta. Escribe al dueño del bot.
paysupport-question =
    Una pregunta sobre un pago, de { $user }:

    { $words }
forget-payments = Los segundos comprados y no gastados se pierden al borrar tus datos. Para la contabilidad quedan el número, el importe, la fecha y el nombre de cada pago, sin tu nombre ni tu identificador.
privacy-payments = De un pago con Estrellas se guardan el número, el importe, la fecha y el paquete. Después de /forget quedan para la contabilidad, sin tu nombre ni tu ID; los segundos no gastados se pierden.
help-buy = comprar segundos con estrellas
help-history = pagos y uso
help-paysupport = preguntar por un pago
help-terms = condiciones de venta
command-buy = Comprar segundos con estrellas
command-history = Mis pagos y mi uso
command-paysupport = Preguntar por un pago
command-terms = Condiciones de venta
