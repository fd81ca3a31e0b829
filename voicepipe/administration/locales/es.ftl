# Lo que leen los administradores del bot.

admin-status =
    { $is_paused ->
        [0] 🟢 En marcha: { DURATION($uptime) }
       *[other] ⏸ No se aceptan grabaciones nuevas
    }
    Cola: { $queue }, sin respuesta: { $unfinished }
    Procesos: { $working } de { $workers }, modelo { $model }
    Hoy: grabaciones { $count }, personas { $users }, audio { DURATION($seconds) }. Grabaciones ayer: { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] Aún no ha escrito al bot: compruebe el ID
           *[other] Plan: { $plan }
        }
       *[other] 🚫 Bloqueado
    }
    { $is_unlimited ->
        [0] Hoy: { DURATION($used) } de { DURATION($daily) }
       *[other] Sin límite diario
    }
    Reserva: { DURATION($extra) }
    Grabaciones en total: { $count }, audio: { DURATION($seconds) }
admin-summary =
    ☀️ Ayer
    Grabaciones: { $count } (el día anterior: { $before }), personas: { $users }, audio: { DURATION($seconds) }
    Fallos en 24 horas: { $troubles }, ahora en cola: { $queue }
admin-changes = Cambios:
admin-plans = ¿Qué plan?
admin-no-plans = Aún no hay planes: se definen en la configuración, [quota.plans.NOMBRE].
admin-top-title = 🏆 Quién más en { $days } días
admin-top-line = { $name }: { DURATION($seconds) }, grabaciones: { $count }
admin-nothing = Nada.
admin-errors-title = ⚠️ Fallos recientes
admin-who-how = Nombre a alguien: /admin 123456789 o /admin @nombre. O responda /admin a un mensaje suyo, en un grupo o reenviado aquí. La respuesta llega aquí, en privado.
admin-pause-ask = Las grabaciones nuevas se rechazan con cortesía; las aceptadas reciben su texto. Así hasta que lo reanude.
admin-cast-how = Para escribir a todos, envíe: /admin broadcast TEXTO. Primero verá cómo queda.
admin-cast-ask = ¿Enviarlo a todos los que han escrito al bot? Destinatarios: { $count }
admin-cast-long = El texto supera los { $most } caracteres. Acórtelo.
admin-cast-progress = 📣 Envío en curso. Entregados: { $delivered }, bot bloqueado: { $blocked }, nunca escribieron en privado: { $strangers }, fallidos: { $failed }, quedan: { $waiting }
admin-cast-done = 📣 Envío terminado. Entregados: { $delivered }, bot bloqueado: { $blocked }, nunca escribieron en privado: { $strangers }, fallidos: { $failed }
admin-cast-stopped = 📣 Envío detenido. Entregados: { $delivered }, bot bloqueado: { $blocked }, nunca escribieron en privado: { $strangers }, fallidos: { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Actualizar
admin-button-who = 👤 Persona
admin-button-top = 🏆 Quién más
admin-button-errors = ⚠️ Fallos
admin-button-cast = 📣 Envío a todos
admin-button-pause = ⏸ Pausar
admin-button-resume = ▶️ Reanudar
admin-button-back = « Atrás
admin-button-plan = 🎟 Plan
admin-button-plan-none = Sin plan
admin-button-unlimited-1 = ∞ Quitar el límite
admin-button-unlimited-0 = Restaurar el límite
admin-button-ban-1 = 🚫 Bloquear
admin-button-ban-0 = Desbloquear
admin-button-cast-send = 📣 Enviar a todos
admin-button-cast-drop = No enviar
admin-button-stop = ⏹ Detener
admin-done = Hecho
admin-alert-worker = 🔴 Un proceso de trabajo falla una y otra vez y ya no se inicia. El registro dice por qué: journalctl -u voicepipe. Reiniciar el servicio lo inicia de nuevo.
admin-alert-disk = 🔴 Queda poco espacio en disco: { $value } MB. Pronto no se aceptarán grabaciones.
admin-alert-queue = 🔴 La cola no avanza: una grabación espera desde hace { DURATION($value) }.
admin-alert-telegram = 🟠 Telegram no estuvo disponible durante { DURATION($value) }. Ya hay conexión y se recupera lo perdido.
admin-over-worker = 🟢 Los procesos de trabajo vuelven a estar bien.
admin-over-disk = 🟢 Vuelve a haber espacio en disco.
admin-over-queue = 🟢 La cola vuelve a avanzar.
