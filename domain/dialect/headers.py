"""What a column's name says of it, English or Spanish, and in the exports of stores. Knows names, no values."""

from enum import Enum
from functools import lru_cache

from domain.dialect.vocabulary import fold, words_of

CODE_NAMES = {
    "DayOfWeek": ("dayofweek", "diasemana", "weekday", "diadesemana", "diadelasemana", "dow", "weekdayname", "dayname"),
    "Season": ("season", "estacion", "temporada"),
    "Holiday": (
        "holiday", "feriado", "isholiday", "esferiado", "festivo", "esfestivo", "holidays", "publicholiday",
        "bankholiday", "stateholiday", "holidayname", "feriados", "festivos", "diafestivo", "festividad",
    ),
}  # fmt: skip
_CODE_OF = {name: column for column, names in CODE_NAMES.items() for name in names}


class Kind(Enum):
    """What a column holds, by its name."""

    DATE = "date"
    DATE_LIKELY = "a date of a sale"
    DATE_OTHER = "another date"
    SALES = "sales"
    NET_UNITS = "net units"
    UNITS = "units"
    GROSS_UNITS = "gross units"
    NET_MONEY = "net money"
    MONEY = "money"
    ORDER = "order number"
    STATUS = "status of an order"
    NEITHER = "a number that is no count of sales"
    UNKNOWN = "unknown"


_DATE = {"date", "fecha"}
_DATE_LIKELY = {
    "ds", "day", "dia", "begindate", "startdate", "fechainicio", "datetime", "timestamp", "createdat", "paidat",
    "processedat", "time",
}  # fmt: skip
_DATE_WORDS = {"date", "fecha", "datetime", "timestamp", "day", "dia"}
_LIKELY_WORDS = {
    "order", "sale", "sales", "sold", "purchase", "purchased", "transaction", "charged", "report", "begin", "start",
    "utc", "pst", "pt", "gmt", "local", "venta", "ventas", "pedido", "compra", "inicio", "de", "del", "of", "the", "la",
}  # fmt: skip
_UNIT_WORDS = {
    "unit", "units", "quantity", "qty", "orders", "transactions", "copies", "items", "purchases", "downloads",
    "unidades", "cantidad", "transacciones",
    "pedidos", "copias", "compras", "descargas", "articulos", "piezas", "uds",
}  # fmt: skip
_COUNT_OF = ("number of ", "no of ", "count of ", "numero de ", "n de ", "cantidad de ", "total number of ")
_SALES = {"sales", "ventas"}
_SOLD = {"sales", "ventas", "sale", "venta"}
_NET = {"net", "neto", "netos", "neta", "netas"}
_GROSS = {"gross", "bruto", "brutos", "bruta", "brutas"}
_MONEY = {
    "revenue", "amount", "proceeds", "payout", "income", "earnings", "usd", "eur", "gbp", "jpy", "dollars", "euros",
    "ingresos", "importe", "monto", "dolares", "facturacion",
}  # fmt: skip
_NEITHER = {
    "id", "code", "codigo", "price", "precio", "currency", "moneda", "share", "zip", "return", "returns", "returned",
    "refund", "refunds", "refunded", "chargeback",
    "chargebacks", "devoluciones", "devueltas", "reembolsos", "cancelled", "canceled", "canceladas", "tax", "taxes",
    "vat", "iva", "fee", "fees", "shipping", "envio", "discount", "discounts", "descuento", "descuentos", "average",
    "avg", "mean", "promedio", "media", "percent", "percentage", "pct", "rate", "ratio", "growth", "change", "previous",
    "forecast", "target", "stock", "inventory", "wishlist", "wishlists", "year", "month", "week", "ano", "mes",
    "semana", "quarter", "trimestre", "rank", "index", "temperature", "visits", "sessions", "users", "views", "per",
}  # fmt: skip
_ORDER = {
    "ordernumber", "orderid", "order", "ordernum", "orderno", "transactionid", "transactionnumber", "transaction",
    "purchaseid", "invoice", "invoicenumber", "invoiceid", "receipt", "receiptnumber", "saleid", "numerodepedido",
    "npedido", "pedido", "idpedido", "factura", "numerodefactura", "referencenumber", "paymentid",
}  # fmt: skip
_STATUS = {
    "financialstatus", "status", "orderstatus", "paymentstatus", "transactiontype", "estado", "estadodelpedido",
    "tipodetransaccion",
}  # fmt: skip


def code_column(header: str) -> str | None:
    """`DayOfWeek`, `Season` or `Holiday`, if the column is named as one of them."""
    return _CODE_OF.get(fold(header))


@lru_cache(maxsize=4096)
def kind_of(header: str) -> Kind:
    """What a column holds, by its name alone."""
    name, words = fold(header), set(words_of(header))
    if name in _STATUS:
        return Kind.STATUS
    if name in _ORDER:
        return Kind.ORDER
    date = _date_kind(name, words)
    return date if date is not Kind.UNKNOWN else _amount_kind(header, name, words)


def _date_kind(name: str, words: set[str]) -> Kind:
    if name in _DATE:
        return Kind.DATE
    if name in _DATE_LIKELY:
        return Kind.DATE_LIKELY
    if not words & _DATE_WORDS or words & _UNIT_WORDS:
        return Kind.UNKNOWN
    return Kind.DATE_LIKELY if words <= _DATE_WORDS | _LIKELY_WORDS else Kind.DATE_OTHER


def _amount_kind(header: str, name: str, words: set[str]) -> Kind:
    if name == "y":
        return Kind.UNITS
    is_count = " ".join(words_of(header)).startswith(_COUNT_OF) or bool(
        words & (_SOLD | _UNIT_WORDS) and ("count" in words or header.strip().startswith("#"))
    )
    is_money = bool(words & _MONEY) or any(sign in header for sign in "$€£¥")
    if words & _NEITHER:
        return Kind.NEITHER
    if name in _SALES and not is_count and not is_money:
        return Kind.SALES
    if is_count or (words & _UNIT_WORDS and not is_money):
        return _by_net(words, Kind.NET_UNITS, Kind.UNITS, Kind.GROSS_UNITS)
    if is_money or words & _SOLD:
        return _by_net(words, Kind.NET_MONEY, Kind.MONEY, Kind.MONEY)
    return Kind.UNKNOWN


def _by_net(words: set[str], net: Kind, neither: Kind, gross: Kind) -> Kind:
    if words & _NET:
        return net
    return gross if words & _GROSS else neither
