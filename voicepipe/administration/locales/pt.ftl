# O que os administradores do bot leem.

admin-status =
    { $is_paused ->
        [0] 🟢 Em funcionamento: { DURATION($uptime) }
       *[other] ⏸ Não são aceitas novas gravações
    }
    Fila: { $queue }, sem resposta: { $unfinished }
    Processos: { $working } de { $workers }, modelo { $model }
    Hoje: gravações { $count }, pessoas { $users }, áudio { DURATION($seconds) }. Gravações ontem: { $before }
admin-person =
    👤 { $name } · { $id }
    { $is_banned ->
        [0] { $is_known ->
            [0] Ainda não escreveu ao bot: confira o ID
           *[other] Plano: { $plan }
        }
       *[other] 🚫 Bloqueado
    }
    { $is_unlimited ->
        [0] Hoje: { DURATION($used) } de { DURATION($daily) }
       *[other] Sem limite diário
    }
    Reserva: { DURATION($extra) }
    Gravações no total: { $count }, áudio: { DURATION($seconds) }
admin-summary =
    ☀️ Ontem
    Gravações: { $count } (no dia anterior: { $before }), pessoas: { $users }, áudio: { DURATION($seconds) }
    Falhas em 24 horas: { $troubles }, agora na fila: { $queue }
admin-changes = Alterações:
admin-plans = Qual plano?
admin-no-plans = Ainda não há planos: eles ficam na configuração, [quota.plans.NOME].
admin-top-title = 🏆 Quem mais usou em { $days } dias
admin-top-line = { $name }: { DURATION($seconds) }, gravações: { $count }
admin-nothing = Nada.
admin-errors-title = ⚠️ Falhas recentes
admin-who-how = Indique alguém: /admin 123456789 ou /admin @nome. Ou responda /admin a uma mensagem da pessoa, num grupo ou encaminhada para cá. A resposta vem aqui, em privado.
admin-pause-ask = Novas gravações são recusadas com educação; as aceitas recebem o texto. Fica assim até você retomar.
admin-cast-how = Para escrever a todos, envie: /admin broadcast TEXTO. Antes você verá como fica.
admin-cast-ask = Enviar a todos que escreveram ao bot? Destinatários: { $count }
admin-cast-long = O texto passa de { $most } caracteres. Encurte-o.
admin-cast-progress = 📣 Envio em andamento. Entregues: { $delivered }, bot bloqueado: { $blocked }, nunca escreveram em particular: { $strangers }, falhas: { $failed }, faltam: { $waiting }
admin-cast-done = 📣 Envio concluído. Entregues: { $delivered }, bot bloqueado: { $blocked }, nunca escreveram em particular: { $strangers }, falhas: { $failed }
admin-cast-stopped = 📣 Envio interrompido. Entregues: { $delivered }, bot bloqueado: { $blocked }, nunca escreveram em particular: { $strangers }, falhas: { $failed }
admin-grant = + { DURATION($seconds) }
admin-button-refresh = 🔄 Atualizar
admin-button-who = 👤 Pessoa
admin-button-top = 🏆 Quem mais usa
admin-button-errors = ⚠️ Falhas
admin-button-cast = 📣 Envio a todos
admin-button-pause = ⏸ Pausar
admin-button-resume = ▶️ Retomar
admin-button-back = « Voltar
admin-button-plan = 🎟 Plano
admin-button-plan-none = Sem plano
admin-button-unlimited-1 = ∞ Tirar o limite
admin-button-unlimited-0 = Restaurar o limite
admin-button-ban-1 = 🚫 Bloquear
admin-button-ban-0 = Desbloquear
admin-button-cast-send = 📣 Enviar a todos
admin-button-cast-drop = Não enviar
admin-button-stop = ⏹ Parar
admin-done = Feito
admin-alert-worker = 🔴 Um processo de trabalho falha repetidamente e não é mais iniciado. O registro diz por quê: journalctl -u voicepipe. Reiniciar o serviço o inicia de novo.
admin-alert-disk = 🔴 Pouco espaço em disco: { $value } MB. Em breve não serão aceitas gravações.
admin-alert-queue = 🔴 A fila está parada: uma gravação espera há { DURATION($value) }.
admin-alert-telegram = 🟠 O Telegram ficou indisponível por { DURATION($value) }. A conexão voltou e o que faltou está sendo recuperado.
admin-over-worker = 🟢 Os processos de trabalho voltaram ao normal.
admin-over-disk = 🟢 Há espaço em disco novamente.
admin-over-queue = 🟢 A fila voltou a andar.
