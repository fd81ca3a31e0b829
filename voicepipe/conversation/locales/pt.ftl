# Os textos do bot em português: curtos, cordiais, tratando por você.

## Intervalos: DURATION($seconds) e WAIT($hours, $minutes) são compostos com isto

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
wait = em { $duration }
wait-moment = em menos de um minuto

## Enquanto uma gravação está em andamento

status-working = ⏳ Transcrevendo…{ $eta ->
    [0] { "" }
   *[other] { " " }cerca de { DURATION($eta) }
}
status-no-machine = ⏳ Esperando uma máquina que transcreva: nenhuma está acessível agora. Sua gravação não será perdida.
status-queued = { $ahead ->
    [0] ⏳ Na fila: a sua é a próxima…
    [one] ⏳ Na fila: { $ahead } gravação na frente…
   *[other] ⏳ Na fila: { $ahead } gravações na frente…
}{ $eta ->
    [0] { "" }
   *[other] { " " }O texto estará aqui em cerca de { DURATION($eta) }
}
status-progress = ⏳ Transcrevendo… { $percent }%{ $eta ->
    [0] { "" }
   *[other] , faltam cerca de { DURATION($eta) }
}

## Uma gravação não é aceita

refused-banned = O dono do bot desativou a transcrição para você. Se for um engano, escreva para ele. Nada foi descontado.
refused-paused = O bot está em manutenção e não aceita novas gravações agora. Envie esta mais tarde. Nada foi descontado.
refused-too-old = Desculpe a espera: o bot estava fora do ar, e esta gravação já tem mais de { $hours ->
    [one] { $hours } hora
   *[other] { $hours } horas
}. Se ainda precisar do texto, envie-a de novo. Nada foi descontado.
refused-too-large = O arquivo é grande demais: { $mib } MB, e aceito até { $limit } MB. Envie um menor ou só o som. Nada foi descontado.
refused-too-long = Esta gravação dura { DURATION($seconds) }, e aceito até { DURATION($limit) }. Divida-a e envie as partes uma a uma. Nada foi descontado.
refused-too-often = Rápido demais: aceito até { $limit } gravações por minuto. Envie as outras um pouco mais tarde; agora não terão resposta. Nada foi descontado.
refused-user-queue-full = Ainda estou com { $limit ->
    [one] { $limit } gravação sua. Envie esta quando aquela ficar pronta.
   *[other] { $limit } gravações suas. Envie esta quando ficarem prontas.
} Nada foi descontado.
refused-queue-full = A fila está cheia: há gravações demais agora. Envie esta de novo em alguns minutos. Nada foi descontado.
refused-disk-full = O servidor está sem espaço agora. Tente mais tarde ou escreva ao dono do bot. Nada foi descontado.
refused-over-quota = { $daily ->
    [0] { $left ->
        [0] Você não tem mais segundos.
       *[other] { not-enough }
    } { more-seconds }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] Esta gravação dura { DURATION($seconds) }, mais do que { daily-and-extra }. { split-by-day }
       *[no] { $left ->
            [0] O limite de hoje acabou. Ele se renova { WAIT($hours, $minutes) }.
           *[other] { not-enough } { more-seconds }
        }
    }
} Nada foi descontado.
refused-more = O mesmo vale para mais { $more ->
    [one] { $more } gravação.
   *[other] { $more } gravações.
}
first-button = Transcrever o começo: { DURATION($seconds) }
first-taken = Transcrevo o começo da gravação.
not-enough = { $seconds ->
    [0] Seus segundos não bastam para esta gravação: restam { DURATION($left) }.
   *[other] Esta gravação dura { DURATION($seconds) }, e restam { DURATION($left) }.
} Você já pode enviar uma mais curta.
more-seconds = { $daily ->
    [0] O dono do bot pode acrescentar mais.
   *[other] Seu limite diário ({ DURATION($daily) }) se renova { WAIT($hours, $minutes) }.
}
daily-and-extra = seu limite diário ({ DURATION($daily) }){ $extra ->
    [0] { "" }
   *[other] { " " }e sua reserva ({ DURATION($extra) }) juntos
}
split-by-day = Divida-a em partes mais curtas{ $extra ->
    [0] : por dia podem ser transcritos até { DURATION($daily) }
   *[other] { "" }
}.{ $left ->
    [0] { " " }O limite de hoje acabou; ele se renova { WAIT($hours, $minutes) }.
   *[other] { EXCEEDS($daily, $left) ->
        [yes] { " " }Restam hoje: { DURATION($left) }.
       *[no] { "" }
    }
}

## Uma gravação foi aceita, mas não há texto

failed-no-speech = Não ouço ninguém falar. Se houver fala, grave de novo, mais perto do microfone. Nada foi descontado.
failed-no-audio = Este arquivo não tem som. Envie uma mensagem de voz, um vídeo redondo, um áudio ou um vídeo com som. Nada foi descontado.
failed-unknown-codec = O som deste arquivo está codificado de um modo que não entendo ({ $codec }). Envie-o em outro formato: como mensagem de voz, MP3, M4A ou OGG. Nada foi descontado.
failed-no-track = Este arquivo não tem essa faixa de som. Nada foi descontado.
failed-unreadable = Não consigo abrir este arquivo: está vazio, danificado ou não contém som. Envie-o de novo ou em outro formato. Nada foi descontado.
failed-too-long = Esta gravação é mais longa do que diz o arquivo, e aceito até { DURATION($limit) }. Divida-a e envie as partes uma a uma. Nada foi descontado.
failed-over-quota = Esta gravação é mais longa do que diz o arquivo, e { $daily ->
    [0] { not-covered }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] dura mais do que { daily-and-extra }. { split-by-day }
       *[no] { not-covered }
    }
} Nada foi descontado.
not-covered = seus segundos não bastam: restam { DURATION($left) }. { more-seconds }
failed-fetch-failed = Não consegui obter esta gravação do Telegram. Envie-a de novo. Nada foi descontado.
failed-disk-full = O servidor está sem espaço para esta gravação. Tente mais tarde ou escreva ao dono do bot. Nada foi descontado.
failed-poison = Não consigo transcrever esta gravação: ela falha repetidamente. Grave-a de novo ou envie-a em outro formato. Nada foi descontado.
failed-internal = Desculpe, algo quebrou do nosso lado. Envie a gravação de novo; se não ajudar, escreva ao dono do bot. Nada foi descontado.
failed-expired = { hint-expired }

## Cancelar

cancel-button = Cancelar
cancel-button-keep = Já chega
cancel-done = { $count ->
    [0] Não há gravações suas em andamento neste chat.
    [one] Cancelada: { $count } gravação. Nada foi descontado.
   *[other] Canceladas: { $count } gravações. Nada foi descontado.
}
cancel-not-yours = Só quem enviou a gravação ou um administrador pode cancelá-la.
failed-cancelled = Cancelado. Nada foi descontado.

## O que resta

quota-limited = { $daily ->
    [0] Restam: { DURATION($extra) }. Os segundos são dados pelo dono do bot.
   *[other]
        Restam hoje: { DURATION($left) } (limite: { DURATION($daily) }).
        { $bar }
        O limite se renova { WAIT($hours, $minutes) } (às { $at }, { $zone }).{ $extra ->
            [0] { "" }
           *[other] { "" }
                Na reserva: { DURATION($extra) }. A reserva não expira e é usada depois do limite diário.
        }
}
quota-plan = Seu plano: { $title }.
quota-plan-until = { $renewal ->
    [canceled] Pago até { $until } e sem renovação: a assinatura foi cancelada.
    [failed] Pago até { $until }; não foi possível renovar porque o pagamento falhou.
   *[itself] Pago até { $until }; renova-se sozinho.
}
quota-unlimited = Você não tem limite diário: envie quanto precisar. { one-recording }
quota-banned = O dono do bot desativou a transcrição para você. Se for um engano, escreva para ele.

## Apresentação

start =
    Olá! Envie ou encaminhe uma mensagem de voz, um vídeo redondo, um áudio ou um vídeo, e respondo com o texto.

    { limits }

    Mais: /help. O que acontece com suas gravações: /privacy.
help =
    O que você pode enviar: uma mensagem de voz, um vídeo redondo, um áudio, um vídeo ou um arquivo com som; encaminhados também. { speech-language }

    { limits } Um arquivo: até { $max_mib } MB.

    { in-groups }

    { $commands }
limits = { $unlimited ->
    [0] { $daily ->
        [0] { $max_seconds ->
            [0] { "" }
           *[other] { one-recording }{ " " }
        }Os segundos são dados pelo dono do bot.
       *[other] Limite diário: { DURATION($daily) }. { one-recording }
    }
   *[other] Você não tem limite diário. { one-recording }
}
one-recording = Uma gravação: até { DURATION($max_seconds) }.
speech-language = { $speech_language ->
    [auto] Entendo português, russo, inglês e outras línguas e detecto a língua automaticamente.
    [ru] Transcrevo fala em russo.
    [en] Transcrevo fala em inglês.
   *[other] A língua das gravações foi definida pelo dono do bot: { $speech_language }.
}
in-groups = { $all_media ->
    [0] Em grupos transcrevo só mensagens de voz e vídeos redondos, e respondo a eles.
   *[other] Em grupos transcrevo o mesmo e respondo à gravação.
}
privacy-elsewhere = Suas gravações são abertas no servidor do dono deste bot. Partes das mais longas são transcritas também em outras máquinas que ele escolheu; nada fica guardado lá.
privacy-all-elsewhere = Suas gravações são abertas no servidor do dono deste bot. O que se diz nelas é transcrito em outras máquinas que ele escolheu; nada fica guardado lá.
privacy =
    Suas gravações são transcritas no servidor do dono deste bot e não vão a nenhum outro lugar.

    • O arquivo é apagado logo depois da transcrição.
    • { $kept_hours ->
        [0] O texto é apagado do servidor assim que chega ao chat.
        [one] O texto fica no servidor por { $kept_hours } hora depois de chegar ao chat e então é apagado.
       *[other] O texto fica no servidor por { $kept_hours } horas depois de chegar ao chat e então é apagado.
    }
    • São guardados: seu ID do Telegram, nome de usuário, língua, ajustes, vocabulário, se você me bloqueou e quantos segundos foram transcritos; e de cada gravação o chat e o número da mensagem, a hora, o tipo, a duração e a língua.
    • Se você me conectou à sua conta: o que me permite. O nome de quem fala com você e o que está sob uma mensagem de voz, só enquanto ela está em andamento.

    O que é dito nunca é escrito nos registros. Para apagar tudo o que se guarda sobre você: /forget.

## Dicas

hint-text = Transformo fala em texto. Envie uma mensagem de voz, um vídeo redondo, um áudio ou um vídeo. Mais: /help
hint-unsupported = Aqui não há fala que eu possa transcrever. Envie uma mensagem de voz, um vídeo redondo, um áudio ou um vídeo.
hint-expired = Esta gravação expirou: só podia ser aberta uma vez. Envie-a de novo, de preferência sem visualização única. Nada foi descontado.
too-often = Vezes demais: espere um minuto. Até lá não haverá respostas.
unknown-command = Esse comando não existe. Todos os comandos: /help
only-in-private = { $command } funciona num chat privado comigo.
only-in-groups = { $command } funciona só em grupos.
button-gone = Este botão não funciona mais.

## Esquecer tudo

forget-ask =
    Isto apaga tudo o que se guarda sobre você: ID, nome de usuário, língua, ajustes, vocabulário, histórico e segundos em reserva. Não dá para desfazer.

    Ficam só somas gerais, sem nome nem ID. Sob um código cifrado no lugar do ID ficam, por até dois dias, o uso de hoje; por um ou dois meses, o momento do seu pedido; e um bloqueio, se houver, até o dono o retirar. As mensagens deste chat são guardadas pelo Telegram; lá você pode apagá-las.

    Se tiver certeza, envie: /forget sim
forget-yes = sim
forget-busy = Sua gravação ainda está em andamento. Espere a resposta e envie de novo: /forget sim
forget-done = Pronto: tudo o que se guardava sobre você foi apagado. Se escrever de novo, começamos do zero.
forget-private = Para apagar tudo o que se guarda sobre você, envie /forget num chat privado comigo.

## Estatística e dados próprios

stats = Nos últimos { $days ->
    [one] { $days } dia
   *[other] { $days } dias
}: { $count ->
    [one] { $count } gravação
   *[other] { $count } gravações
}, { DURATION($seconds) }. O máximo num dia: { DURATION($most) }.
stats-none = Não houve gravações nos últimos { $days ->
    [one] { $days } dia
   *[other] { $days } dias
}.
mydata = Tudo o que se guarda sobre você. Para apagar: /forget.

## Perfil do bot

profile-about = Mensagens de voz e de vídeo, áudios e vídeos, em texto. Envie ou encaminhe uma gravação.
profile-description = Transformo fala em texto: mensagens de voz, vídeos redondos, áudios e vídeos.

    Envie ou encaminhe uma gravação e em poucos segundos o texto estará aqui. A transcrição é feita no servidor do dono do bot e não vai a nenhum outro lugar.

## Descrições dos comandos

help-transcribe = o texto da gravação à qual você responde com ele
help-quota = quantos segundos restam
help-cancel = cancelar suas gravações ainda em andamento
help-settings = línguas, respostas e mais
help-vocabulary = nomes e termos, para serem escritos certo
help-stats = suas gravações de um mês, numa imagem
help-mydata = tudo o que se guarda sobre você, num arquivo
help-privacy = o que acontece com suas gravações
help-forget = apagar tudo o que se guarda sobre você

command-start = Começar
command-help = O que o bot sabe fazer
command-transcribe = Texto da gravação à qual você responde
command-quota = Quantos segundos restam
command-cancel = Cancelar gravações ainda em andamento
command-settings = Ajustes
command-vocabulary = Nomes e termos
command-stats = Minhas gravações de um mês
command-mydata = Tudo o que se guarda sobre mim
command-privacy = O que acontece com suas gravações
command-forget = Apagar tudo o que se guarda sobre mim

## /transcribe e grupos

transcribe-nothing = Responda com este comando a uma mensagem de voz, um vídeo redondo ou outra gravação, e envio o texto.
transcribe-gone = Esta gravação não existe mais, ou o Telegram não me mostra. Encaminhe-a para cá.
transcribe-expired = Esta gravação expirou: só podia ser aberta uma vez. Nada foi descontado.
transcribe-answered = O texto desta gravação já existe: na mensagem à qual estou respondendo.
privacy-mode =
    Agradeço por me adicionar! Mas ainda não vejo as mensagens de voz deste grupo: o Telegram só me mostra comandos, o que se chama modo de privacidade.

    Para que sejam respondidas sozinhas, torne-me administrador do grupo; não preciso de permissões. Ou peça ao dono do bot que desligue o modo de privacidade (@BotFather, /setprivacy) e me adicione de novo.

    Até lá, responda a uma mensagem de voz com /transcribe@{ $bot }, e envio o texto.
preference-group_mode = O que é transcrito num grupo
preference-group_mode-automatic = todas as mensagens de voz e de vídeo
preference-group_mode-command = só com o comando /transcribe
preference-group_mode-mention = quando alguém responde com meu nome ou /transcribe
preference-group_style = O que se vê do trabalho
preference-group_style-calm = uma reação, e uma mensagem se demorar
preference-group_style-reaction = só uma reação
preference-group_style-status = uma mensagem logo, recusas em palavras
preference-group_visibility = Quem vê um texto
preference-group_visibility-everyone = todos
preference-group_visibility-asker = só quem pediu com /transcribe
preference-group_min_seconds = A partir de que duração se transcreve sem pedir
preference-group_min_seconds-number = { $value ->
    [0] qualquer uma
   *[other] { $value } s ou mais
}
preference-channel_posts = Transcrever as gravações publicadas no canal

## Botões sob uma resposta

answer-language = 🌐 { $language }
answer-txt = .txt
answer-srt = .srt
answer-vtt = .vtt
answer-times = Com tempos
answer-text = Sem tempos
answer-partial = ✂️ Só o começo, até { $time }
answer-again = Outra língua
answer-again-back = « Voltar
answer-again-taken = Transcrevo nessa língua…
answer-hide = Remover
answer-hide-ask = Remover o texto do chat? Não dá para recuperá-lo.
answer-hide-yes = Remover de vez
answer-hide-no = Manter
answer-not-yours = Estes botões são para quem enviou a gravação e para os administradores.
preference-output_style = Como aparecem os textos longos
preference-output_style-folded = o começo, o resto recolhido
preference-output_style-plain = todo o texto de uma vez
preference-output_style-file = o começo e um arquivo .txt
preference-doubt_marks = Sublinhar palavras duvidosas

## Modo convidado

guest-hint = Responda a uma mensagem de voz ou de vídeo e me cite na resposta: escrevo o texto.
guest-no-short = (Ainda não sei resumir: este é o texto inteiro.)
guest-rest = … O texto completo está no seu chat privado com { $bot }.
guest-rest-unreachable = … Posso enviar o texto completo em privado quando você começar um chat com { $bot } e pedir de novo.
guest-elsewhere = Você pediu uma gravação em outro chat. Lá não foi possível mostrar o texto, então está aqui:
inline-none = Ainda não há textos: envie-me uma mensagem de voz
inline-not-found = Não há tal texto. Envie-me uma mensagem de voz
inline-not-kept = Aqui não se guardam textos: envie-me uma mensagem de voz

## Conta conectada

business-connected =
    Sua conta está conectada. Transformo em texto as mensagens de voz e de vídeo que chegam nos chats privados que você escolheu.

    { $place ->
        [chat] { $can_reply ->
            [0] O Telegram não me deixa responder em seu nome; por isso só você verá o texto, aqui. Você pode permitir nos ajustes da conexão.
           *[other] O texto aparecerá nesse mesmo chat, como resposta em seu nome.
        }
       *[other] Só você verá o texto, aqui.
    }
    São usados os seus segundos (/quota). Quem conversa com você não vê de mim nada além do texto, se você escolher assim. Escolher os chats, pausar ou desconectar é nos ajustes do Telegram.
business-disconnected = Sua conta está desconectada: não vejo mais seus chats privados. O que ainda estava em andamento fica sem texto, e nada é descontado.
business-choose = Onde mostrar o texto
business-from = 🎙 { $name }:
business-own = 🎙 Você → { $name }:
business-somebody = alguém
business-no-text = { $matter ->
    [over-quota] Uma mensagem de voz sem texto ({ $name }): seus segundos não bastam. Veja /quota. Hoje não digo isso de novo.
    [too-long] Uma mensagem de voz sem texto ({ $name }): é longa demais. Hoje não digo isso de novo.
    [no-speech] Uma mensagem de voz sem texto ({ $name }): não se ouve ninguém falar.
    [user-queue-full] Uma mensagem de voz sem texto ({ $name }): há gravações demais em andamento. Hoje não digo isso de novo.
    [queue-full] Uma mensagem de voz sem texto ({ $name }): a fila está cheia. Hoje não digo isso de novo.
    [disk-full] Uma mensagem de voz sem texto ({ $name }): o servidor está sem espaço. Hoje não digo isso de novo.
    [too-old] Uma mensagem de voz sem texto ({ $name }): o bot estava fora do ar. Hoje não digo isso de novo.
    [too-large] Uma mensagem de voz sem texto ({ $name }): o arquivo é grande demais. Hoje não digo isso de novo.
   *[other] Uma mensagem de voz sem texto ({ $name }): não foi possível transcrevê-la.
} Nada foi descontado.
preference-business_answers = Texto das mensagens de voz
preference-business_answers-owner = só para mim, aqui
preference-business_answers-chat = no próprio chat, em meu nome
preference-business_voices = Mensagens de voz de quem
preference-business_voices-received = só as recebidas
preference-business_voices-all = as minhas também

## Ajustes

settings-home = { $is_group ->
    [0] ⚙️ Seus ajustes
   *[other] ⚙️ Ajustes deste grupo
}
settings-theme-speech = 🗣 Fala
settings-theme-answers = 💬 Respostas
settings-theme-groups = 👥 Em grupos
settings-theme-account = 🔗 Conta conectada
settings-theme-bot = 🤖 O bot
settings-line = { $name }: { $value }
settings-on = sim
settings-off = não
settings-back = « Voltar
settings-close = Fechar
settings-closed = Ajustes fechados. Para abrir de novo: /settings
settings-reset = Voltar ao padrão: { $value }
settings-locked = Isso é decidido pelo dono do bot.
settings-administrators = Os ajustes de um grupo são mudados pelos administradores. Os seus estão no chat privado comigo: /settings
settings-administrators-only = Estes botões são para os administradores do grupo. Se você é um, toque de novo em um minuto.
settings-too-many = Você pode escolher no máximo { $most }: tire um antes.
settings-unknown = Esse ajuste não existe. Há: { $names }. Todos com botões: /settings
settings-unknown-value = Esse valor não existe. Possíveis: { $expected }

preference-languages = Línguas faladas
preference-languages-auto = qualquer uma
preference-languages-about = Uma só língua não precisa ser detectada, e há menos erros. De várias, fica a mais provável.
preference-translation = Traduzir para o inglês
preference-vocabulary = Vocabulário
preference-vocabulary-about = Nomes e termos que você diz muito: /vocabulary
preference-live_drafts = O texto aparece enquanto é transcrito
preference-interface = Língua do bot
preference-interface-auto = como no Telegram
preference-keep_texts = Guardar os textos após a entrega
preference-time_zone = Fuso horário
preference-time_zone-about = Por ele digo a que horas o limite se renova: /settings time_zone America/Sao_Paulo

vocabulary-empty =
    Seu vocabulário está vazio. Adicione nomes e termos que você diz muito, para serem escritos certo:
    /vocabulary Ana Gonçalves, Kubernetes
vocabulary-words =
    📖 Vocabulário: { $words }

    Adicionar: /vocabulary palavra, outra palavra
    Tirar: com um botão ou /vocabulary remove palavra
vocabulary-clear = Esvaziar
vocabulary-too-much = O vocabulário comporta até { $words } palavras e { $signs } caracteres, uma palavra até 40 caracteres; separe-as com vírgulas.

## What can be made of a text

answer-summary = Resumo
answer-points = Pontos-chave
answer-tasks = Tarefas
answer-translation = Traduzir
made-phrases = Frases principais
made-summary = Resumo
made-points = Pontos-chave
made-tasks = Tarefas e datas
made-translation = Tradução
made-by-model = Feito por um modelo de linguagem ({ $model }); ele pode errar.
made-stands-in = O modelo de linguagem não responde agora, por isso estas são as frases principais da própria gravação.
made-taken = A preparar…
made-stopped = Parado aqui.{ $limit ->
    [0] { "" }
   *[other] { " " }Conta como um dos { $limit } usos do dia.
}
made-stopped-empty = Parado antes de haver algo; não conta.
made-in-work = Já estou a preparar isso.
made-over = Por hoje é tudo: faço isto até { $limit } vezes por dia.
made-nothing = Não há nada para resumir: o texto é curto demais.
made-unavailable = O modelo de linguagem não responde agora. Tente mais tarde; esta tentativa não conta.
made-failed = Não funcionou. Tente outra vez; esta tentativa não conta.
made-consent = Para isto, o texto da gravação vai para um modelo de linguagem noutro servidor: { $host }. O som não vai para lado nenhum. Pode retirar o consentimento em /settings.
made-agree = Concordo, enviar
made-agreed = Muito bem, agora os textos podem ir para o modelo de linguagem. Para retirar: /settings send_texts.
summary-nothing = Responda com /summary a um texto que enviei ou à sua gravação.
# Words that may follow /summary, apart by commas
summary-summary = resumo, em resumo, resumir
summary-points = pontos-chave, pontos
summary-tasks = tarefas, pendências
summary-translation = traduzir, tradução, traduza
summary-what = Depois de /summary você pode escrever: { $words }. Para traduzir, também a língua: traduzir inglês.
summary-same = O texto já está nessa língua.
summary-gone = Já não tenho este texto: guardo os textos pouco tempo. Envie a gravação outra vez.
command-summary = O principal do texto a que responde
help-summary = responda com ele a um texto meu para obter o principal; pode dizer o quê: pontos-chave, tarefas, traduzir inglês
preference-auto_summary = O principal dos textos longos, logo
preference-auto_summary-off = não
preference-auto_summary-summary = resumo
preference-auto_summary-points = pontos-chave
preference-auto_summary-tasks = tarefas
preference-send_texts = Enviar textos ao modelo de linguagem
# Said after `privacy`; $where: nowhere, here (a model on this machine) or away, on $host
privacy-made = { $where ->
    [nowhere] Posso escolher as frases principais de um texto: isso também acontece aqui, no mesmo servidor.
    [here] Resumos, pontos-chave, tarefas e traduções são feitos por um modelo de linguagem no mesmo servidor.
   *[away] Resumos, pontos-chave, tarefas e traduções são feitos por um modelo de linguagem noutro servidor ({ $host }). Os textos só vão para lá se o permitiu e só quando é preciso; o som, nunca.
}
## Comprar com estrelas do Telegram

buy-choose =
    Os segundos além do limite diário podem ser comprados com estrelas do Telegram. Não expiram e são usados depois dos do dia.{ $extra ->
        [0] { "" }
       *[other] { " " }Agora há { DURATION($extra) } de reserva.
    }

    Condições: /terms. Perguntas sobre um pagamento: /paysupport.
buy-button = { $title } · por { $stars } ⭐
buy-seconds = { DURATION($seconds) } de fala
buy-description = Segundos além do limite diário: não expiram e são usados depois dos do dia.
buy-description-plan = O plano «{ $title }» por 30 dias. Renova-se sozinho; cancela-se nas definições do Telegram.
buy-subscribe = O plano «{ $title }»: { $stars } ⭐ por 30 dias. Renova-se sozinho; cancela-se nas definições do Telegram.
buy-subscribe-button = Assinar
buy-offer = Comprar mais segundos
buy-fault = { $fault ->
    [expired] Esta fatura expirou. Envie /buy outra vez.
    [doubled] Esta fatura já está paga.
    [not-yours] Esta fatura é de outra pessoa. Envie /buy para comprar para si.
    [gone] Isto já não se vende, ou o preço mudou. Envie /buy outra vez.
    [not-now] Neste momento não se aceitam gravações, por isso não há nada a pagar.
   *[other] Não existe esse pedido. Envie /buy outra vez.
}
payment-receipt =
    Obrigado! Pago: { $stars } ⭐. Acrescentado: { DURATION($seconds) }. Agora há { DURATION($extra) } além do dia.

    Número do pagamento: { $charge }
payment-receipt-plan =
    Obrigado! Pago: { $stars } ⭐. O plano «{ $title }» vale até { $until }.

    Número do pagamento: { $charge }
payment-returned =
    { $reason ->
        [doubled] Este pedido foi pago duas vezes.
        [expired] O pedido tinha expirado quando foi pago.
        [not-yours] Esta fatura era de outra pessoa.
        [asked] O dono do bot devolveu um pagamento.
        [elsewhere] Um pagamento foi devolvido.
       *[other] Não existe esse pedido.
    } { $stars } ⭐ voltaram para si.{ $taken ->
        [0] { "" }
       *[other] { " " }O que não foi usado foi retirado: { DURATION($taken) }.
    }

    Número do pagamento: { $charge }
history-none = Ainda não há pagamentos.
history-payments = Pagamentos:
history-line = { $at } · { $title } · { $stars } ⭐ · { $state ->
    [credited] creditado
    [refunding] a devolver
   *[other] devolvido
} · { $charge }
history-use = { $days ->
    [one] Transcrito em { $days } dia:
   *[other] Transcrito em { $days } dias:
}
history-use-line = { $at } · { DURATION($seconds) } · { $count ->
    [one] { $count } gravação
   *[other] { $count } gravações
}
terms =
    Compra segundos de reconhecimento de fala, ou um plano por 30 dias, com estrelas do Telegram.

    Os segundos comprados não expiram e são usados depois dos do dia. Uma gravação que não se conseguiu transcrever não custa nada. O que não foi usado pode ser devolvido: envie /paysupport. Se pedir que os seus dados sejam apagados (/forget), perde os segundos não usados. A precisão não é garantida.

    Quem vende é o dono deste bot, não o Telegram: o apoio do Telegram não pode ajudar com estas compras.
paysupport =
    Descreva a sua pergunta sobre um pagamento numa mensagem depois do comando, por exemplo: /paysupport não recebi os segundos do pagamento …

    O número do pagamento está no recibo e em /history. Responde o dono do bot; o apoio do Telegram não pode ajudar com estas compras.
paysupport-sent = A sua pergunta chegou aos administradores do bot. Vão escrever-lhe.
paysupport-nobody = Agora não há a quem passar a pergunta. Escreva ao dono do bot.
paysupport-question =
    Uma pergunta sobre um pagamento, de { $user }:

    { $words }
forget-payments = Os segundos comprados e não usados perdem-se ao apagar os seus dados. Para a contabilidade ficam o número, o valor, a data e o nome de cada pagamento, sem o seu nome nem o seu identificador.
privacy-payments = De um pagamento com Estrelas guardam-se o número, o valor, a data e o pacote. Depois de /forget eles ficam para a contabilidade, sem o seu nome nem o seu ID; os segundos não usados se perdem.
help-buy = comprar segundos com estrelas
help-history = pagamentos e uso
help-paysupport = perguntar por um pagamento
help-terms = condições de venda
command-buy = Comprar segundos com estrelas
command-history = Os meus pagamentos e uso
command-paysupport = Perguntar por um pagamento
command-terms = Condições de venda
