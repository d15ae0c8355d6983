"""What the status of an order says: a sale, a refund, or neither. Depends on nothing."""

from domain.dialect.vocabulary import fold

_SOLD = {
    "charged", "charge", "paid", "completed", "complete", "sale", "sold", "purchase", "purchased", "approved",
    "settled", "captured", "fulfilled", "shipped", "delivered", "succeeded", "success", "closed", "processing",
    "partiallyrefunded", "partialrefund", "cobrado", "cobro", "pagado", "pagada", "completado", "completada",
    "completo", "venta", "compra", "enviado", "entregado", "aprobado",
}  # fmt: skip
# a row of its own that takes a sale back
_TAKEN_BACK = {
    "refund", "chargerefund", "chargeback", "return", "reversal", "reembolso", "devolucion", "contracargo",
}  # fmt: skip
# the one row of an order that was sold and taken back since, or never paid
_NOT_SOLD = {
    "refunded", "returned", "reversed", "chargedback", "cancelled", "canceled", "cancel", "void", "voided", "failed",
    "declined", "rejected", "expired", "pending", "unpaid", "authorized", "onhold", "reembolsado", "reembolsada",
    "devuelto", "devuelta", "cancelado", "cancelada", "anulado", "anulada", "rechazado", "rechazada", "fallido",
    "pendiente",
}  # fmt: skip
_UNITS_OF = dict.fromkeys(_SOLD, 1) | dict.fromkeys(_TAKEN_BACK, -1) | dict.fromkeys(_NOT_SOLD, 0)


def units_of(status: str) -> int | None:
    """Units that an order of this status adds: 1, -1 for the row of a refund, 0 if it came to nothing.

    `Refund` is a row of its own beside that of the sale; `Refunded` is what became of the only row. None if the
    status is not known.
    """
    return _UNITS_OF.get(fold(status))
