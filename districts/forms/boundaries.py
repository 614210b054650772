from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.boundaries import MAX_BYTES


class BoundaryUploadForm(forms.Form):
    file = forms.FileField(
        label=_("Map file"),
        widget=forms.FileInput(
            attrs={"accept": ".json,.geojson,.topojson,application/json,application/geo+json"}
        ),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("Who made the map and under which licence, as it will stand on “About the data”."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Here, where the reader's language is on: put together in the class it would stay English for everybody.
        self.fields["file"].help_text = gettext(
            "GeoJSON or TopoJSON in degrees (WGS 84), up to %(most)d MB. Each shape names its state and, "
            "for a district, the district."
        ) % {"most": MAX_BYTES // 2**20}

    def clean_file(self):
        file = self.cleaned_data["file"]
        # Before it is read: a file that does not fit would be held in memory only to be refused.
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file has %(size)d MB; up to %(most)d MB can be read. Simplify the map and try again."),
                params={"size": file.size // 2**20 + 1, "most": MAX_BYTES // 2**20},
            )
        return file
