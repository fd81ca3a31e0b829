"""Updates that are kept whole come back as they were; what can't be read any more is none."""

from __future__ import annotations

from pyrogram import raw

from voicepipe.telegram.intake.originals import pack_original, unpack_original

ASKED = raw.types.Message(
    id=5,
    peer_id=raw.types.PeerUser(user_id=8),
    from_id=raw.types.PeerUser(user_id=7),
    date=1_700_000_000,
    message="@bot ей 🎙",
)
QUERY = raw.types.UpdateBotGuestChatQuery(query_id=2**61, message=ASKED, qts=3)


def test_an_update_comes_back_with_whom_it_is_from_and_nobody_else() -> None:
    users = [raw.types.User(id=7, username="anna", lang_code="ru"), raw.types.User(id=8, username="boris")]
    news = unpack_original(pack_original(QUERY, {7}, users))
    assert news is not None
    update, people = news
    assert update.write() == QUERY.write()
    assert [(user.id, user.username) for user in people] == [(7, "anna")]


def test_what_can_t_be_read_any_more_is_none() -> None:
    whole = pack_original(QUERY, {7}, [])
    assert unpack_original(b"") is None
    assert unpack_original(b"\x01\x02\x03\x04" + whole[4:]) is None
    for length in range(len(whole)):
        unpack_original(whole[:length])
    assert unpack_original(whole[:60]) is None
