"""The rows of the forms about a shelf: what each says beside its fields."""

from dataclasses import dataclass

from districts import numbers
from inventory.presenters.words import batch_name, expiry, stage_text, vials


@dataclass(frozen=True, slots=True)
class FormRow:
    name: str
    about: tuple  # of text, small and below the name
    expiry: object
    known: str  # what the books say; empty where there is no such column
    known_small: str
    fields: tuple
    hint: str = ""


def position_rows(form, today, *, hints=None):
    return tuple(
        FormRow(
            name=f"{row.subject.batch.vaccine.name} · {batch_name(row.subject.batch)}",
            about=(str(row.subject.get_earmark_display()),),
            expiry=expiry(row.subject.batch, today),
            known=numbers.indian(row.subject.doses),
            known_small=vials(row.subject.doses, row.subject.batch.vaccine.doses_per_vial),
            fields=row.fields,
            hint=(hints or {}).get(row.subject.pk, ""),
        )
        for row in form.rows()
    )


def count_rows(form, today):
    return position_rows(form, today)


def monitor_rows(form, today):
    return tuple(
        FormRow(
            name=f"{batch.vaccine.name} · {batch_name(batch)}",
            about=(),
            expiry=expiry(batch, today),
            known=stage_text(stage),
            known_small="",
            fields=row.fields,
        )
        for row in form.rows()
        for batch, stage in [row.subject]
    )


def level_rows(form):
    return tuple(
        FormRow(
            name=row.subject.name,
            about=(),
            expiry=None,
            known="",
            known_small="",
            fields=row.fields,
        )
        for row in form.rows()
    )


def accept_rows(form, earmarks, today):
    return tuple(
        FormRow(
            name=f"{row.subject.batch.vaccine.name} · {batch_name(row.subject.batch)}",
            about=(str(earmarks[row.subject.earmark]),),
            expiry=expiry(row.subject.batch, today),
            known=numbers.indian(row.subject.on_the_way),
            known_small=vials(row.subject.on_the_way, row.subject.batch.vaccine.doses_per_vial),
            fields=row.fields,
        )
        for row in form.rows()
    )
