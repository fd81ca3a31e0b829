# The bot's texts in English: short, warm, plain.
# Numbers: $seconds, $limit, $left, $daily, $extra, $max_seconds are seconds of audio (megabytes in refused-too-large);
# $unlimited, $all_media are 0 or 1. EXCEEDS($seconds, $daily, $extra): is the first more than the others together,
# yes or no.

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
status-no-machine = ⏳ Waiting for a machine that transcribes: none can be reached just now. Your recording is safe.
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

refused-too-often = Too fast: I take up to { $limit } recordings a minute. Please send the others a little later; they get no answer now. Nothing was charged.
refused-banned = The bot's owner has turned transcription off for you. If that is a mistake, please write to them. Nothing was charged.
refused-paused = The bot is being serviced and takes no new recordings just now. Send this one again later. Nothing was charged.
refused-too-old = Sorry for the wait: the bot was away, and this recording is more than { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
} old by now. If you still need its text, please send it again. Nothing was charged.
refused-too-large = This file is too large: { $mib } MB, and I take files up to { $limit } MB. Please send a smaller one, or just its sound. Nothing was charged.
refused-too-long = This recording lasts { DURATION($seconds) }, and I take recordings up to { DURATION($limit) }. Please split it and send the parts one by one. Nothing was charged.
refused-user-queue-full = I am still working on { $limit ->
    [one] { $limit } recording of yours. Please send this one when that is done.
   *[other] { $limit } recordings of yours. Please send this one when they are done.
} Nothing was charged.
refused-queue-full = The queue is full: there are too many recordings right now. Please send this one again in a couple of minutes. Nothing was charged.
refused-disk-full = The server is low on disk space right now. Please try again later or write to the bot's owner. Nothing was charged.
refused-over-quota = { $daily ->
    [0] { $left ->
        [0] You have no seconds left.
       *[other] { not-enough }
    } { more-seconds }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] This recording lasts { DURATION($seconds) }, which is more than { daily-and-extra }. { split-by-day }
       *[no] { $left ->
            [0] Today's limit is used up. It renews { WAIT($hours, $minutes) }.
           *[other] { not-enough } { more-seconds }
        }
    }
} Nothing was charged.
# Below a refusal: how many more recordings it goes for.
refused-more = The same goes for { $more ->
    [one] { $more } more recording.
   *[other] { $more } more recordings.
}
# The button under a refusal: at least the beginning.
first-button = Transcribe the beginning: { DURATION($seconds) }
first-taken = Transcribing the beginning of the recording.
not-enough = { $seconds ->
    [0] You don't have enough seconds left for this recording: { DURATION($left) }.
   *[other] This recording lasts { DURATION($seconds) }, and you have { DURATION($left) } left.
} You can send a shorter one right away.
more-seconds = { $daily ->
    [0] The bot's owner can add some.
   *[other] Your daily limit ({ DURATION($daily) }) renews { WAIT($hours, $minutes) }.
}
daily-and-extra = your daily limit ({ DURATION($daily) }){ $extra ->
    [0] { "" }
   *[other] { " " }and your reserve ({ DURATION($extra) }) together
}
split-by-day = Please split it into shorter parts{ $extra ->
    [0] : up to { DURATION($daily) } can be transcribed a day
   *[other] { "" }
}.{ $left ->
    [0] { " " }Today's limit is used up; it renews { WAIT($hours, $minutes) }.
   *[other] { EXCEEDS($daily, $left) ->
        [yes] { " " }Left today: { DURATION($left) }.
       *[no] { "" }
    }
}

## A recording was accepted, but there is no text

failed-no-speech = I can't hear any speech. If there is some, please record it again, closer to the microphone. Nothing was charged.
failed-no-audio = There is no sound in this file. Please send a voice message, a video message, audio, or a video with sound. Nothing was charged.
failed-unknown-codec = The sound in this file is coded in a way that I do not understand ({ $codec }). Please send it in another format: as a voice message, as MP3, M4A or OGG. Nothing was charged.
failed-no-track = This file has no such sound track. Nothing was charged.
failed-unreadable = I can't open this file: it is empty, damaged, or holds no sound. Please send it again or in another format. Nothing was charged.
failed-too-long = This recording is longer than its file says, and I take recordings up to { DURATION($limit) }. Please split it and send the parts one by one. Nothing was charged.
failed-over-quota = This recording is longer than its file says, and { $daily ->
    [0] { not-covered }
   *[other] { EXCEEDS($seconds, $daily, $extra) ->
        [yes] longer than { daily-and-extra }. { split-by-day }
       *[no] { not-covered }
    }
} Nothing was charged.
not-covered = your seconds don't cover it: you have { DURATION($left) } left. { more-seconds }
failed-fetch-failed = I couldn't get this recording from Telegram. Please send it again. Nothing was charged.
failed-disk-full = The server has no disk space for this recording. Please try again later or write to the bot's owner. Nothing was charged.
failed-poison = I can't transcribe this recording: it fails again and again. Please record it again or send it in another format. Nothing was charged.
failed-internal = Sorry, something broke on our side. Please send the recording again; if that doesn't help, write to the bot's owner. Nothing was charged.

## Cancelling: the buttons under "Recognising…", and /cancel

cancel-button = Cancel
cancel-button-keep = That's enough
cancel-done = { $count ->
    [0] None of your recordings in this chat is in work.
    [one] Cancelled: { $count } recording. Nothing was charged.
   *[other] Cancelled: { $count } recordings. Nothing was charged.
}
cancel-not-yours = Only the sender of the recording or an administrator can cancel it.
failed-cancelled = Cancelled. Nothing was charged.

## What is left

quota-limited = { $daily ->
    [0] Left: { DURATION($extra) }. The bot's owner gives out seconds.
   *[other]
        { DURATION($left) } left today (limit { DURATION($daily) }).
        { $bar }
        The limit renews { WAIT($hours, $minutes) } (at { $at }, { $zone }).{ $extra ->
            [0] { "" }
           *[other] { "" }
                In reserve: { DURATION($extra) }. The reserve doesn't expire and is used after the daily limit.
        }
}
quota-plan = Your plan: { $title }.
quota-plan-until = { $renewal ->
    [canceled] Paid until { $until }, and not renewed: the subscription is cancelled.
    [failed] Paid until { $until }; it could not be renewed, as the payment failed.
   *[itself] Paid until { $until }; it renews itself.
}
quota-unlimited = You have no daily limit: send as much as you need. { one-recording }
quota-banned = The bot's owner has turned transcription off for you. If that is a mistake, please write to them.

## Getting to know each other

start =
    Hello! Send or forward me a voice message, a video message, audio or a video, and I'll reply with its text.

    { limits }

    More: /help. What happens to your recordings: /privacy.
help =
    What you can send: a voice message, a video message, audio, a video, or a file with sound; forwarded ones are fine too. { speech-language }

    { limits } One file: up to { $max_mib } MB.

    { in-groups }

    { $commands }
limits = { $unlimited ->
    [0] { $daily ->
        [0] { $max_seconds ->
            [0] { "" }
           *[other] { one-recording }{ " " }
        }The bot's owner gives out seconds.
       *[other] Daily limit: { DURATION($daily) }. { one-recording }
    }
   *[other] You have no daily limit. { one-recording }
}
one-recording = One recording: up to { DURATION($max_seconds) }.
speech-language = { $speech_language ->
    [auto] I understand Russian, English and other languages and detect the language myself.
    [ru] I transcribe Russian speech.
    [en] I transcribe English speech.
   *[other] The bot's owner has set the language of the speech: { $speech_language }.
}
in-groups = { $all_media ->
    [0] In groups I transcribe voice and round video messages only, and reply to them.
   *[other] In groups I transcribe the same, and reply to the recording.
}
privacy-elsewhere = Your recordings are opened on the server of this bot's owner. Parts of longer ones are transcribed on further machines that the owner has chosen; nothing is stored there.
privacy-all-elsewhere = Your recordings are opened on the server of this bot's owner. What is said in them is transcribed on other machines that the owner has chosen; nothing is stored there.
privacy =
    Your recordings are transcribed on the server of this bot's owner and go nowhere else.

    • The file is deleted right after transcription.
    • { $kept_hours ->
        [0] The text is deleted from the server as soon as it is delivered to the chat.
        [one] The text is kept on the server for { $kept_hours } hour after it is delivered to the chat, then deleted.
       *[other] The text is kept on the server for { $kept_hours } hours after it is delivered to the chat, then deleted.
    }
    • What is kept: your Telegram ID, username, language, settings, vocabulary, whether you have blocked me, and how many seconds were transcribed; and about each recording its chat and message number, time, type, duration and language.
    • If you have connected me to your account: what you allow me. The name of whom you talk with, and what stands under a voice message, only while it is in work.

    What is said in a recording is never written to logs. To delete everything that is kept about you: /forget.

## Hints

hint-text = I turn speech into text. Send a voice message, a video message, audio or a video. More: /help
hint-unsupported = There is no speech here that I could transcribe. Send a voice message, a video message, audio or a video.
hint-expired = This recording has expired: it could be opened only once. Please send it again, best so that it can be opened more than once. Nothing was charged.
unknown-command = There is no such command. All commands: /help
only-in-private = { $command } works in a private chat with me.
only-in-groups = { $command } works in groups only.
too-often = Too often: please wait a minute. There will be no answers until then.
button-gone = This button doesn't work any more.

## Forgetting everything

forget-ask =
    This deletes everything that is kept about you: ID, username, language, settings, vocabulary, history, and seconds in reserve. It can't be undone.

    Only overall totals stay, without name or ID. A keyed code in place of your ID keeps today's use for up to two days, the moment of your request for a month or two, and a ban, if there is one, until the owner lifts it. The messages in this chat are kept by Telegram, where you can delete them yourself.

    If you are sure, send: /forget yes
forget-yes = yes
forget-busy = Your recording is still being transcribed. Please wait for its answer, then send once more: /forget yes
forget-done = Done: everything that was kept about you is deleted. If you write again, we start afresh.
forget-private = To delete everything that is kept about you, send /forget in a private chat with me.

## One's own statistics and data

stats = In the last { $days ->
    [one] { $days } day
   *[other] { $days } days
}: { $count ->
    [one] { $count } recording
   *[other] { $count } recordings
}, { DURATION($seconds) }. Most in one day: { DURATION($most) }.
stats-none = There were no recordings in the last { $days ->
    [one] { $days } day
   *[other] { $days } days
}.
mydata = Everything that is kept about you. To delete it: /forget.

## The bot's profile: about is in its profile, description in an empty chat with it

profile-about = Voice and video messages, audio and video, into text. Send or forward a recording.
profile-description = I turn speech into text: voice messages, video messages, audio and video.

    Send or forward a recording, and its text is here in a few seconds. Recordings are recognised on the server of the bot's owner and go nowhere else.

## Descriptions of the commands: help-… in the list of /help, command-… in Telegram's menu

help-quota = how many seconds are left
help-cancel = cancel your recordings that are still in work
help-settings = languages, answers, and more
help-vocabulary = names and jargon, to be spelled right
help-stats = your recordings of a month, as a picture
help-mydata = everything that is kept about you, as a file
help-privacy = what happens to your recordings
help-forget = delete everything that is kept about you

command-start = Start
command-help = What the bot can do
command-quota = How many seconds are left
command-cancel = Cancel recordings that are still in work
command-settings = Settings
command-vocabulary = Names and jargon
command-stats = My recordings of a month
command-mydata = Everything kept about me
command-privacy = What happens to your recordings
command-forget = Delete everything kept about me

## Settings: settings-… and preference-NAME, its values preference-NAME-VALUE; $is_group is 0 or 1

settings-home = { $is_group ->
    [0] ⚙️ Your settings
   *[other] ⚙️ This group's settings
}
settings-theme-speech = 🗣 Speech
settings-theme-answers = 💬 Answers
settings-theme-groups = 👥 In groups
settings-theme-account = 🔗 Connected account
settings-theme-bot = 🤖 The bot
settings-line = { $name }: { $value }
settings-on = on
settings-off = off
settings-back = « Back
settings-close = Close
settings-closed = Settings closed. To open them again: /settings
settings-reset = Back to the default: { $value }
settings-locked = The bot's owner decides this.
settings-administrators = A group's settings are changed by its administrators. Your own are in a private chat with me: /settings
settings-administrators-only = These buttons are for the group's administrators. If you are one, press again in a minute.
settings-too-many = You can choose { $most } at most: take one away first.
settings-unknown = There is no such setting. There are: { $names }. All of them with buttons: /settings
settings-unknown-value = There is no such value. Possible: { $expected }

preference-languages = Languages spoken
preference-languages-auto = any
preference-languages-about = A single language need not be detected, and there are fewer mistakes. Of several, the most likely is taken.
preference-translation = Translate into English
preference-vocabulary = Vocabulary
preference-vocabulary-about = Names and jargon that you often say: /vocabulary
preference-live_drafts = Text appears as it is recognised
preference-interface = The bot's language
preference-interface-auto = as in Telegram
preference-keep_texts = Keep texts after delivery

vocabulary-empty =
    Your vocabulary is empty. Add names and jargon that you often say, to have them spelled right:
    /vocabulary Anna Shchukina, Kubernetes
vocabulary-words =
    📖 Vocabulary: { $words }

    To add: /vocabulary word, another word
    To take away: by a button, or /vocabulary remove word
vocabulary-clear = Clear
vocabulary-too-much = A vocabulary takes up to { $words } words and { $signs } signs, a word up to 40 signs; separate them with commas.
preference-time_zone = Time zone
preference-time_zone-about = By it you are told at what hour the limit renews: /settings time_zone Europe/Moscow

## In a chat that the bot is no member of, where somebody has named it in reply to a recording

guest-hint = Reply to a voice or video message and name me in the reply: I will post its text.
# Below a text that was asked for in short.
guest-no-short = (I cannot sum up yet: this is the whole text.)
# Below the beginning of a text that is too long for one message.
guest-rest = … The whole text is in your private chat with { $bot }.
guest-rest-unreachable = … I can send the whole text to your private chat once you have started one with { $bot } and asked again.
# Before a text that could not be shown where it was asked for.
guest-elsewhere = You asked about a recording in another chat. The text could not be shown there, so here it is:

## Groups and channels: /transcribe, settings, privacy mode

transcribe-nothing = Reply with this command to a voice message, a video note or another recording, and I'll send its text.
transcribe-gone = This recording is gone, or Telegram does not show it to me. Forward it here.
transcribe-expired = This recording has expired: it could be opened only once. Nothing was charged.
transcribe-answered = The text of this recording is there already: in the message that I am replying to.
failed-expired = { hint-expired }
privacy-mode =
    Thank you for adding me! But I can't see the voice messages of this group yet: Telegram shows me only commands, which is called privacy mode.

    To have them answered by themselves, make me an administrator of the group; I need no rights. Or let the bot's owner switch off privacy mode (@BotFather, /setprivacy), and add me anew.

    Until then, reply to a voice message with /transcribe{ $bot }, and I'll send its text.

preference-group_mode = What is recognised in a group
preference-group_mode-automatic = all voice messages and video notes
preference-group_mode-command = only at the command /transcribe
preference-group_mode-mention = when somebody replies with my name or /transcribe
preference-group_style = What is seen of the work
preference-group_style-calm = a reaction, and a message if the text takes its time
preference-group_style-reaction = a reaction only
preference-group_style-status = a message at once, refusals in words
preference-group_visibility = Who sees a text
preference-group_visibility-everyone = everyone
preference-group_visibility-asker = only who asked by /transcribe
preference-group_min_seconds = What length is recognised unasked
preference-group_min_seconds-number = { $value ->
    [0] any
   *[other] { $value } s or longer
}
preference-channel_posts = Recognise the recordings posted in the channel

help-transcribe = reply with it to a recording to get the text
command-transcribe = Text of the recording you reply to

## Somebody types the bot's name in any chat: a list of their latest texts. At most 64 signs.

inline-none = No texts yet: send me a voice message
inline-not-found = No such text. Send me a voice message
inline-not-kept = Texts are not kept here: send me a voice message

## The buttons under an answer, and what it looks like

# Below a text in a language that nobody expected.
answer-language = 🌐 { $language }
answer-txt = .txt
answer-srt = .srt
answer-vtt = .vtt
answer-times = With times
answer-text = Without times
# Below a text that somebody has stopped: $time is as 1:05.
answer-partial = ✂️ The beginning only, up to { $time }
answer-again = Another language
answer-again-back = « Back
answer-again-taken = Transcribing in that language…
answer-hide = Remove
answer-hide-ask = Remove the text from the chat? It can't be brought back.
answer-hide-yes = Remove for good
answer-hide-no = Keep it
answer-not-yours = These buttons are for the sender of the recording and for administrators.

preference-output_style = What long texts look like
preference-output_style-folded = the beginning, the rest folded
preference-output_style-plain = the whole text at once
preference-output_style-file = the beginning and a .txt file
preference-doubt_marks = Underline words that I'm not sure of

## A connected account: $name is whom its owner talks with, $matter the reason

business-connected =
    Your account is connected. I turn voice and video messages that arrive in the private chats you have chosen into text.

    { $place ->
        [chat] { $can_reply ->
            [0] Telegram does not let me reply in your name, so only you will see the text, here. You can allow it in the settings of the connection.
           *[other] The text will appear in that very chat, as a reply in your name.
        }
       *[other] Only you will see the text, here.
    }
    Your own seconds are used (/quota). The people you talk with see nothing of me but the text, if you choose so. Choose the chats, pause or disconnect me in the settings of Telegram.
business-disconnected = Your account is disconnected: I do not see your private chats any more. What was still in work stays without a text, and nothing is charged for it.
business-choose = Where to show the text
business-from = 🎙 { $name }:
business-own = 🎙 You → { $name }:
business-somebody = somebody
business-no-text = { $matter ->
    [over-quota] A voice message without a text ({ $name }): not enough seconds left. See /quota. I will not say so again today.
    [too-long] A voice message without a text ({ $name }): it is too long. I will not say so again today.
    [no-speech] A voice message without a text ({ $name }): no speech can be heard in it.
    [user-queue-full] A voice message without a text ({ $name }): too many recordings are in work. I will not say so again today.
    [queue-full] A voice message without a text ({ $name }): the queue is full. I will not say so again today.
    [disk-full] A voice message without a text ({ $name }): there is no room on the server. I will not say so again today.
    [too-old] A voice message without a text ({ $name }): the bot was not available. I will not say so again today.
    [too-large] A voice message without a text ({ $name }): the file is too large. I will not say so again today.
   *[other] A voice message without a text ({ $name }): it could not be recognised.
} Nothing was charged.

preference-business_answers = Text of voice messages
preference-business_answers-owner = for me only, here
preference-business_answers-chat = in the chat itself, in my name
preference-business_voices = Whose voice messages
preference-business_voices-received = received ones only
preference-business_voices-all = mine as well

## What can be made of a text

answer-summary = In short
answer-points = Key points
answer-tasks = Tasks
answer-translation = Translate
made-phrases = Key sentences
made-summary = In short
made-points = Key points
made-tasks = Tasks and dates
made-translation = Translation
made-by-model = Made by a language model ({ $model }); it may be wrong.
made-stands-in = The language model does not answer right now, so these are the recording's own key sentences.
made-taken = Working on it…
made-stopped = Stopped here.{ $limit ->
    [0] { "" }
   *[other] { " " }It counts as one of today's { $limit } uses.
}
made-stopped-empty = Stopped before anything was there; it doesn't count.
made-in-work = I'm already working on that.
made-over = That's all for today: I do this up to { $limit } times a day.
made-nothing = There is nothing to shorten: the text is too short.
made-unavailable = The language model does not answer right now. Please try again later; this attempt doesn't count.
made-failed = That didn't work. Please try again; this attempt doesn't count.
made-consent = For this, the text of the recording goes to a language model on another server: { $host }. The sound goes nowhere. You can take your consent back in /settings.
made-agree = I agree, send it
made-agreed = All right, texts may go to the language model now. To take that back: /settings send_texts.
summary-nothing = Reply with /summary to a text that I sent, or to its recording.
# Words that may follow /summary, apart by commas
summary-summary = summary, short, in short, brief
summary-points = points, key points
summary-tasks = tasks, to-do, todo
summary-translation = translate, translation
summary-what = After /summary you can write: { $words }. For a translation, its language, too: translate German.
summary-same = The text is in that language already.
summary-gone = I no longer have this text: I keep texts for a short time only. Please send the recording again.
command-summary = The main points of the text you reply to
help-summary = reply with it to a text of mine to get its main points; you can say what: points, tasks, translate German
preference-auto_summary = Main points of long texts at once
preference-auto_summary-off = no
preference-auto_summary-summary = in short
preference-auto_summary-points = key points
preference-auto_summary-tasks = tasks
preference-send_texts = Send texts to the language model
# Said after `privacy`; $where: nowhere, here (a model on this machine) or away, on $host
privacy-made = { $where ->
    [nowhere] I can pick the key sentences of a text: that happens here, on the same server, too.
    [here] Summaries, key points, tasks and translations are made by a language model on the same server.
   *[away] Summaries, key points, tasks and translations are made by a language model on another server ({ $host }). Texts go there only if you have allowed it, and only when that is needed; sound never does.
}
## Buying with Telegram Stars; $extra: seconds bought or granted that are left, $charge: Telegram's number of the payment

buy-choose =
    Seconds beyond the daily limit can be bought with Telegram Stars. They do not expire, and are used after the day's.{ $extra ->
        [0] { "" }
       *[other] { " " }You have { DURATION($extra) } left of such.
    }

    Terms: /terms. Questions about a payment: /paysupport.
buy-button = { $title } for { $stars } ⭐
buy-seconds = { DURATION($seconds) } of speech
buy-description = Seconds beyond the daily limit: they do not expire, and are used after the day's.
buy-description-plan = The plan “{ $title }” for 30 days. It renews itself; cancel it in the settings of Telegram.
buy-subscribe = The plan “{ $title }”: { $stars } ⭐ for 30 days. It renews itself; cancel it in the settings of Telegram.
buy-subscribe-button = Subscribe
buy-offer = Buy more seconds
buy-fault = { $fault ->
    [expired] This invoice has expired. Please send /buy again.
    [doubled] This invoice is paid already.
    [not-yours] This invoice is somebody else's. Send /buy to buy for yourself.
    [gone] This is not sold any more, or its price has changed. Please send /buy again.
    [not-now] No recordings are accepted at present, so there is nothing to pay for.
   *[other] There is no such order. Please send /buy again.
}
payment-receipt =
    Thank you! Paid: { $stars } ⭐. Added: { DURATION($seconds) }. You now have { DURATION($extra) } beyond the day's.

    Payment number: { $charge }
payment-receipt-plan =
    Thank you! Paid: { $stars } ⭐. The plan “{ $title }” is yours until { $until }.

    Payment number: { $charge }
payment-returned =
    { $reason ->
        [doubled] This order was paid twice.
        [expired] The order had expired when it was paid.
        [not-yours] This invoice was somebody else's.
        [asked] The bot's owner has refunded a payment.
        [elsewhere] A payment was refunded.
       *[other] There is no such order.
    } You got { $stars } ⭐ back.{ $taken ->
        [0] { "" }
       *[other] { " " }What was not used is taken back: { DURATION($taken) }.
    }

    Payment number: { $charge }
history-none = No payments so far.
history-payments = Payments:
history-line = { $at } · { $title } · { $stars } ⭐ · { $state ->
    [credited] credited
    [refunding] being refunded
   *[other] refunded
} · { $charge }
history-use = { $days ->
    [one] Transcribed in { $days } day:
   *[other] Transcribed in { $days } days:
}
history-use-line = { $at } · { DURATION($seconds) } · { $count ->
    [one] { $count } recording
   *[other] { $count } recordings
}
terms =
    You buy seconds of speech recognition, or a plan for 30 days, with Telegram Stars.

    Bought seconds do not expire, and are used after the day's. A recording that could not be transcribed costs nothing. What is not used can be refunded: send /paysupport. If you ask for your data to be deleted (/forget), seconds that are not used are lost. Accuracy is not guaranteed.

    The seller is the owner of this bot, not Telegram: Telegram's support can't help with such purchases.
paysupport =
    Describe your question about a payment in one message after the command, for example: /paysupport I did not get the seconds for payment …

    The payment's number is in the receipt and in /history. The bot's owner answers; Telegram's support can't help with such purchases.
paysupport-sent = Your question has been passed on to the bot's administrators. They will write to you.
paysupport-nobody = There is nobody to pass the question on to just now. Please write to the bot's owner.
paysupport-question =
    A question about a payment, from { $user }:

    { $words }
forget-payments = Seconds that were bought and not used are lost when you are forgotten. For the accounts, the number, sum, date and title of each payment are kept, without your name and id.
privacy-payments = Of a payment in Stars, its number, sum, date and package are kept. After /forget they stay for the accounts, without your name and ID; seconds that you have not used are lost.
help-buy = buy seconds with Stars
help-history = payments and use
help-paysupport = ask about a payment
help-terms = terms of sale
command-buy = Buy seconds with Stars
command-history = My payments and use
command-paysupport = Ask about a payment
command-terms = Terms of sale
