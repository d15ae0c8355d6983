"""Why the page refuses a request, told before any of its handlers sees it."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language, Message


@dataclass(frozen=True)
class RefusalTexts:
    """The reasons in one language."""

    foreign_file: Message
    unreadable: Message
    too_large: Message
    upload_too_large: Message
    no_length: Message
    other_site: Message
    not_local: Message
    unknown_name: Message


TEXTS: Mapping[Language, RefusalTexts] = {
    "es": RefusalTexts(
        foreign_file=Message(
            "El archivo no se envió a esta página", "Elíjalo en el campo de archivo, que lo envía, y repita."
        ),
        unreadable=Message("La página no entiende el mensaje del navegador", "Vuelva a cargar la página y repita."),
        too_large=Message(
            "El mensaje pasa de {limit} bytes", "Si pegó muchas filas, guárdelas en un archivo CSV y envíelo."
        ),
        upload_too_large=Message(
            "El envío pasa de {limit} bytes", "Divida el archivo en varios y envíelos uno tras otro."
        ),
        no_length=Message(
            "El envío no dice cuánto mide", "Envíelo con la cabecera `Content-Length`, como hace el navegador."
        ),
        other_site=Message(
            "Esta petición viene de otro sitio web y no se atendió",
            "Abra la página en su propia dirección. Si hay un proxy delante, debe conservar la cabecera Host.",
        ),
        not_local=Message(
            "Sin usuarios, esta página solo se abre desde esta máquina, con un nombre como localhost",
            "Para otros nombres o detrás de un proxy, cree usuarios con `python -m webapp user` o defina WEB_OPEN.",
        ),
        unknown_name=Message(
            "La página no conoce el nombre con que se la llamó",
            "Use su dirección IP, añada el nombre a WEB_HOST_NAMES o cree usuarios con `python -m webapp user`.",
        ),
    ),
    "en": RefusalTexts(
        foreign_file=Message(
            "The file was not uploaded to this page", "Choose it in the file field, which uploads it, and try again."
        ),
        unreadable=Message("The page does not understand the browser's message", "Reload the page and try again."),
        too_large=Message(
            "The message is larger than {limit} bytes", "If you pasted many rows, save them as a CSV file and send it."
        ),
        upload_too_large=Message(
            "The upload is larger than {limit} bytes", "Split the file into several and send them one after the other."
        ),
        no_length=Message(
            "The upload does not say how long it is", "Send it with the header `Content-Length`, as browsers do."
        ),
        other_site=Message(
            "This request comes from another web site and was refused",
            "Open the page at its own address. A proxy in front of it must keep the Host header.",
        ),
        not_local=Message(
            "Without users, this page opens from this machine only, by a name such as localhost",
            "For other names, or behind a proxy, make users with `python -m webapp user`, or set WEB_OPEN.",
        ),
        unknown_name=Message(
            "The page does not know the name that it was called by",
            "Use its IP address, add the name to WEB_HOST_NAMES, or make users with `python -m webapp user`.",
        ),
    ),
}
