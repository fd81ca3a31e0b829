# The bot's texts in English: short, warm, plain.
# Numbers: $seconds, $limit, $left, $daily, $extra, $max_seconds are seconds of audio (megabytes in refused-too-large).

## How to word a span of time: DURATION($seconds) and WAIT($hours, $minutes) are put together from these

count-second = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
count-minute = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
count-hour = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
wait = in { $duration }
wait-moment = in less than a minute

## While a recording is in work; $eta: how many seconds are still to be waited, 0: not known, or not worth the words

status-working = ⏳ Transcribing…{ $eta ->
    [0] { "" }
   *[other] { " " }about { DURATION($eta) }
}
status-queued = { $ahead ->
    [0] ⏳ In the queue: yours is next…
    [one] ⏳ In the queue: { $ahead } recording ahead…
   *[other] ⏳ In the queue: { $ahead } recordings ahead…
}{ $eta ->
    [0] { "" }
   *[other] { " " }The text will be here in about { DURATION($eta) }
}
status-progress = ⏳ Transcribing… { $percent }%{ $eta ->
    [0] { "" }
   *[other] , about { DURATION($eta) } left
}

## A recording is not accepted

refused-banned = The bot's owner has turned transcription off for you. If that is a mistake, please write to them. Nothing was charged.
refused-too-old = Sorry for the wait: the bot was away, and this recording is more than { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
} old by now. If you still need its text, please send it again. Nothing was charged.
refused-too-large = This file is too large: { $mib } MB, and I take files up to { $limit } MB. Please send a shorter one, or just its sound. Nothing was charged.
refused-too-long = This recording lasts { DURATION($seconds) }, and I take recordings up to { DURATION($limit) }. Please split it and send the parts one by one. Nothing was charged.
refused-queue-full = There are very many recordings right now and the queue is full. Please send this one again in a few minutes. Nothing was charged.
refused-disk-full = The server is short of room for recordings just now. Please try later or write to the bot's owner. Nothing was charged.
refused-over-quota = { $left ->
    [0] You have no transcription seconds left for now.
   *[other] { $seconds ->
        [0] You don't have enough seconds left for this recording: { DURATION($left) }.
       *[other] This recording lasts { DURATION($seconds) }, and you have { DURATION($left) } left.
    } You can send a shorter one right away.
} { more-seconds } Nothing was charged.
more-seconds = { $daily ->
    [0] The bot's owner can add some.
   *[other] Your daily limit ({ DURATION($daily) }) renews { WAIT($hours, $minutes) }.
}

## A recording was accepted, but there is no text

failed-no-speech = I hear no speech. If there is some, please record it again, closer to the microphone. Nothing was charged.
failed-no-audio = There is no sound in this file. Please send a voice message, a video message, audio, or a video with sound. Nothing was charged.
failed-unreadable = I can't open this file: it is empty, damaged, or holds no sound. Please send it again or in another format. Nothing was charged.
failed-too-long = This recording is longer than its file says, and I take recordings up to { DURATION($limit) }. Please split it and send the parts one by one. Nothing was charged.
failed-over-quota = This recording is longer than its file says, and your seconds don't cover it: you have { DURATION($left) } left. { more-seconds } Nothing was charged.
failed-fetch-failed = Telegram does not hand over this recording. Please send it again. Nothing was charged.
failed-disk-full = The server has no room for this recording. Please try later or write to the bot's owner. Nothing was charged.
failed-poison = I can't transcribe this recording: it fails again and again. Please record it anew or send it in another format. Nothing was charged.
failed-internal = Sorry, something broke on our side. Please send the recording again; if that doesn't help, write to the bot's owner. Nothing was charged.

## What is left

quota-limited = { $daily ->
    [0] Left: { DURATION($extra) }. The bot's owner hands out transcription seconds.
   *[other]
        Left for today: { DURATION($left) } of { DURATION($daily) }.
        The limit renews { WAIT($hours, $minutes) }.{ $extra ->
            [0] { "" }
           *[other] { "" }
                In reserve: { DURATION($extra) }. The reserve doesn't expire and is used after the daily limit.
        }
}
quota-unlimited = You have no daily limit: send as much as you need.
quota-banned = The bot's owner has turned transcription off for you. If that is a mistake, please write to them.

## Getting to know each other

start =
    Hello! Send or forward me a voice message, a video message, audio or a video, and I'll reply with its text.

    { limits }

    More: /help. What happens to your recordings: /privacy.
help =
    What you can send: a voice message, a video message, audio, a video, or a file with sound; forwarded ones are fine too. I understand Russian, English and other languages and find out which one it is.

    { limits }

    In a group I reply right to the recording.

    /quota — how many seconds are left
    /privacy — what happens to your recordings
limits = { $daily ->
    [0] One recording: up to { DURATION($max_seconds) }. The bot's owner hands out transcription seconds.
   *[other] Daily limit: { DURATION($daily) }. One recording: up to { DURATION($max_seconds) }.
}
privacy =
    Your recordings are transcribed on the server of this bot's owner and go nowhere else.

    • The file is deleted right after transcription.
    • { $kept_hours ->
        [0] The text is deleted from the server as soon as it is delivered to the chat.
        [one] The text is kept on the server for { $kept_hours } hour after it is delivered to the chat, then deleted.
       *[other] The text is kept on the server for { $kept_hours } hours after it is delivered to the chat, then deleted.
    }
    • What is kept: your Telegram ID, username, language and how many seconds were transcribed; and about each recording its chat and message number, time, kind, length and language.

    What is said in a recording is never written to logs. To delete everything that is kept about you: /forget.

## Hints

hint-text = I turn speech into text. Send a voice message, a video message, audio or a video. More: /help
hint-unsupported = There is no speech here that I could transcribe. Send a voice message, a video message, audio or a video.
unknown-command = There is no such command. There are /start, /help, /quota, /privacy and /forget.

## Forgetting everything

forget-ask =
    This deletes everything that is kept about you: ID, username, language, history, and seconds in reserve. It can't be undone.

    Only sums over all users stay, without name or ID, and until the end of the day how many seconds are used up today. The messages in this chat are kept by Telegram, where you can delete them yourself.

    If you are sure, send: /forget yes
forget-busy = Your recording is still in work. Please wait for its answer, then send once more: /forget yes
forget-done = Done: everything that was kept about you is deleted. If you write again, we start anew.
forget-private = To delete everything that is kept about you, send /forget in a private chat with me.

## Descriptions of the commands in Telegram's menu

command-start = Start
command-help = What the bot can do
command-quota = How many seconds are left
command-privacy = What happens to your recordings
command-forget = Delete everything kept about me
