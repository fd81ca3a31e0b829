"""Makes the demo model: a tiny Whisper that knows only its small vocabulary, spoken by synthetic voices.

words, tokens      the vocabulary and the numbers that stand for it
espeak, festival   the speech synthesisers, each giving sound and the time of every word
speech, noise      the stored material of the training: phrases and background sounds
clips, examples    random messages made of that material, and what the network is to answer to each
network, training  the network and its schedule
export             the CTranslate2 folder that faster-whisper loads
media              the containers and codecs that Telegram delivers
messages           whole voice messages, made after training
evaluation         the word error rate on such messages
samples            the recordings that are committed with the model
"""
