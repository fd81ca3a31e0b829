"""/buy: seconds and plans for Telegram Stars. A button for each package; its press makes an order and its invoice."""

from __future__ import annotations

from voicepipe.config.live import LiveConfig
from voicepipe.conversation.registry import Asked, Command, Place, Pressed, Turn
from voicepipe.conversation.replies import Button, Reaction, Reply
from voicepipe.domain.payments import Invoice
from voicepipe.errors import Undeliverable

NAME = "buy"
SHOW = ""
"""What the button under a refusal asks for: to see what there is."""


def is_sold(config: LiveConfig) -> bool:
    """Whether anything can be bought."""
    return config.payments.is_open


def offer_button(label: str) -> Button:
    """A button that shows what can be bought."""
    return Button(label, f"{NAME}:{SHOW}")


async def _respond(asked: Asked) -> Reply:
    return _shelf(asked)


def _shelf(turn: Turn) -> Reply:
    cashier = turn.services.cashier
    rows = tuple(
        (
            turn.button(
                turn.text("buy-button", title=cashier.words.title(turn.language, offer), stars=offer.stars), name
            ),
        )
        for name, offer in cashier.offers().items()
    )
    return Reply(turn.text("buy-choose", extra=turn.balance.extra_left_seconds), rows)


async def _react(pressed: Pressed) -> Reaction:
    if not pressed.press.is_private:
        return Reaction(notice=pressed.text("only-in-private", command=f"/{NAME}"))
    if pressed.argument == SHOW:
        return Reaction(reply=_shelf(pressed))
    if pressed.balance.is_banned:
        return Reaction(notice=pressed.text("buy-fault", fault="not-now"))
    invoice = await pressed.services.cashier.order(
        pressed.person.user_id, pressed.argument, pressed.language, request_id=pressed.request_id
    )
    if invoice is None:
        return Reaction(notice=pressed.text("buy-fault", fault="gone"))
    if invoice.is_subscription:
        return await _subscription(pressed, invoice)
    return Reaction(reply=Reply("", invoice=invoice))


async def _subscription(pressed: Pressed, invoice: Invoice) -> Reaction:
    try:
        url = await pressed.services.cashier.link(invoice)
    except Undeliverable:
        return Reaction(notice=pressed.text("buy-fault", fault="gone"))
    button = Button(pressed.text("buy-subscribe-button"), "", url=url)
    text = pressed.text("buy-subscribe", title=invoice.title, stars=invoice.stars)
    return Reaction(reply=Reply(text, ((button,),)))


COMMAND = Command(
    name=NAME,
    respond=_respond,
    react=_react,
    menu_order=35,
    places=frozenset({Place.PRIVATE}),
    is_offered=is_sold,
)
