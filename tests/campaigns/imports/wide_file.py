"""Small files in the layout of CoWIN's wide district file."""

MEASURES = [
    "Total Individuals Registered",
    "Sessions",
    "Sites ",
    "First Dose Administered",
    "Second Dose Administered",
    "Male(Individuals Vaccinated)",
    "Female(Individuals Vaccinated)",
    "Transgender(Individuals Vaccinated)",
    "Covaxin (Doses Administered)",
    "CoviShield (Doses Administered)",
]


def sound(first, second=0, *, covaxin=0, sessions=4, sites=2, registered=None, all_doses=True):
    """Ten figures whose sums hold."""
    male = first // 2
    individuals = first if all_doses else (registered if registered is not None else first + 7)
    doses = first + second if all_doses else first
    return [individuals, sessions, sites, first, second, male, first - male, 0, covaxin, doses - covaxin]


def wide(dates, rows, tail_header=(), tail_names=()):
    """``rows``: (state code, state, district key, district, [[ten figures] per date])."""
    header = ["S No", "State_Code", "State", "District_Key", "Cowin Key", "District"]
    names = [" "] * 6
    for text in dates:
        header += [text] * 10
        year, month, _day = reversed(text.split("/"))
        later = (int(year), int(month)) >= (2021, 4)
        names += ["Total Individuals Vaccinated" if later else MEASURES[0], *MEASURES[1:]]
    header += list(tail_header)
    names += list(tail_names)
    lines = [header, names]
    for number, (state_code, state, key, district, blocks) in enumerate(rows, start=1):
        line = [number, state_code, state, key, district, district]
        for block in blocks:
            line += block
        lines.append(line + [""] * (len(header) - len(line)))
    return lines


RAIPUR = ("CT", "Chhattisgarh", "CT_Raipur", "Raipur")
BASTAR = ("CT", "Chhattisgarh", "CT_Bastar", "Bastar")
PUNE = ("MH", "Maharashtra", "MH_Pune", "Pune")
