"""What *Lote* says."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language, Message


@dataclass(frozen=True)
class BatchTexts:
    """The page in one language. `reasons` are by the API's `code`, `allowed` by field."""

    name: str
    heading: str
    lead: str
    file: str
    columns: str
    example: str
    example_name: str
    paste: str
    pasted: str
    look: str
    empty: Message
    empty_file: Message
    gone: Message
    no_rows: Message
    not_taken: Message
    too_large: Message
    summary: str
    all_well: str
    with_faults: str
    first_rows: str
    row: str
    sent: str
    understood: str
    faults: str
    field: str
    value: str
    reason: str
    nothing_there: str
    more_faults: str
    cure: str
    reasons: Mapping[str, str]
    allowed: Mapping[str, str]
    ask: str
    ask_many: str
    cancel: str
    starting: str
    progress: str
    done: Message
    cancelled: Message
    broken: Message
    none_stored: str
    download: str
    result_name: str


TEXTS: Mapping[Language, BatchTexts] = {
    "es": BatchTexts(
        name="Lote",
        heading="Muchas predicciones de una vez",
        lead="Envíe un archivo CSV, revise cómo se entiende y descargue las respuestas.",
        file="Suelte aquí un archivo CSV, o pulse para elegirlo",
        columns="La primera línea nombra las columnas: Fecha, o Día de la semana, Estación y Feriado (o como en "
        "inglés: Date, DayOfWeek, Season, Holiday). Separadas por coma, punto y coma o tabulador; en UTF-8.",
        example="Descargar un ejemplo",
        example_name="ejemplo.csv",
        paste="O pegue filas",
        pasted="Filas, con sus columnas en la primera línea",
        look="Revisar lo pegado",
        empty=Message(
            "No hay nada que revisar", "Pegue las filas con los nombres de sus columnas en la primera línea."
        ),
        empty_file=Message("El archivo está vacío", "Guárdelo con sus filas y vuelva a enviarlo."),
        gone=Message("El archivo ya no está aquí", "Se guarda una hora. Envíelo de nuevo."),
        no_rows=Message("El archivo no tiene filas", "Debajo de los nombres de las columnas falta al menos una fila."),
        not_taken=Message("El archivo no se puede leer", "Corríjalo y vuelva a enviarlo: no se guardó nada."),
        too_large=Message("El archivo es demasiado grande", "Divídalo en varios y envíelos uno tras otro."),
        summary="{rows} filas leídas",
        all_well="Todas están bien: puede pedir las predicciones.",
        with_faults="{bad} de ellas con errores.",
        first_rows="Las primeras filas",
        row="Fila",
        sent="Enviado",
        understood="Se entiende como",
        faults="Errores",
        field="Columna",
        value="Lo que dice",
        reason="Por qué no vale",
        nothing_there="nada",
        more_faults="y {count} errores más.",
        cure="Corrija esas filas en su archivo y vuelva a enviarlo: no se predice ninguna mientras alguna esté mal.",
        reasons={
            "value": "no vale: {allowed}",
            "missing": "falta: {allowed}",
            "unwanted": "sobra: en cada fila va la fecha o los tres códigos, no ambos",
            "cells": "la fila no tiene tantas celdas como la primera línea",
            "form": "no es una fila de preguntas",
            "date-needed": "falta la fecha: el modelo de ahora se entrenó con fechas",
            "date-outside": "la fecha queda fuera de los años que el modelo de ahora conoce",
            "header": "la primera línea debe nombrar las columnas: Fecha, o Día de la semana, Estación y Feriado",
            "encoding": "no es un CSV en UTF-8: en la hoja de cálculo, guárdelo como «CSV UTF-8»",
        },
        allowed={
            "Date": "una fecha como 2026-12-24",
            "DayOfWeek": "de 1 (lunes) a 7 (domingo)",
            "Season": "1 verano, 2 otoño, 3 invierno, 4 primavera",
            "Holiday": "0 o 1",
        },
        ask="Pedir predicciones",
        ask_many="Pedir {rows} predicciones",
        cancel="Cancelar",
        starting="Enviando…",
        progress="{done} de {rows} filas",
        done=Message(
            "{rows} predicciones, todas guardadas en el Registro", "Descárguelas: cada fila lleva su respuesta."
        ),
        cancelled=Message(
            "Cancelado",
            "{done} filas ya están respondidas y guardadas en el Registro; puede descargarlas. Alguna de las "
            "siguientes pudo guardarse también. Para seguir, envíe solo las filas desde la {next}.",
        ),
        broken=Message(
            "Se cortó a mitad de camino",
            "{done} filas ya están respondidas y guardadas en el Registro; puede descargarlas. Alguna de las "
            "siguientes pudo guardarse también. Para seguir, envíe solo las filas desde la {next}.",
        ),
        none_stored="No se recibió ninguna respuesta.",
        download="Descargar las respuestas",
        result_name="predicciones.csv",
    ),
    "en": BatchTexts(
        name="Batch",
        heading="Many predictions at once",
        lead="Send a CSV file, look at how it is understood, and download the answers.",
        file="Drop a CSV file here, or click to choose one",
        columns="The first line names the columns: Date, or DayOfWeek, Season and Holiday. "
        "Separated by comma, semicolon or tab; in UTF-8.",
        example="Download an example",
        example_name="example.csv",
        paste="Or paste rows",
        pasted="Rows, with their columns in the first line",
        look="Look at what was pasted",
        empty=Message(
            "There is nothing to look at", "Paste the rows with the names of their columns in the first line."
        ),
        empty_file=Message("The file is empty", "Save it with its rows and send it again."),
        gone=Message("The file is no longer here", "It is kept for an hour. Send it again."),
        no_rows=Message("The file has no rows", "At least one row is missing below the names of the columns."),
        not_taken=Message("The file cannot be read", "Correct it and send it again: nothing was stored."),
        too_large=Message("The file is too large", "Split it into several and send them one after the other."),
        summary="{rows} rows read",
        all_well="All of them are fine: you can ask for the predictions.",
        with_faults="{bad} of them with faults.",
        first_rows="The first rows",
        row="Row",
        sent="Sent",
        understood="Understood as",
        faults="Faults",
        field="Column",
        value="What it says",
        reason="Why it will not do",
        nothing_there="nothing",
        more_faults="and {count} more faults.",
        cure="Correct these rows in your file and send it again: none is predicted while any of them is wrong.",
        reasons={
            "value": "will not do: {allowed}",
            "missing": "is missing: {allowed}",
            "unwanted": "does not belong there: a row has the date or the three codes, not both",
            "cells": "the row has not as many cells as the first line",
            "form": "is no row of questions",
            "date-needed": "the date is missing: the model in service was trained on dates",
            "date-outside": "the date is outside the years that the model in service knows",
            "header": "the first line must name the columns: Date, or DayOfWeek, Season and Holiday",
            "encoding": "is no CSV in UTF-8: in the spreadsheet, save it as “CSV UTF-8”",
        },
        allowed={
            "Date": "a date such as 2026-12-24",
            "DayOfWeek": "1 (Monday) to 7 (Sunday)",
            "Season": "1 summer, 2 autumn, 3 winter, 4 spring",
            "Holiday": "0 or 1",
        },
        ask="Get predictions",
        ask_many="Get {rows} predictions",
        cancel="Cancel",
        starting="Sending…",
        progress="{done} of {rows} rows",
        done=Message("{rows} predictions, all of them stored in History", "Download them: each row has its answer."),
        cancelled=Message(
            "Cancelled",
            "{done} rows are answered and stored in History already; you can download them. Some of the following "
            "may have been stored, too. To go on, send only the rows from {next} on.",
        ),
        broken=Message(
            "It broke off half-way",
            "{done} rows are answered and stored in History already; you can download them. Some of the following "
            "may have been stored, too. To go on, send only the rows from {next} on.",
        ),
        none_stored="No answer was received.",
        download="Download the answers",
        result_name="predictions.csv",
    ),
}
